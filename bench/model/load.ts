/** A rate over time, in arrivals per second; segments follow each other. */
export type Curve = readonly RateSegment[];
export interface RateSegment {
	readonly forMs: number;
	readonly fromPerS: number;
	/** Where it differs from `fromPerS` the rate is a straight ramp. */
	readonly toPerS: number;
}

/** A curve that holds one rate. */
export function constantRate(perS: number, forMs: number): Curve {
	return [{ forMs, fromPerS: perS, toPerS: perS }];
}

/**
 * What the swarm does.
 * - `hold`: sessions only; grows over the rungs of a ladder and is read at each.
 * - `open`: calls fall due on a schedule of their own, whatever the server does; any free session takes the next.
 * - `periodic`: every session calls once per period, at an instant of it drawn at random for each (an open loop per client).
 * - `closed`: every session calls again as soon as it was answered.
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
	| { readonly kind: 'closed'; readonly sessions: number; readonly forMs: number };

/** How many sessions a load holds at its largest. */
export function sessionsOf(load: Load): number {
	return load.kind === 'hold' ? Math.max(0, ...load.rungs) : load.sessions;
}

/** How long the load itself lasts; a ladder has no length of its own. */
export function loadMs(load: Load): number {
	if (load.kind === 'hold') return 0;
	if (load.kind === 'open') return load.rate.reduce((sum, s) => sum + s.forMs, 0);
	return load.forMs;
}

/** The same load, preceded by a warm-up at its first rate. */
export function withWarmUp(load: Exclude<Load, { kind: 'hold' }>, warmMs: number): Load {
	if (load.kind !== 'open') return { ...load, forMs: load.forMs + warmMs };
	const fromPerS = load.rate[0]?.fromPerS ?? 0;
	return { ...load, rate: [{ forMs: warmMs, fromPerS, toPerS: fromPerS }, ...load.rate] };
}
