import type { Calibration } from './calibration.ts';
import type { Environment } from './environment.ts';
import type { Comparison, Finding } from './finding.ts';
import type { MeasureName } from './measures.ts';
import type { Objective } from './objective.ts';
import type { PlatformProfile } from './platform.ts';
import type { GridPlace, Profile } from './scenario.ts';
import type { Target } from './target.ts';
import type { TrialPlan, TrialResult } from './trial.ts';
import type { UntilDecided } from './until-decided.ts';
import type { VerdictProof } from './verdict-proof.ts';

export const runSchema = 1;

/** The file beside `run.json` that describes it, so that a folder that is moved or packed keeps its own. */
export const runSchemaFile = 'run.schema.json';

/** What stands at the top of `run.json`, for editors and tools. */
export const schemaPointer = `./${runSchemaFile}` as const;

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
	/** What verdicts are worth on the machine; absent where it was not measured. */
	readonly verdictProof?: VerdictProof;
	readonly targets: readonly Target[];
	readonly scenarios: readonly ScenarioRecord[];
	/** The whole plan, in the order of execution; trials that never ran are missing from `trials`. */
	readonly planned: readonly TrialPlan[];
	readonly trials: readonly TrialResult[];
	/** Of a run that added repeats while verdicts were open, which are part of `planned`; absent: it did not. */
	readonly untilDecided?: UntilDecided;
	readonly comparisons: readonly Comparison[];
	readonly findings: readonly Finding[];
	/** What the figures of all trials together say of the measurement itself; absent in runs before there were any. */
	readonly notes?: readonly RunNote[];
}

/** Something that a reader of the figures must know: a drift, an outlier, a spread that moved, a control that failed. */
export interface RunNote {
	readonly kind: 'drift' | 'outlier' | 'spread' | 'control';
	readonly scenario: string;
	readonly case?: string;
	readonly measure: MeasureName;
	/** A sentence or two, with figures. */
	readonly text: string;
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
	/** The platforms whose limits its cases stood behind, as they were known then. */
	readonly platforms?: readonly PlatformProfile[];
	/** Why the size differs from the profile's, if it does. */
	readonly clamped?: string;
	/** Of a soak: how long it was to last. */
	readonly soakMs?: number;
	/** What a search looked for. */
	readonly objective?: Objective;
	/** What the user put between clients and servers (`--path`); absent: nothing. */
	readonly path?: PathRecord;
}

/** A path that was asked for: it stands where a case has none of its own. */
export interface PathRecord {
	/** As it was given. */
	readonly word: string;
	/** What it is, in words. */
	readonly title: string;
	/** The cases that it stood before. */
	readonly of: 'all' | 'some' | 'none';
}

/** A case as it was run. */
export interface CaseRecord {
	readonly id: string;
	readonly title: string;
	readonly sessions: number;
	/** Where it stands in the grid of all cases, if they make one. */
	readonly at?: GridPlace;
	/** By how much its time was compressed; absent: it was not. */
	readonly factor?: number;
	/** The id of the platform whose limits it stood behind. */
	readonly platform?: string;
}
