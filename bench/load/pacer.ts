import type { Curve, Load } from '../model/load.ts';
import { deriveSeed, type Random, seededRandom } from '../random.ts';

/** An instant at which a call falls due, in µs since the load began; `session` where the arrival belongs to one. */
export interface Arrival {
	readonly dueUs: number;
	readonly session?: number;
	/** Whether the call is to take the long time that the place has for slow calls. */
	readonly isSlow?: boolean;
}

/** A worker's share of a load's arrivals: `worker` of `workers`. */
export interface Share {
	readonly worker: number;
	readonly workers: number;
	/** How many places the sessions belong to; absent: one. */
	readonly places?: number;
}

/** The instants of a schedule in order; each is asked for once. */
export type Pacer = Iterator<Arrival, undefined>;

/**
 * The arrivals of a load in order, as arithmetic: no timers, no clock. The same seed gives the same schedule for any number
 * of workers, because each takes its share of one common sequence: every `workers`-th arrival, or its own sessions.
 */
export function arrivals(load: Load, seed: number, share: Share): Pacer {
	switch (load.kind) {
		case 'open':
			return openArrivals(load.rate, unitArrivals(load.arrivals, seed), share);
		case 'periodic':
			return periodicArrivals(load.sessions, load.everyMs * 1000, load.forMs * 1000, seed, share);
		case 'watch':
			return watchArrivals(load, share);
		case 'listen':
			if (load.pollMs === undefined) return [].values() as Pacer;
			return periodicArrivals(load.sessions, load.pollMs * 1000, load.forMs * 1000, seed, share);
		default:
			throw new Error(`a ${load.kind} load has no schedule`);
	}
}

/**
 * Arrivals at rate 1, where every n-th is asked for and the ones between are passed over: whole numbers, or sums of
 * exponential gaps (a Poisson process, whose first arrival is a gap away from the beginning, like every other).
 */
type Units = (steps: number) => number;

function unitArrivals(kind: 'constant' | 'poisson', seed: number): Units {
	if (kind === 'constant') {
		let last = -1;
		return (steps) => {
			last += steps;
			return last;
		};
	}
	const random = seededRandom(deriveSeed(seed, 'arrivals'));
	let at = 0;
	return (steps) => {
		for (let n = 0; n < steps; n++) at += exponential(random);
		return at;
	};
}

function exponential(random: Random): number {
	return -Math.log(1 - random.next());
}

/** What the sum of a curve's segments may be too large by, relative to it: an arrival at its very end is none. */
const rounding = 1e-13;

/**
 * Bends arrivals at rate 1 to a curve: an arrival is due when the curve's integral reaches it. Written without generator
 * functions, which cost 50 ns more for each arrival.
 */
function openArrivals(curve: Curve, units: Units, { worker, workers }: Share): Pacer {
	let unit = units(worker + 1);
	let index = 0;
	let startMs = 0;
	let before = 0;
	return {
		next: () => {
			for (let segment = curve[index]; segment; segment = curve[++index]) {
				const { forMs, fromPerS, toPerS } = segment;
				const after = before + ((fromPerS + toPerS) * forMs) / 2000;
				if (unit < after * (1 - rounding)) {
					const seconds = timeOfArea(unit - before, fromPerS, toPerS, forMs / 1000);
					unit = units(workers);
					return { done: false, value: { dueUs: Math.round(startMs * 1000 + seconds * 1e6) } };
				}
				before = after;
				startMs += forMs;
			}
			return { done: true, value: undefined };
		},
	};
}

/** The time in seconds at which a straight ramp from a to b over `seconds` has this area. */
function timeOfArea(area: number, a: number, b: number, seconds: number): number {
	// At the very start of a ramp from 0 the formula below would divide zero by zero; what rounding takes off is no time.
	if (area <= 0) return 0;
	const slope = (b - a) / seconds;
	if (slope === 0) return area / a;
	// a·t + slope·t²/2 = area, written so that it stays exact as the slope goes to 0.
	// Rounding may take the root's argument below 0 at the end of a ramp down to nothing.
	return (2 * area) / (a + Math.sqrt(Math.max(0, a * a + 2 * slope * area)));
}

/**
 * Every session once per period, always at the same instant of it, which is drawn at random for each session: whenever one
 * looks, each client's next call is less than a period away, and the calls of all are spread evenly.
 */
function periodicArrivals(
	sessions: number,
	everyUs: number,
	forUs: number,
	seed: number,
	{ worker, workers }: Share,
): Pacer {
	const random = seededRandom(deriveSeed(seed, 'periodic'));
	const offsets = Array.from({ length: sessions }, (_, session) => ({ session, offsetUs: random.below(everyUs) }))
		.filter(({ session }) => session % workers === worker)
		.sort((a, b) => a.offsetUs - b.offsetUs);
	let startUs = 0;
	let index = 0;
	return {
		next: () => {
			for (; offsets.length > 0 && startUs < forUs; startUs += everyUs, index = 0) {
				for (let own = offsets[index]; own; own = offsets[index]) {
					index++;
					const { session, offsetUs } = own;
					if (startUs + offsetUs < forUs) return { done: false, value: { dueUs: startUs + offsetUs, session } };
				}
			}
			return { done: true, value: undefined };
		},
	};
}

/**
 * The first `callers` sessions of each place make one slow call at the very beginning, the others an ordinary one when the load
 * is nearly over; both a moment apart from one another, so that no crowd comes of it.
 */
function watchArrivals(load: Extract<Load, { kind: 'watch' }>, { worker, workers, places = 1 }: Share): Pacer {
	const { sessions, callers, forMs, callAtMs } = load;
	const apartUs = Math.min(mostApartUs, (Math.min(callAtMs, forMs - callAtMs) * 500) / Math.max(1, sessions));
	const own = Array.from({ length: sessions }, (_, session) => session)
		.filter((session) => session % workers === worker)
		.map((session): Arrival => {
			const offsetUs = Math.round(session * apartUs);
			const isCaller = Math.floor(session / places) < callers;
			return isCaller ? { dueUs: offsetUs, session, isSlow: true } : { dueUs: callAtMs * 1000 + offsetUs, session };
		})
		.sort((a, b) => a.dueUs - b.dueUs);
	return own.values() as Pacer;
}

/** The calls of a watch are no further apart than this. */
const mostApartUs = 2000;
