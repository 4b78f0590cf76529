import type { GaugeValues } from './history.ts';

/**
 * A mixed load that goes on and on: calls of clients that stay, and beside them clients that come, call once and go, every other round
 * of them with a goodbye and every other one without; servers push where the size says so.
 */
export interface SoakLoad {
	readonly kind: 'soak';
	/** Clients that stay, and share the calls. */
	readonly sessions: number;
	/** Calls of all of them, at random instants (a Poisson process). */
	readonly perS: number;
	/** So many clients come in a round. */
	readonly passing: number;
	/** How often a round of them comes; they go when the next one is due. */
	readonly roundEveryMs: number;
	readonly forMs: number;
}

/** What is followed from checkpoint to checkpoint. */
export type SoakFigure = 'heapKb' | 'ussKb' | 'fds' | 'sessions' | 'p50Us' | 'p99Us';

/** At least so often there is a checkpoint; a short soak has some twenty, but not one in less than a second. */
const longestBetweenMs = 60_000;
const shortestBetweenMs = 1000;
const usualCheckpoints = 20;

/** How long from one checkpoint of a soak to the next. */
export function checkpointEveryMs({ forMs }: SoakLoad): number {
	return Math.min(longestBetweenMs, Math.max(shortestBetweenMs, Math.round(forMs / usualCheckpoints)));
}

/** A checkpoint begins: while the server is read it serves nobody, and calls that are due meanwhile say nothing of its latency. */
export interface CheckpointBegunEvent {
	readonly is: 'checkpoint-begun';
	readonly at: number;
}

/**
 * Everything up to here is in the history, however the harness ends: calls were written down, the target was read after a forced
 * collection. The first one is where the measured phase begins.
 */
export interface CheckpointEvent {
	readonly is: 'checkpoint';
	readonly at: number;
	/** Counts from 0. */
	readonly number: number;
	/** Clients that were there, and those that had come and gone. */
	readonly sessions: number;
	readonly gone: number;
	/** Summed over the target's processes. */
	readonly target: GaugeValues;
	/** All descriptors of the target. */
	readonly fds?: number;
	/** Private memory of the workers, and of the harness. */
	readonly swarmKb?: number;
	readonly harnessKb?: number;
}

export type SoakEvent = CheckpointBegunEvent | CheckpointEvent;
