import type { Calibration } from './calibration.ts';
import type { Environment } from './environment.ts';
import type { Comparison, Finding } from './finding.ts';
import type { Objective } from './objective.ts';
import type { Profile } from './scenario.ts';
import type { Target } from './target.ts';
import type { TrialPlan, TrialResult } from './trial.ts';

export const runSchema = 1;

/** `running` is what a killed harness leaves behind: its finished trials can still be reported. */
export type RunState = 'running' | 'completed' | 'interrupted' | 'failed';

/** `run.json`: everything but the histories. Tools and tests read it; see `results/README.md`. */
export interface RunRecord {
	readonly schema: typeof runSchema;
	readonly id: string;
	/** The command that makes this run again, seed included. */
	readonly command: string;
	readonly profile: Profile;
	readonly seed: number;
	readonly state: RunState;
	readonly startedAt: string;
	readonly finishedAt?: string;
	readonly environment: Environment;
	/** The last calibration of the machine; absent where there was none. */
	readonly calibration?: Calibration;
	readonly targets: readonly Target[];
	readonly scenarios: readonly ScenarioRecord[];
	/** The whole plan, in the order of execution; trials that never ran are missing from `trials`. */
	readonly planned: readonly TrialPlan[];
	readonly trials: readonly TrialResult[];
	readonly comparisons: readonly Comparison[];
	readonly findings: readonly Finding[];
}

/** A scenario as it was run: its size after clamping. */
export interface ScenarioRecord {
	readonly id: string;
	readonly title: string;
	readonly question: string;
	readonly repeats: number;
	readonly sessions: number;
	/** The cases that were planned, where it has several. */
	readonly cases?: readonly CaseRecord[];
	/** Why the size differs from the profile's, if it does. */
	readonly clamped?: string;
	/** What a search looked for. */
	readonly objective?: Objective;
}

/** A case as it was run. */
export interface CaseRecord {
	readonly id: string;
	readonly title: string;
	readonly sessions: number;
}
