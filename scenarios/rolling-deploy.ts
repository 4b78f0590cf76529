import type { Fault } from '../bench/model/fault.ts';
import type { Figures, Ruling } from '../bench/model/finding.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { withInstances } from '../bench/model/target.ts';
import { pick } from './arms.ts';

const instances = 3;
const deadlineMs = 2000;

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
		inCase('drain', 'one after another, drained', { ...rolling, stop: 'drain', deregister: false }),
		inCase('deregister', 'taken out of the balancer, then drained', { ...rolling, stop: 'drain', deregister: true }),
		inCase('blue-green', 'new ones beside, switched, old ones drained', { kind: 'blue_green', deadlineMs }),
	];
}

function size(sessions: number, atMs: number, forMs: number, repeats: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 750, forMs },
		warmMs: 300,
		faults: [],
		repeats,
		path: { kind: 'balancer' },
		slowCalls: { every: 3, ms: 250 },
		pushEveryMs: 200,
		ledger: true,
		cases: cases(atMs),
	};
}

export const rollingDeploy: Scenario = {
	id: 'rolling-deploy',
	title: 'Rolling deploy',
	question:
		'Three servers behind a balancer are replaced one by one: which calls and pushes does each way of deploying cost?',
	method:
		'Three processes stand behind the embedded balancer, which keeps a session with its process and spreads everything else in ' +
		'turn. Each client calls every 750 ms, every third call takes 250 ms; clients with a stream are pushed a numbered message ' +
		'five times a second. The processes are replaced as the case says: killed, drained (SIGTERM, 2 s to finish), first taken out of ' +
		'the balancer and then drained, or three new ones started beside them. The ledgers of all processes say what ran. A push is ' +
		'missed when processes made it while the client had no stream, and lost when it was sent to its session and never arrived.',
	needs: ['restart'],
	arms: (targets) =>
		pick(targets, 'sse', 'stateful', 'stateless', 'modern-listen').map((t) => withInstances(t, instances)),
	atOnce: 5,
	sizes: {
		smoke: { ...size(30, 300, 4000, 1), cases: cases(300).filter(({ id }) => id === 'deregister') },
		standard: size(75, 800, 7500, 3),
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

/** What a deploy cost a target: the shares of calls and pushes that did not arrive. */
interface Cost {
	readonly arm: string;
	readonly inCase: string;
	readonly calls: number;
	readonly pushes: number;
	readonly lost: number;
}

function costsOf(all: Figures, bases: readonly string[]): Cost[] {
	return all.cases.flatMap((inCase) => {
		const figures = all.in(inCase);
		return bases.flatMap((base) => {
			const arm = `${base}/${instances}-processes`;
			const calls = figures.estimate(arm, 'callsNotOkShare')?.value;
			const lost = figures.estimate(arm, 'sessionsLost')?.value;
			if (calls === undefined || lost === undefined) return [];
			return [{ arm: base, inCase, calls, lost, pushes: figures.estimate(arm, 'pushesNotReceivedShare')?.value ?? 0 }];
		});
	});
}

/** The claim that a deploy harms, or does not harm, the clients: it holds where it holds in every way of deploying. */
function ruling(all: Figures, bases: readonly string[], claimed: 'harmed' | 'unharmed'): Ruling {
	const costs = costsOf(all, bases);
	const evidence = all.cases.flatMap((inCase) =>
		bases.flatMap((base) =>
			(['callsNotOkShare', 'pushesNotReceivedShare', 'sessionsLost'] as const).flatMap((measure) =>
				all.in(inCase).evidence(`${base}/${instances}-processes`, measure),
			),
		),
	);
	if (costs.length === 0)
		return { verdict: 'inconclusive', because: `${bases.join(', ')} was not measured.`, evidence };
	const isHarmed = ({ calls, pushes, lost }: Cost) => calls > 0 || pushes > 0 || lost > 0;
	const as = costs.filter((cost) => isHarmed(cost) === (claimed === 'harmed'));
	const because = bases
		.map((base) =>
			sentenceOf(
				base,
				costs.filter(({ arm }) => arm === base),
			),
		)
		.join('; ');
	const verdict = as.length === costs.length ? 'confirmed' : as.length === 0 ? 'refuted' : 'depends';
	return { verdict, because: `${because}.`, evidence };
}

/** The best and the worst way of deploying for one target. */
function sentenceOf(base: string, costs: readonly Cost[]): string {
	const sorted = costs.toSorted((a, b) => a.calls - b.calls || a.pushes - b.pushes);
	const [best, worst] = [sorted[0], sorted.at(-1)];
	if (!best || !worst) return `${base} was not measured`;
	const words = ({ inCase, calls, pushes, lost }: Cost) =>
		`${inCase} ${calls.toFixed(2)} % of calls, ${pushes.toFixed(2)} % of pushes and ${Math.round(lost)} sessions lost`;
	return `${base}: at best ${words(best)}, at worst ${words(worst)}`;
}
