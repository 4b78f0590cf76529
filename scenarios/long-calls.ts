import type { Figures, Ruling } from '../bench/model/finding.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';
import { least, listed, most, rulingsOn } from './words.ts';

/** A second stands for so many. */
const factor = 50;
/** In their own time. */
const lengthsS = [20, 40, 60];
const progressEveryS = 2;

function size(each: number, repeats: number): Size {
	const forMs = lengthsS.map((s) => Math.round((s * 1000) / factor));
	return {
		// A client that calls now and then, so that the trial has one of the ordinary kind.
		load: { kind: 'periodic', sessions: 2, everyMs: 500, forMs: Math.max(...forMs) + 200 },
		warmMs: 200,
		faults: [],
		repeats,
		ledger: true,
		factor,
		// With JSON, an SDK drops what a call notifies before its answer.
		serverFlags: ['--reply', 'sse'],
		guests: {
			kind: 'work',
			atMs: 100,
			each,
			forMs,
			everyMs: Math.round((progressEveryS * 1000) / factor),
			overdueMs: 500,
		},
	};
}

const sdk = [
	'sdk1-sse',
	'sdk1-stateful',
	'sdk1-stateless',
	'sdk2-sse',
	'sdk2-stateful',
	'sdk2-stateless',
	'sdk2-modern',
];

export const longCalls: Scenario = {
	id: 'long-calls',
	title: 'Long calls',
	question: 'A client no longer wants its long call: does the server stop it?',
	method:
		`Calls of ${lengthsS.join(', ')} s, compressed by ${factor}, report progress every two seconds. A third of their clients send ` +
		'notifications/cancelled half-way, a third close the connection that the answer is to come on, a third wait. The handler stops when it is told to, and ' +
		'the server’s ledger says when it began, ran to its end or stopped: no client can know. What is right differs by revision: since ' +
		'2026-07-28 a closed answer means cancelled; in Streamable HTTP before, it must not; HTTP+SSE does not say.',
	needs: ['control', 'ledger'],
	arms: (targets, profile) => {
		if (profile === 'smoke') return pick(targets, 'sse', 'stateful', 'modern', 'sdk1-stateful');
		const references = pick(targets, 'sse', 'stateful-no-stream', 'stateless', 'modern');
		const standard = ['sdk1-stateful', 'sdk2-modern'];
		return [...references, ...pick(targets, ...(profile === 'standard' ? standard : sdk))];
	},
	atOnce: 6,
	sizes: { smoke: size(1, 1), standard: size(2, 3), full: size(10, 3) },
	// The article does not ask, and `standard` has ten minutes for what it does.
	inProfiles: ['full'],
	shows: [
		'notifiedStoppedShare',
		'notifiedStoppedMs',
		'notifiedRefused',
		'closedStoppedShare',
		'closedStoppedMs',
		'closedRanOnShare',
		'stayedDoneShare',
		'progressShare',
		'workHeldKb',
	],
	compares: ['workHeldKb'],
	charts: [
		{ kind: 'bars', measures: ['notifiedStoppedShare', 'closedStoppedShare'], title: 'Long calls that were stopped' },
		{ kind: 'bars', measures: ['workHeldKb'], title: 'Held per long call under way' },
	],
	answer,
	claims: [
		{
			id: 'cancel-stops',
			text: 'A client can stop a call that it no longer wants, whatever the transport.',
			rule: canStop,
		},
		{
			id: 'disconnected-runs-on',
			text: 'The call of a client that has disconnected runs on.',
			rule: runsOn,
		},
		{
			id: 'disconnected-runs-on-sdk',
			text: 'On the official SDKs a handler runs on after its client has disconnected.',
			about: 'implementations',
			rule: runsOn,
		},
	],
};

type Way = 'notified' | 'closed';
/** All, or none, but for a call or two that a busy machine made late. */
const allFromShare = 90;
const noneUpToShare = 10;

/** Whether calls are stopped that way; undefined where some are, or nothing is known. */
function stops(figures: Figures, target: string, way: Way): boolean | undefined {
	const share = figures.estimate(target, `${way}StoppedShare`)?.value;
	if (share === undefined) return undefined;
	if (share >= allFromShare) return true;
	return share <= noneUpToShare ? false : undefined;
}

const wordsOf: Readonly<Record<Way, string>> = {
	notified: 'by notifications/cancelled',
	closed: 'by closing the connection',
};

/** `sse: by notifications/cancelled and by closing the connection`. */
function waysOf(figures: Figures, target: string): readonly Way[] {
	return (['notified', 'closed'] as const).filter((way) => stops(figures, target, way) === true);
}

function saidWays(figures: Figures, target: string): string {
	const ways = waysOf(figures, target);
	if (ways.length > 0) return `${target} ${ways.map((way) => wordsOf[way]).join(' and ')}`;
	const isNever = stops(figures, target, 'notified') === false && stops(figures, target, 'closed') === false;
	return `${target} ${isNever ? 'not at all' : 'not for certain'}`;
}

/** Whether calls ran to their end after the connection was closed; undefined where some did, or nothing is known. */
function ranOn(figures: Figures, target: string): boolean | undefined {
	const share = figures.estimate(target, 'closedRanOnShare')?.value;
	if (share !== undefined && share >= allFromShare) return true;
	return stops(figures, target, 'closed') ? false : undefined;
}

function answer(figures: Figures): string | undefined {
	const all = figures.targets.filter((target) => stops(figures, target, 'closed') !== undefined);
	if (all.length === 0) return undefined;
	return `A long call is stopped: ${all.map((target) => saidWays(figures, target)).join('; ')}.`;
}

function canStop(figures: Figures): Ruling {
	const linesOf = (targets: readonly string[]) =>
		targets.map((target) => [
			...figures.evidence(target, 'notifiedStoppedShare'),
			...figures.evidence(target, 'closedStoppedShare'),
		]);
	const by = rulingsOn(linesOf(figures.targets).flat());
	const isKnown = (target: string) =>
		waysOf(figures, target).length > 0 ||
		(stops(figures, target, 'notified') === false && stops(figures, target, 'closed') === false);
	const unsure = figures.targets.filter((target) => !isKnown(target));
	if (figures.targets.length === 0 || unsure.length > 0) {
		const because = `Some of the calls were stopped and some not, or nothing was measured: ${unsure.join(', ') || 'no server'}.`;
		return by('inconclusive', because, ...linesOf(unsure.slice(0, 1)));
	}
	const can = figures.targets.filter((target) => waysOf(figures, target).length > 0);
	const because = `A long call is stopped: ${figures.targets.map((target) => saidWays(figures, target)).join('; ')}.`;
	const cannot = figures.targets.filter((target) => !can.includes(target));
	// One way is enough, so that of each server the better one counts.
	const [stopping, running] = [can, cannot].map((some) => linesOf(some).flatMap(most));
	if (cannot.length === 0) return by('confirmed', because, least(stopping ?? []));
	if (can.length === 0) return by('refuted', because, most(running ?? []));
	return by('depends', because, most(stopping ?? []), least(running ?? []));
}

function runsOn(figures: Figures): Ruling {
	const shown = ['closedStoppedShare', 'closedRanOnShare', 'closedStoppedMs'] as const;
	const linesOf = (targets: readonly string[], ...names: readonly (typeof shown)[number][]) =>
		targets.flatMap((target) => names.flatMap((name) => figures.evidence(target, name)));
	const by = rulingsOn(linesOf(figures.targets, ...shown));
	const unsure = figures.targets.filter((target) => ranOn(figures, target) === undefined);
	if (figures.targets.length === 0 || unsure.length > 0) {
		const because = `Some of the calls ran on and some did not, or nothing was measured: ${unsure.join(', ') || 'no server'}.`;
		return by('inconclusive', because, linesOf(unsure.slice(0, 1), 'closedStoppedShare', 'closedRanOnShare'));
	}
	const stopped = figures.targets.filter((target) => ranOn(figures, target) === false);
	const on = figures.targets.filter((target) => ranOn(figures, target));
	const after = (target: string) => {
		const ms = figures.estimate(target, 'closedStoppedMs');
		return ms ? `${target} after ${quantity(ms.value, 'ms')}` : target;
	};
	const goesOn = `Runs on to its end: ${on.join(', ')}`;
	const isStopped = `stopped: ${listed(stopped, after)}`;
	const [ranOnLines, stoppedLines] = [linesOf(on, 'closedRanOnShare'), linesOf(stopped, 'closedStoppedShare')];
	if (stopped.length === 0) return by('confirmed', `${goesOn}.`, least(ranOnLines));
	if (on.length === 0) return by('refuted', `S${isStopped.slice(1)}.`, least(stoppedLines));
	return by('depends', `${goesOn}; ${isStopped}.`, most(ranOnLines), most(stoppedLines));
}
