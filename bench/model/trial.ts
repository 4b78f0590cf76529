import type { Measures } from './measures.ts';
import type { Warning } from './warning.ts';

/** One scenario, or one of its cases, × one target × one repeat, before it runs. */
export interface TrialPlan {
	/** File-name safe and unique within a run: `idle-clients.sse.r1`, `restart.drain-502.sse.r1`. */
	readonly id: string;
	readonly scenario: string;
	/** Of a scenario with several cases: which. */
	readonly case?: string;
	readonly target: string;
	/**
	 * The history that it shares with the other cases of its target and repeat, because they ran side by side on the same processes;
	 * absent: one of its own, under its id.
	 */
	readonly history?: string;
	/** Its place among them: client n of the history belongs to place n modulo `places`. */
	readonly place?: number;
	readonly places?: number;
	/** Counts from 1. */
	readonly repeat: number;
	readonly seed: number;
}

/** How far a trial came that was stopped, from the beginning of its measured phase to its last checkpoint. */
export interface Stopped {
	readonly afterMs: number;
	/** How long it was to last; absent where the run did not keep that. */
	readonly ofMs?: number;
}

/** What a trial became. Only `completed` trials enter measures, comparisons and findings. */
export type TrialResult = TrialPlan & { readonly warnings: readonly Warning[] } & (
		| {
				readonly state: 'completed';
				readonly startedAt: string;
				readonly durationMs: number;
				readonly measures: Measures;
				/** Whoever started it ended it: it counts with what it had measured. Absent: it came to its end. */
				readonly stopped?: Stopped;
		  }
		/** The generator was not good enough, or other programs had the machine: `because` names the limit and the figure. */
		| {
				readonly state: 'invalid';
				readonly startedAt: string;
				readonly durationMs: number;
				readonly because: string;
				readonly measures: Measures;
		  }
		/** The user interrupted, or the target died. */
		| {
				readonly state: 'aborted';
				readonly startedAt: string;
				readonly durationMs: number;
				readonly because: string;
				readonly stderr?: readonly string[];
		  }
		| {
				readonly state: 'failed-to-start';
				readonly startedAt: string;
				readonly because: string;
				/** The last lines the target wrote to stderr. */
				readonly stderr: readonly string[];
		  }
		/** The target lacks what the scenario needs. */
		| { readonly state: 'skipped'; readonly because: string }
	);

export type TrialState = TrialResult['state'];
