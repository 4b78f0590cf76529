import type { MachineLimits } from './machine-bounds.ts';
import type { Placement } from './model/environment.ts';
import type { Fault } from './model/fault.ts';
import type { Phase } from './model/history.ts';
import type { Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import type { TrialPlan } from './model/trial.ts';
import type { SwarmState } from './swarm-workers.ts';

/** All that a trial needs to know. */
export interface TrialSpec {
	readonly plan: TrialPlan;
	readonly target: Target;
	/** What is common to its places, and the load of all of them together. */
	readonly size: Size;
	/** The sizes of cases that run side by side, one for each place; absent: one place, of the size. */
	readonly places?: readonly Size[];
	/** Values of the target's extra headers, with their names; in memory only. */
	readonly headers: readonly string[];
	readonly limits: MachineLimits;
	readonly placement: Placement;
	/** After this a call is given up; absent: as `bench/limits.ts` says. */
	readonly callTimeoutMs?: number;
	/** Where the processes of the trial write their parts of the history. */
	readonly partsFolder: string;
	/** Other trials run at the same time. */
	readonly sharesMachine?: boolean;
	/** Aborts the trial; what it started is ended first. */
	readonly signal: AbortSignal;
	/** Told of every phase; the state is live while the trial runs. */
	readonly onPhase: (phase: Phase, state: () => SwarmState) => void;
	/** Told when a fault strikes, and when it has healed; absent: nobody watches. */
	readonly onFault?: (fault: Fault, change: 'applied' | 'healed') => void;
}
