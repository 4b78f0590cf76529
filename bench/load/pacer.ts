import type { Curve, Load } from '../model/load.ts';
import { deriveSeed, type Random, seededRandom } from '../random.ts';

/** An instant at which a call falls due, in µs since the load began; `session` where the arrival belongs to one. */
export interface Arrival {
	readonly dueUs: number;
	readonly session?: number;
}

/** A worker's share of a load's arrivals: `worker` of `workers`. */
export interface Share {
	readonly worker: number;
	readonly workers: number;
}

/**
 * The arrivals of a load in order, as arithmetic: no timers, no clock. The same seed gives the same schedule for any number
 * of workers, because each takes its share of one common sequence.
 */
export function arrivals(load: Load, seed: number, share: Share): Iterator<Arrival, undefined> {
	switch (load.kind) {
		case 'open':
			return shared(openArrivals(load.rate, unitArrivals(load.arrivals, seed)), share);
		case 'periodic':
			return periodicArrivals(load.sessions, load.everyMs * 1000, load.forMs * 1000, seed, share);
		default:
			throw new Error(`a ${load.kind} load has no schedule`);
	}
}

/** Arrivals at rate 1: n itself, or the sum of n exponential gaps (a Poisson process). */
function* unitArrivals(kind: 'constant' | 'poisson', seed: number): Generator<number, never> {
	const random = seededRandom(deriveSeed(seed, 'arrivals'));
	let at = 0;
	for (;;) {
		yield at;
		at += kind === 'constant' ? 1 : exponential(random);
	}
}

function exponential(random: Random): number {
	return -Math.log(1 - random.next());
}

/** Bends arrivals at rate 1 to a curve: an arrival is due when the curve's integral reaches it. */
function* openArrivals(curve: Curve, units: Iterator<number>): Generator<Arrival, undefined> {
	let startUs = 0;
	let before = 0;
	let unit = units.next().value as number;
	for (const { forMs, fromPerS, toPerS } of curve) {
		const seconds = forMs / 1000;
		const area = ((fromPerS + toPerS) / 2) * seconds;
		for (; unit < before + area; unit = units.next().value as number) {
			yield { dueUs: startUs + Math.round(timeOfArea(unit - before, fromPerS, toPerS, seconds) * 1e6) };
		}
		before += area;
		startUs += forMs * 1000;
	}
	return undefined;
}

/** The time in seconds at which a straight ramp from a to b over `seconds` has this area. */
function timeOfArea(area: number, a: number, b: number, seconds: number): number {
	// At the very start of a ramp from 0 the formula below would divide zero by zero.
	if (area === 0) return 0;
	const slope = (b - a) / seconds;
	if (slope === 0) return area / a;
	// a·t + slope·t²/2 = area, written so that it stays exact as the slope goes to 0.
	return (2 * area) / (a + Math.sqrt(a * a + 2 * slope * area));
}

function* shared(all: Iterator<Arrival, undefined>, { worker, workers }: Share): Generator<Arrival, undefined> {
	for (let n = 0; ; n++) {
		const next = all.next();
		if (next.done) return undefined;
		if (n % workers === worker) yield next.value;
	}
}

/**
 * Every session once per period, always at the same instant of it, which is drawn at random for each session: whenever one
 * looks, each client's next call is less than a period away, and the calls of all are spread evenly.
 */
function* periodicArrivals(
	sessions: number,
	everyUs: number,
	forUs: number,
	seed: number,
	{ worker, workers }: Share,
): Generator<Arrival, undefined> {
	const random = seededRandom(deriveSeed(seed, 'periodic'));
	const offsets = Array.from({ length: sessions }, (_, session) => ({ session, offsetUs: random.below(everyUs) }))
		.filter(({ session }) => session % workers === worker)
		.sort((a, b) => a.offsetUs - b.offsetUs);
	for (let startUs = 0; startUs < forUs; startUs += everyUs) {
		for (const { session, offsetUs } of offsets) {
			if (startUs + offsetUs < forUs) yield { dueUs: startUs + offsetUs, session };
		}
	}
	return undefined;
}
