import type { Objective } from './objective.ts';
import type { LibraryId } from './observed.ts';
import type { SearchBounds } from './search.ts';
import type { SoakLoad } from './soak.ts';
import { type VanishLoad, vanishMs } from './vanish.ts';

/** A rate over time, in arrivals per second; segments follow each other. */
export type Curve = readonly RateSegment[];
export interface RateSegment {
	readonly forMs: number;
	readonly fromPerS: number;
	/** Where it differs from `fromPerS` the rate is a straight ramp. */
	readonly toPerS: number;
}

/** A curve that holds one rate. @throws RangeError for a rate or a length below zero, as all curves do */
export function constantRate(perS: number, forMs: number): Curve {
	return ramp(perS, perS, forMs);
}

/** A straight line from one rate to another. */
export function ramp(fromPerS: number, toPerS: number, forMs: number): Curve {
	for (const figure of [fromPerS, toPerS, forMs]) {
		if (!Number.isFinite(figure) || figure < 0) {
			throw new RangeError(`a rate and its length are finite and not below zero, not ${figure}`);
		}
	}
	return [{ forMs, fromPerS, toPerS }];
}

/** One rate after another, each held equally long: a staircase. */
export function steps(ratesPerS: readonly number[], eachMs: number): Curve {
	return joined(...ratesPerS.map((perS) => constantRate(perS, eachMs)));
}

/** A base rate that jumps to a peak `atMs` after the beginning, for `peakMs`, and falls back for the rest of `forMs`. */
export function spike(spec: {
	readonly basePerS: number;
	readonly peakPerS: number;
	readonly atMs: number;
	readonly peakMs: number;
	readonly forMs: number;
}): Curve {
	const { basePerS, peakPerS, atMs, peakMs, forMs } = spec;
	const afterMs = forMs - atMs - peakMs;
	return joined(constantRate(basePerS, atMs), constantRate(peakPerS, peakMs), constantRate(basePerS, afterMs));
}

/** Curves one after another. */
export function joined(...curves: readonly Curve[]): Curve {
	return curves.flat().filter(({ forMs }) => forMs > 0);
}

/**
 * What the swarm does.
 * - `hold`: sessions only; grows over the rungs of a ladder and is read at each.
 * - `open`: calls fall due on a schedule of their own, whatever the server does; any free session takes the next.
 * - `periodic`: every session calls once per period, at an instant of it drawn at random for each (an open loop per client).
 * - `closed`: every session calls again as soon as it was answered.
 * - `watch`: sessions are held, and all but quiet: of each place the first `callers` make one slow call at the beginning, on
 *   which nothing else depends, and the others one ordinary call at `callAtMs`; `pushAtMs` servers push to whomever listens.
 * - `listen`: sessions are held and told what the server pushes, or poll for it.
 * - `search`: steps of `open` load at levels that are looked for, or of `periodic` load on ever more sessions.
 * - `libraries`: no swarm, but two clients of an official SDK with all of its defaults.
 * - `vanish`: waves of sessions that open, call once and go.
 * - `soak`: `open` load for long, beside sessions that come and go.
 * - `browser`: no swarm, but a page in a real browser, and a plain client in Node.
 */
export type Load =
	| { readonly kind: 'hold'; readonly rungs: readonly number[] }
	| {
			readonly kind: 'open';
			readonly sessions: number;
			readonly rate: Curve;
			readonly arrivals: 'constant' | 'poisson';
	  }
	| { readonly kind: 'periodic'; readonly sessions: number; readonly everyMs: number; readonly forMs: number }
	| { readonly kind: 'closed'; readonly sessions: number; readonly forMs: number }
	| WatchLoad
	| ListenLoad
	| SearchLoad
	| LibraryLoad
	| VanishLoad
	| SoakLoad
	| BrowserLoad;

/** Sessions that are watched rather than used: how long do they live, and can they still be used when they are needed? */
export interface WatchLoad {
	readonly kind: 'watch';
	readonly sessions: number;
	/**
	 * Of each place. They open when the load begins, a few at a time, and call at once; their sessions are their own, so that an answer resets no
	 * clock of one that is watched, and hold no stream where the transport can do without.
	 */
	readonly callers: number;
	readonly callAtMs: number;
	/** Once, by servers of this project with a ledger; absent: never. */
	readonly pushAtMs?: number;
	readonly forMs: number;
}

/** Sessions that wait for what the server has to say: they hold a stream, or poll where their target's clients do. */
export interface ListenLoad {
	readonly kind: 'listen';
	readonly sessions: number;
	/** For so long nothing is pushed; then the servers begin. */
	readonly idleMs: number;
	/** What they push in the first time does not count. */
	readonly settleMs: number;
	/** Of these and of the pushes that count together. Who polls goes on for one more of its intervals, so that the last pushes are fetched too. */
	readonly forMs: number;
	/** Set from the target's clients: each asks once in so long, at an instant of it drawn for each. */
	readonly pollMs?: number;
}

/** Clients of this generation of the SDK are observed for a time; see `LibraryUser`. */
export interface LibraryLoad {
	readonly kind: 'libraries';
	readonly client: LibraryId;
	readonly forMs: number;
}

/** Whatever it takes: `forMs` is a guess, for the length of the plan. */
export interface BrowserLoad {
	readonly kind: 'browser';
	readonly forMs: number;
}

/** How many streams a page opens on one host: one more than the connections that browsers allow themselves. */
export const streamsOfPage = 7;

/** A load that lasts for a time, whoever paces it. */
export type OfferedLoad = Exclude<Load, { kind: 'hold' | 'search' | 'libraries' | 'vanish' | 'soak' | 'browser' }>;

/** A search for the highest level at which the objective is met: of calls per second, or of sessions. */
export type SearchLoad = RateSearch | SessionSearch;

interface SearchSteps extends Omit<SearchBounds, 'whole'> {
	readonly kind: 'search';
	/** Load at the step's level that does not count. */
	readonly stepWarmMs: number;
	/** The part of a step that counts. */
	readonly stepMs: number;
	readonly objective: Objective;
}

/** Poisson arrivals at each level, taken by free sessions; a call waits when none is free. */
export interface RateSearch extends SearchSteps {
	readonly of: 'rate';
	/** More than the target can serve at once, so that they are not the limit. */
	readonly sessions: number;
	/** How long a closed loop with as many connections runs afterwards, against a target that answers a POST with its result. */
	readonly ceilingMs: number;
}

/** Each level is a number of sessions that all call once per period. */
export interface SessionSearch extends SearchSteps {
	readonly of: 'sessions';
	readonly everyMs: number;
}

/** The bounds of a search, its first level spread by `within` (0 to 1), so that repeats try different levels. */
export function searchBounds(load: SearchLoad, within: number): SearchBounds {
	const { from, most, resolution, mostSteps, of } = load;
	return { from: Math.min(most, from * 2 ** within), most, resolution, mostSteps, whole: of === 'sessions' };
}

/** How many sessions a load holds at its largest. */
export function sessionsOf(load: Load): number {
	if (load.kind === 'hold') return Math.max(0, ...load.rungs);
	// The caller and the waiter.
	if (load.kind === 'libraries') return 2;
	if (load.kind === 'browser') return streamsOfPage;
	return load.kind === 'search' && load.of === 'sessions' ? load.most : load.sessions;
}

/**
 * The load of so many places side by side, each of which has this one. @throws RangeError for a load that cannot be shared out
 */
export function sideBySide(load: Load, places: number): Load {
	switch (load.kind) {
		case 'hold':
			return { ...load, rungs: load.rungs.map((rung) => rung * places) };
		case 'open': {
			const rate = load.rate.map(({ forMs, fromPerS, toPerS }) => ({
				forMs,
				fromPerS: fromPerS * places,
				toPerS: toPerS * places,
			}));
			return { ...load, sessions: load.sessions * places, rate };
		}
		case 'periodic':
		case 'closed':
		case 'watch':
			return { ...load, sessions: load.sessions * places };
		default:
			throw new RangeError(`a ${load.kind} load cannot run side by side`);
	}
}

/** How long the load itself lasts; a ladder has no length of its own, and that of a search is a guess. */
export function loadMs(load: Load): number {
	if (load.kind === 'hold') return 0;
	if (load.kind === 'search') return likelySearchMs(load);
	if (load.kind === 'vanish') return vanishMs(load);
	if (load.kind === 'open') return load.rate.reduce((sum, s) => sum + s.forMs, 0);
	return load.forMs;
}

/** Beyond its load a step needs time to start, and to drain where the level was too high. */
const aroundStepMs = 400;

/** A search that doubles half of the way and then bisects; every other level is tried twice. */
function likelySearchMs(load: SearchLoad): number {
	const doublings = Math.ceil(Math.log2(load.most / load.from) * 0.75);
	const bisections = Math.ceil(Math.log2(Math.LN2 / Math.log(load.resolution)));
	const steps = Math.min(load.mostSteps, doublings + 1 + 1.5 * bisections);
	const ceilingMs = load.of === 'rate' ? load.ceilingMs : 0;
	return steps * (load.stepWarmMs + load.stepMs + aroundStepMs) + ceilingMs;
}

/** The same load, preceded by a warm-up at its first rate. */
export function withWarmUp(load: OfferedLoad, warmMs: number): Load {
	if (load.kind !== 'open') return { ...load, forMs: load.forMs + warmMs };
	const fromPerS = load.rate[0]?.fromPerS ?? 0;
	return { ...load, rate: [{ forMs: warmMs, fromPerS, toPerS: fromPerS }, ...load.rate] };
}
