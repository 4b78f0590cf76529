/**
 * The one clock: microseconds of the machine's monotonic clock, the same in every process of the machine
 * (CLOCK_MONOTONIC), so that instants of server, swarm and harness may be compared.
 */
const offsetUs = Math.max(...Array.from({ length: 9 }, readOffsetUs));

/**
 * A process that has to wait for a CPU between the two readings gets an offset that is too small, and would for all its life
 * be behind the others: the largest of several is the one that was least disturbed.
 */
function readOffsetUs(): number {
	return Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;
}

/** Whole microseconds since the machine's monotonic epoch; exact in a double for 285 years. */
export function monotonicUs(): number {
	return Math.round(performance.now() * 1000 + offsetUs);
}

/** A clock that counts from a trial's origin. */
export type Clock = () => number;

export function clockSince(originUs: number): Clock {
	return () => monotonicUs() - originUs;
}
