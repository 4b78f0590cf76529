import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { balancer } from '../bench/model/path.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { type Target, withPolicy } from '../bench/model/target.ts';
import { pick, times } from './arms.ts';
import { least, lowEnd, most, outside, rulingsOn, said } from './words.ts';

const restartAfterMs = 700;
/** A server that drains may finish the calls that it has. */
const deadlineMs = 2000;
const resending = 'full-jitter-resend';

const plain = ['sse', 'stateful', 'stateless', 'modern'] as const;
/**
 * Clients of SSE wait as a browser's EventSource does, all others much shorter: with the waits exchanged one sees what of a recovery
 * is the client's, and what the transport's.
 */
function exchanged(targets: readonly Target[]): Target[] {
	return [...times(pick(targets, 'sse'), 'full-jitter'), ...times(pick(targets, 'stateful'), 'fixed-3s')];
}

/**
 * How the server ends, and what its clients meet while it is gone.
 * @param every policy in every case; else only where the targets were chosen by name
 */
function cases(atMs: number, every = false): readonly Case[] {
	const killed = [{ atMs, fault: { kind: 'crash', restartAfterMs } }] as const;
	const drained = [{ atMs, fault: { kind: 'drain', deadlineMs, restartAfterMs } }] as const;
	const path = balancer;
	// What a second sending or another wait does is seen where it does most: at a kill, without anything between.
	const arms = (all: readonly Target[]) => {
		const usual = pick(all, ...plain);
		return !every && usual.length === plain.length ? usual : all.filter(({ client }) => client.policy !== resending);
	};
	return [
		{ id: 'crash-refused', title: 'killed, connections refused', size: { faults: killed } },
		{ id: 'crash-502', title: 'killed, 502 from a proxy', size: { faults: killed, path }, arms },
		{ id: 'drain-refused', title: 'drained, connections refused', size: { faults: drained }, arms },
		{ id: 'drain-502', title: 'drained, 502 from a proxy', size: { faults: drained, path }, arms },
	];
}

function size(sessions: number, atMs: number, forMs: number, repeats: number, every = false): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 1000, forMs },
		warmMs: 300,
		faults: [],
		repeats,
		// About a fifth of the clients have a call in flight when the fault strikes; the others are idle.
		slowCalls: { every: 3, ms: 600 },
		ledger: true,
		cases: cases(atMs, every),
	};
}

export const restart: Scenario = {
	id: 'restart',
	title: 'Restart',
	question: 'The server ends and comes back: what becomes of every call and client?',
	method:
		'Each client calls once a second at a random instant of it; every third call takes 600 ms on the server, so that about a ' +
		'fifth of the clients have a call in flight when the server is killed (SIGKILL) or asked to end (SIGTERM, 2 s to finish). It ' +
		'is started again on the same port 0.7 s later. Meanwhile connections are refused, or a proxy answers 502. The server ' +
		'keeps a ledger of what it ran, which survives its death and settles what a client cannot know. Nothing is sent twice, but ' +
		'by the clients whose policy says so. Recovery counts from the new server’s ready to each client’s first success: clients ' +
		'that notice nothing show about 1.4 s for 95 %, because they call once a second and some of the calls take long.',
	needs: ['restart'],
	arms: (targets, profile) => {
		const all = pick(targets, ...plain);
		if (profile === 'smoke') return all;
		const twice = all.map((target) => withPolicy(target, resending));
		// What sends again is a matter of the client's policy, and one transport of each family shows it.
		const shown = [...all, ...exchanged(targets)];
		if (profile === 'standard') return [...shown, ...pick(twice, `sse/${resending}`, `stateless/${resending}`)];
		return [...shown, ...twice, ...times(pick(targets, 'sse', 'stateful'), 'immediate', 'sdk-default')];
	},
	atOnce: 7,
	sizes: {
		smoke: { ...size(100, 300, 5200, 1), cases: cases(300).filter(({ id }) => id === 'crash-refused') },
		standard: size(60, 800, 6100, 3),
		full: size(1000, 3000, 15_000, 5, true),
	},
	shows: [
		'callsOk',
		'callsFailed',
		'callsUnknown',
		'callsNotRun',
		'callsNeverArrived',
		'callsUnanswered',
		'callsCutShort',
		'callsAnsweredWrong',
		'callsRunTwice',
		'callsResent',
		'callsUnsettled',
		'callsInFlightLost',
		'streamsEnded',
		'answers503',
		'closesAnnounced',
		'sessionsLost',
		'initializesRepeated',
		'recovery95Ms',
		'recovery99Ms',
		'recovery100Ms',
		'connectsPeakPerS',
	],
	compares: ['callsFailed', 'recovery95Ms', 'connectsPeakPerS'],
	againIn: ['standard', 'full'],
	charts: [
		{ kind: 'cases', measure: 'callsUnanswered', title: 'Calls that the server ran and nobody heard of' },
		{ kind: 'cases', measure: 'callsNotRun', title: 'Calls that failed and never ran' },
		{ kind: 'timeline', series: 'callsOkPerS', title: 'Calls answered over time: killed, connections refused' },
		{
			kind: 'timeline',
			series: 'callsOkPerS',
			case: 'drain-502',
			title: 'Calls answered over time: drained behind a proxy',
		},
		{ kind: 'timeline', series: 'openSessions', title: 'Open sessions over time: killed, connections refused' },
		{ kind: 'timeline', series: 'connectsPerS', title: 'Connection attempts over time: killed, connections refused' },
		{ kind: 'cases', measure: 'recovery95Ms', title: 'Time until 95 % of the clients succeed again' },
	],
	claims: [
		{
			id: 'restart-sse',
			text: 'When the server restarts, every SSE client loses its connection and must reconnect.',
			rule: sseLosesAll,
		},
		{
			id: 'restart-streamable',
			text: 'When the server restarts, Streamable HTTP clients just send their next request and do not notice.',
			rule: streamableDoesNotNotice,
		},
	],
};

const costs = ['sessionsLost', 'initializesRepeated', 'callsFailed', 'callsUnanswered', 'recovery95Ms'] as const;

function evidenceOf(figures: Figures, targets: readonly string[], first: readonly MeasureName[] = []) {
	const names = [...first, ...costs];
	return targets.flatMap((target) => names.flatMap((measure) => figures.evidence(target, measure)));
}

const decidingCase = 'crash-refused';

function sseLosesAll(all: Figures): Ruling {
	// A kill is what the claim speaks of; the sessions end with a drain as they do with a kill.
	const figures = all.in(decidingCase);
	const by = rulingsOn(evidenceOf(figures, ['sse']));
	const lost = figures.estimate('sse', 'sessionsLost');
	const again = figures.estimate('sse', 'initializesRepeated');
	const recovery = figures.estimate('sse', 'recovery95Ms');
	const hasty = figures.estimate('sse/full-jitter', 'recovery95Ms');
	const clients = figures.sessions;
	if (!lost || !again) return by('inconclusive', `Not measured for sse: ${decidingCase}.`);
	const because =
		`${said(lost, '')} of ${clients} clients lost their session and ${said(again, '')} initialized again` +
		(recovery ? `; 95 % of them succeeded again ${said(recovery, 'ms')} after the server was ready` : '') +
		(recovery && hasty ? `, and ${said(hasty, 'ms')} with the short wait of the others (sse/full-jitter).` : '.');
	const everybody = clients * 0.999;
	const isEverybody = lowEnd(lost) >= everybody && lowEnd(again) >= everybody;
	const few = [lost, again].some((each) => outside(each, everybody, Number.POSITIVE_INFINITY));
	const both = (['sessionsLost', 'initializesRepeated'] as const).flatMap((name) => figures.evidence('sse', name));
	return by(isEverybody ? 'confirmed' : few ? 'refuted' : 'inconclusive', because, least(both));
}

const streamable = ['stateful', 'stateless', 'modern'] as const;
const caseIds = cases(0).map(({ id }) => id);

/** What a restart cost the clients of a target in one case. */
interface Harm {
	readonly target: string;
	readonly inCase: string;
	readonly lost: number;
	readonly notAnswered: number;
	/** Of those: what the server did all the same. */
	readonly ran: number;
	/** In every repeat somebody noticed, or in none. */
	readonly always: boolean;
	readonly never: boolean;
	/** What shows it most: calls without an answer, or sessions lost where those alone were in every repeat. */
	readonly line: readonly Evidence[];
}

function harmsOf(all: Figures): Harm[] {
	return caseIds.flatMap((inCase) => {
		const figures = all.in(inCase);
		return streamable.flatMap((target): Harm[] => {
			const names = ['sessionsLost', 'callsNotOk', 'callsUnanswered'] as const;
			const [lost, notAnswered, ran] = names.map((measure) => figures.estimate(target, measure)?.value);
			if (lost === undefined || notAnswered === undefined) return [];
			// Whether anybody noticed is asked of each repeat: how many did differs, and an interval of that does not answer it.
			const signs = ['callsNotOk', 'sessionsLost'] as const;
			const isSeen = (measure: MeasureName) => figures.values(target, measure).map((value) => value > 0);
			const surest = signs.find((measure) => isSeen(measure).every(Boolean));
			const never = !signs.flatMap(isSeen).some(Boolean);
			const line = figures.evidence(target, surest ?? 'callsNotOk');
			return [{ target, inCase, lost, notAnswered, ran: ran ?? 0, always: surest !== undefined, never, line }];
		});
	});
}

/** `Not measured for stateful: crash-refused, crash-502; for stateless, modern: any case.` */
function missingSentence(harms: readonly Harm[]): string {
	const lacking = Map.groupBy(streamable, (target) => {
		const missing = caseIds.filter((id) => !harms.some((harm) => harm.target === target && harm.inCase === id));
		return missing.length === caseIds.length ? 'any case' : missing.join(', ');
	});
	const said = [...lacking].flatMap(([cases, targets]) => (cases === '' ? [] : `for ${targets.join(', ')}: ${cases}`));
	return `Not measured ${said.join('; ')}.`;
}

/** Not noticing means: no session lost, and no call without an answer. */
function streamableDoesNotNotice(all: Figures): Ruling {
	const by = rulingsOn(
		caseIds.flatMap((inCase) => evidenceOf(all.in(inCase), streamable, ['callsNotOk', 'callsNotRun'])),
	);
	const harms = harmsOf(all);
	if (harms.length < caseIds.length * streamable.length) {
		return by('inconclusive', missingSentence(harms));
	}
	const byTarget = [...Map.groupBy(harms, ({ target }) => target).values()];
	const because = `By the way of restarting: ${byTarget.map((own) => sentenceOf(own as [Harm, ...Harm[]])).join('; ')}.`;
	const harmed = harms.filter(({ always }) => always);
	const unharmed = harms.filter(({ never }) => never);
	const lines = (list: readonly Harm[]) => list.flatMap(({ line }) => line);
	if (unharmed.length === harms.length) return by('confirmed', because, most(lines(unharmed)));
	if (harmed.length === harms.length) return by('refuted', because, least(lines(harmed)));
	if (unharmed.length > 0 && harmed.length > 0)
		return by('depends', because, most(lines(harmed)), least(lines(unharmed)));
	const open = harms.filter((harm) => !harm.always && !harm.never);
	return by('inconclusive', because, most(lines(open)));
}

/** What the cases cost a target, from the gentlest to the hardest. */
function sentenceOf(harms: readonly [Harm, ...Harm[]]): string {
	const span = (of: 'notAnswered' | 'ran' | 'lost') => {
		const values = harms.map((harm) => harm[of]);
		const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => quantity(value, ''));
		return least === most ? least : `${least} to ${most}`;
	};
	return `${harms[0].target}: ${span('notAnswered')} calls without an answer (${span('ran')} of them ran), ${span('lost')} sessions lost`;
}
