import type { SlowCalls } from './call-template.ts';
import type { FaultWindow } from './fault.ts';
import type { Claim, Figures, Ruling } from './finding.ts';
import type { Load } from './load.ts';
import type { MeasureName } from './measures.ts';
import type { Path } from './path.ts';
import type { ClientOptions, Feature, Target } from './target.ts';

export const profiles = ['smoke', 'standard', 'full'] as const;
/** How large and how often: `smoke` proves the machinery, `standard` decides, `full` goes to the limits. */
export type Profile = (typeof profiles)[number];

/** The figures of a scenario that depend on the profile. */
export interface Size {
	readonly load: Load;
	/** Load at the same rate that is not measured, so that caches and compilers have settled. */
	readonly warmMs: number;
	readonly faults: readonly FaultWindow[];
	readonly repeats: number;
	/**
	 * How often the target's memory and descriptors are read in the measured phase, to find what every call leaves behind; not
	 * for a ladder, which has its rungs. A reading forces a collection, during which the target serves nobody: some ms that show
	 * in its latency. Absent: never.
	 */
	readonly readEveryMs?: number;
	/** What stands between swarm and target; absent: nothing. */
	readonly path?: Path;
	/** Every nth call takes this long on the server, so that a fault finds calls in flight. */
	readonly slowCalls?: SlowCalls;
	/** The server pushes a numbered message at this interval to every client that holds a stream; absent: never. */
	readonly pushEveryMs?: number;
	/** What its clients do otherwise than those of the target. */
	readonly client?: Partial<ClientOptions>;
	/** Further flags of the server, for servers of this project. */
	readonly serverFlags?: readonly string[];
	/** Servers keep a ledger of what they ran and pushed, where they can. */
	readonly ledger?: true;
	/** The same question under several circumstances; each makes trials of its own. Absent: the size as it is. */
	readonly cases?: readonly Case[];
}

/** The same question under other circumstances: what differs from the size that it belongs to. */
export interface Case {
	/** Unique within the scenario; part of the ids of its trials. */
	readonly id: string;
	/** A few words for tables. */
	readonly title: string;
	readonly size?: Partial<Omit<Size, 'repeats' | 'cases'>>;
	/** The arms of this case, from those of the scenario; absent: all of them. */
	arms?(arms: readonly Target[]): readonly Target[];
}

/** A picture that the report draws for a scenario, from the saved histories; of one of its cases, by default the first. */
export type ChartRequest = ChartKind & { readonly case?: string };
type ChartKind =
	/** A gauge over held sessions, one line per target. */
	| {
			readonly kind: 'ladder';
			readonly gauge: LadderGauge;
			readonly state: 'settled' | 'kept-alive';
			readonly title: string;
	  }
	/** Measures side by side, one group per target, with intervals. */
	| { readonly kind: 'bars'; readonly measures: readonly MeasureName[]; readonly title: string; readonly log?: boolean }
	/** One measure in every case: a group per case, a bar per target. */
	| { readonly kind: 'cases'; readonly measure: MeasureName; readonly title: string; readonly log?: boolean }
	/** Latency over percentile. */
	| { readonly kind: 'percentiles'; readonly title: string }
	/** p99 over the offered level of a search, one line per target, the objective as a level. */
	| { readonly kind: 'knee'; readonly title: string }
	/** A rate or a level over time, one line per target, faults shaded. */
	| { readonly kind: 'timeline'; readonly series: TimelineSeries; readonly title: string };

/** A table in words that the report has for a scenario: `libraries`, what an application saw of its client library. */
export type TableRequest = 'libraries';

export type LadderGauge = 'pssKb' | 'ussKb' | 'heapUsedKb' | 'fds' | 'kernelKb';
export type TimelineSeries = 'callsOkPerS' | 'openSessions' | 'connectsPerS';

/** A claim with the rule that turns saved figures into a verdict. */
export interface JudgedClaim extends Claim {
	/** Which servers speak to it: the reference servers (by default), or those on the official SDKs. */
	readonly about?: 'transports' | 'implementations';
	rule(figures: Figures): Ruling;
}

/** A scripted question: load, faults, what is shown, how the answer is judged. */
export interface Scenario {
	readonly id: string;
	readonly title: string;
	readonly question: string;
	/** How it is measured, for the report's reader; two to four sentences. */
	readonly method: string;
	readonly needs: readonly Feature[];
	/** The arms it runs by default, from the known targets; a user's `--target` filters these and adds named ones. */
	arms(targets: readonly Target[], profile: Profile): readonly Target[];
	/** A profile without a size leaves the scenario out. */
	readonly sizes: Readonly<Partial<Record<Profile, Size>>>;
	/**
	 * How many of its trials may run at the same time; absent: one. Only for questions of counts and seconds: trials that share
	 * the machine say nothing of latency, CPU time or memory.
	 */
	readonly atOnce?: number;
	/** The profiles in which it runs without being named; absent: all that it has a size for. */
	readonly inProfiles?: readonly Profile[];
	/** Measures of the result table, in order. */
	readonly shows: readonly MeasureName[];
	/** Measures that are compared between targets; the first target is the reference. */
	readonly compares: readonly MeasureName[];
	readonly charts: readonly ChartRequest[];
	/** Tables in words beside that of the figures. */
	readonly tables?: readonly TableRequest[];
	readonly claims: readonly JudgedClaim[];
}

/** Whether a scenario is part of a profile without being named. */
export function runsIn({ sizes, inProfiles }: Scenario, profile: Profile): boolean {
	return sizes[profile] !== undefined && (inProfiles?.includes(profile) ?? true);
}
