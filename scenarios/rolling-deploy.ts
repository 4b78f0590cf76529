import type { Fault } from '../bench/model/fault.ts';
import type { Estimate, Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import { balancer } from '../bench/model/path.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { type Target, withInstances } from '../bench/model/target.ts';
import { pick, times } from './arms.ts';
import { lowEnd, rulingsOn } from './words.ts';

const instances = 3;
const armOf = (base: string): string => `${base}/${instances}-processes`;
const deadlineMs = 2000;

const plain = ['sse', 'stateful', 'stateless', 'modern-listen'] as const;
/** Clients of SSE that wait as those of the others do: with a browser's 3 s a share of calls is also the client's doing. */
const hasty = { base: 'sse', policy: 'full-jitter' } as const;
const hastyArm = `${hasty.base}/${hasty.policy}`;

/** What another wait does is seen in one way of deploying; whoever chooses targets by name gets them in every way. */
function usualOf(arms: readonly Target[]): readonly Target[] {
	const usual = pick(arms, ...plain.map(armOf));
	return usual.length === plain.length ? usual : arms;
}

/** How a new version comes to run. */
function cases(atMs: number): readonly Case[] {
	const rolling = { kind: 'rolling_restart', batch: 1, intervalMs: 200, deadlineMs } as const;
	const inCase = (id: string, title: string, fault: Fault): Case => ({
		id,
		title,
		size: { faults: [{ atMs, fault }] },
	});
	return [
		inCase('kill', 'one after another, killed', { ...rolling, stop: 'kill', deregister: false }),
		...[
			inCase('drain', 'one after another, drained', { ...rolling, stop: 'drain', deregister: false }),
			inCase('deregister', 'taken out of the balancer, then drained', { ...rolling, stop: 'drain', deregister: true }),
			inCase('blue-green', 'new ones beside, switched, old ones drained', { kind: 'blue_green', deadlineMs }),
		].map((each) => ({ ...each, arms: usualOf })),
	];
}

function size(sessions: number, atMs: number, forMs: number, repeats: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 750, forMs },
		warmMs: 300,
		faults: [],
		repeats,
		path: balancer,
		slowCalls: { every: 3, ms: 250 },
		pushEveryMs: 400,
		ledger: true,
		cases: cases(atMs),
	};
}

export const rollingDeploy: Scenario = {
	id: 'rolling-deploy',
	title: 'Rolling deploy',
	question: 'Three servers are replaced one by one: which calls and pushes does it cost?',
	method:
		'Three processes stand behind the embedded balancer, which keeps a session with its process and spreads everything else in ' +
		'turn. Each client calls every 750 ms, every third call takes 250 ms; clients with a stream are pushed a numbered message ' +
		'every 400 ms. Shares are of a whole trial, which begins 0.8 s before the first replacement and lasts 7.3 s (`full`: 3 s and ' +
		'20 s): a longer one would have smaller shares of the same losses. The processes are replaced as the case says: killed, drained (SIGTERM, 2 s to finish), first taken out of ' +
		'the balancer and then drained, or three new ones started beside them. The ledgers of all processes say what ran. A push is ' +
		'missed when processes made it while the client had no stream, and lost when it was sent to its session and never arrived.',
	needs: ['restart'],
	arms: (targets) => {
		const all = [...pick(targets, ...plain), ...times(pick(targets, hasty.base), hasty.policy)];
		return all.map((target) => withInstances(target, instances));
	},
	atOnce: 6,
	sizes: {
		smoke: { ...size(30, 300, 4000, 1), cases: cases(300).filter(({ id }) => id === 'deregister') },
		standard: size(30, 800, 7300, 3),
		full: size(600, 3000, 20_000, 5),
	},
	inProfiles: ['standard', 'full'],
	shows: [
		'callsOk',
		'callsNotOkShare',
		'callsNotRun',
		'callsUnanswered',
		'callsRunTwice',
		'callsUnsettled',
		'pushesNotReceivedShare',
		'pushesLost',
		'pushesMissed',
		'sessionsLost',
		'initializesRepeated',
		'recovery95Ms',
		'connectsPeakPerS',
	],
	compares: ['callsNotOkShare'],
	charts: [
		{ kind: 'cases', measure: 'callsNotOkShare', title: 'Share of calls without a good answer' },
		{ kind: 'cases', measure: 'pushesNotReceivedShare', title: 'Share of pushes that did not arrive' },
		{
			kind: 'timeline',
			series: 'callsOkPerS',
			case: 'kill',
			title: 'Calls answered over time: killed one after another',
		},
		{
			kind: 'timeline',
			series: 'openSessions',
			case: 'deregister',
			title: 'Open sessions over time: deregistered, drained',
		},
	],
	claims: [
		{
			id: 'sse-cannot-restart',
			text: 'An SSE server cannot simply be restarted.',
			rule: (figures) => ruling(figures, ['sse'], 'harmed'),
		},
		{
			id: 'deploy-any-time',
			text: 'A Streamable HTTP server can be restarted and deployed at any time.',
			rule: (figures) => ruling(figures, ['stateful', 'stateless', 'modern-listen'], 'unharmed'),
		},
	],
};

const ways = cases(0).map(({ id }) => id);

/** What one way of deploying cost a target. */
interface Cost {
	readonly base: string;
	readonly inCase: string;
	readonly calls: Estimate;
	/** Absent where its clients hold no stream. */
	readonly pushes?: Estimate | undefined;
	readonly lost: Estimate;
}

/** Every target in every way of deploying; undefined where one of them was not measured. */
function costsOf(all: Figures, bases: readonly string[]): readonly Cost[] | undefined {
	const costs = ways.flatMap((inCase) =>
		bases.flatMap((base): Cost[] => {
			const figures = all.in(inCase);
			const [calls, pushes, lost] = measured.map((name) => figures.estimate(armOf(base), name));
			const whole = calls && lost && (pushes || base === 'stateless');
			return whole ? [{ base, inCase, calls, pushes, lost }] : [];
		}),
	);
	return costs.length === ways.length * bases.length ? costs : undefined;
}

const measured = ['callsNotOkShare', 'pushesNotReceivedShare', 'sessionsLost'] as const;

/**
 * Whether the clients were harmed: yes where the whole interval of a cost lies above nothing, no where nothing was lost in any
 * repeat; in between it is not decided.
 */
function isHarmed({ calls, pushes, lost }: Cost): boolean | undefined {
	const all = [calls, lost, ...(pushes ? [pushes] : [])];
	if (all.some((estimate) => lowEnd(estimate) > 0)) return true;
	return all.every(({ value }) => value === 0) ? false : undefined;
}

/** The claim that a deploy harms, or does not harm, the clients: it holds where it holds in every way of deploying. */
function ruling(all: Figures, bases: readonly string[], claimed: 'harmed' | 'unharmed'): Ruling {
	const by = rulingsOn(
		ways.flatMap((inCase) =>
			bases.flatMap((base) => measured.flatMap((measure) => all.in(inCase).evidence(armOf(base), measure))),
		),
	);
	const costs = costsOf(all, bases);
	if (!costs) return by('inconclusive', `Not every way of deploying was measured for ${bases.join(', ')}.`);
	const hastened = bases.includes(hasty.base) ? hastyWords(all) : '';
	const because = `${bases.map((base) => sentenceOf(base, costs)).join('; ')}${hastened}.`;
	const sorted = costs.toSorted(byHarm);
	const that = (harm: boolean | undefined) => sorted.filter((cost) => isHarmed(cost) === harm);
	const [harmed, unharmed, open] = [that(true), that(false), that(undefined)];
	// Of those that are harmed the least, and the other way round: what holds there holds everywhere.
	const line = (cost: Cost | undefined) => (cost ? lineOf(all, cost) : []);
	if (harmed.length === costs.length)
		return by(claimed === 'harmed' ? 'confirmed' : 'refuted', because, line(harmed[0]));
	if (unharmed.length === costs.length)
		return by(claimed === 'harmed' ? 'refuted' : 'confirmed', because, line(unharmed.at(-1)));
	if (harmed.length > 0 && unharmed.length > 0) return by('depends', because, line(harmed.at(-1)), line(unharmed[0]));
	return by('inconclusive', because, line(open.at(-1)));
}

/** What the same way costs clients of SSE that are back sooner; empty where that was not measured. */
function hastyWords(all: Figures): string {
	const [inCase] = ways;
	const calls = inCase && all.in(inCase).estimate(armOf(hastyArm), 'callsNotOkShare');
	return calls
		? `; ${inCase} with the short wait of the others (${hastyArm}) ${quantity(calls.value, '%')} of calls`
		: '';
}

function byHarm(a: Cost, b: Cost): number {
	return a.calls.value - b.calls.value || (a.pushes?.value ?? 0) - (b.pushes?.value ?? 0);
}

/** The figure that shows what a way of deploying cost: of those that are certain the first, calls before pushes before sessions. */
function lineOf(all: Figures, { base, inCase, calls, pushes, lost }: Cost): readonly Evidence[] {
	const values = [calls, pushes, lost];
	const certain = measured.find((_, nth) => lowEnd(values[nth] ?? nothing) > 0);
	const some = measured.find((_, nth) => (values[nth] ?? nothing).value > 0);
	return all.in(inCase).evidence(armOf(base), certain ?? some ?? 'callsNotOkShare');
}

const nothing: Estimate = { value: 0, repeats: 0 };

/** The best and the worst way of deploying for one target. */
function sentenceOf(base: string, costs: readonly Cost[]): string {
	const sorted = costs.filter((cost) => cost.base === base).toSorted(byHarm);
	const [best, worst] = [sorted[0], sorted.at(-1)];
	if (!best || !worst) return base;
	const words = ({ inCase, calls, pushes, lost }: Cost) =>
		[
			`${inCase} ${quantity(calls.value, '%')} of calls`,
			...(pushes ? [`${quantity(pushes.value, '%')} of pushes`] : []),
			`${quantity(lost.value, '')} sessions lost`,
		].join(', ');
	return `${base}: at best ${words(best)}; at worst ${words(worst)}`;
}
