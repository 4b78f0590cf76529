import type { CalibratedMachine } from './calibration.ts';
import type { MeasureName } from './measures.ts';

/** More repeats are not looked at, because nobody waits for them. */
export const mostRepeatsLookedAt = 64;

/** How often, of so many comparisons, a verdict was what it should be, or should not be. */
export interface Tally {
	readonly count: number;
	readonly of: number;
	/** Comparisons of trials that no other comparison used, side by side as a run has them; all others draw from the same trials again. */
	readonly ranForReal: number;
}

/** A server that is slower than another by exactly so much. */
export interface SlowdownRow {
	readonly percent: number;
	/** Comparisons that said so: `higher`. */
	readonly found: Tally;
	/** Comparisons that called both equal within the margin: not found either. */
	readonly calledEqual: number;
	/** The figure of all its trials ÷ that of all trials of the base, with its interval. */
	readonly measured: { readonly value: number; readonly ci?: readonly [low: number, high: number] };
}

/** What the verdicts on one measure are worth on this machine. */
export interface ProofRow {
	readonly measure: MeasureName;
	/** Comparisons of a server with itself that called it different from itself. */
	readonly different: Tally;
	readonly slowdowns: readonly SlowdownRow[];
	/** By how much a single trial typically differs from the mean of all: 0.05 is 5 %. */
	readonly perRepeat: number;
	/** The smallest slowdown, in %, that is found often enough with these repeats; absent: none that was looked for. */
	readonly smallestFoundPercent?: number;
	/** Where the smallest slowdown that was injected is not found often enough: how many repeats would find it; absent: no number that was looked at. */
	readonly repeatsNeeded?: number;
	/**
	 * The slowdown, in %, that these repeats are for: what was measured of the injected one, which on latency is less, for the way there and back is not
	 * slowed. Absent where it is found often enough, and in older proofs, which took the injected one.
	 */
	readonly repeatsNeededForPercent?: number;
}

/**
 * The proof of the method: a server with a known answer against itself, and against itself slowed by a known share, on this machine. Measured by
 * `calibrate --verdicts`, kept beside the calibration, shown in every report.
 */
export interface VerdictProof {
	readonly measuredAt: string;
	readonly durationMs: number;
	readonly machine: CalibratedMachine;
	readonly profile: string;
	readonly seed: number;
	/** Of each side of a comparison: the standard number of a run. */
	readonly repeats: number;
	/** Blocks that count, of as many as ran: of a block in which the generator was disturbed nothing does. */
	readonly blocks: number;
	readonly blocksRan: number;
	/** Fresh processes in the blocks that count. */
	readonly trials: number;
	/** So many comparisons of a server with itself may call it different. */
	readonly allowedDifferent: number;
	/** In so many comparisons a slowdown is to be found. */
	readonly wantedFound: number;
	readonly rows: readonly ProofRow[];
}
