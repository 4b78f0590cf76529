import type { Auth } from './auth.ts';
import type { SlowCalls } from './call-template.ts';
import type { FaultWindow } from './fault.ts';
import type { Claim, Figures, Ruling } from './finding.ts';
import type { Guests } from './guests.ts';
import type { Load } from './load.ts';
import type { MeasureName } from './measures.ts';
import type { Path } from './path.ts';
import type { PlatformProfile } from './platform.ts';
import type { SoakFigure } from './soak.ts';
import type { ClientOptions, Feature, Target } from './target.ts';
import type { Remains } from './vanish.ts';

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
	/** Each of these pushes goes to a single client, drawn by chance; absent: to all. */
	readonly pushToOne?: true;
	/** Clients beside those of the load that stop reading, ask for much, or give up long calls; absent: none. */
	readonly guests?: Guests;
	/** What its clients do otherwise than those of the target. */
	readonly client?: Partial<ClientOptions>;
	/** Further flags of the server, for servers of this project. */
	readonly serverFlags?: readonly string[];
	/** Servers write the number of their process into the ids of sessions, and `sse` names its session in a header. */
	readonly numbered?: true;
	/** Where servers keep their sessions, so that any process serves any session; of the targets only `stateful` can. Absent: in memory. */
	readonly sessionStore?: 'redis';
	/** Servers ask for bearer tokens, and each client has one; absent: nobody needs one. */
	readonly auth?: Auth;
	/** Servers keep a ledger of what they ran and pushed, where they can. */
	readonly ledger?: true;
	/** By how much its time is compressed: a second stands for so many. Clients wait for as much less; absent: 1. */
	readonly factor?: number;
	/** Its clients wait as long as their policy says all the same: compressed, they would only spin. */
	readonly realWaits?: true;
	/** That not one session can be opened is an answer, and no reason to abort; when for some time none was, the others are not waited for. */
	readonly mayStayClosed?: true;
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
	/** Where it stands in a grid of all cases: the chart `heat` has a row and, within each target, a column for it. */
	readonly at?: GridPlace;
	/** The platform whose limits it stands behind. */
	readonly platform?: PlatformProfile;
	/** The arms of this case, from those of the scenario; absent: all of them. */
	arms?(arms: readonly Target[]): readonly Target[];
}

/** A place in a grid of cases; no two cases of a target have the same. */
export interface GridPlace {
	readonly row: string;
	/** The same in few letters, for where the row's name does not fit; also unique. */
	readonly short?: string;
	/** What sentences and tables call the row, alone or together with others of that name; absent: `row`. */
	readonly group?: string;
	readonly column: string;
	/** What a reader of a table must know of the row, in a sentence or two. */
	readonly note?: string;
}

/**
 * What a grid answers whoever must choose: from which value on a cell is good, from which on bad, and the words for it. The kinds
 * that a choice is among are the grid's targets, or its columns whatever the target.
 */
export interface GridAnswer {
	readonly kinds: 'target' | 'column';
	readonly good: GridEnd;
	readonly bad: GridEnd;
}

/** Classes that the cells of a grid fall into, where a scale would show alike what a reader must tell apart. */
export interface GridClasses {
	/** What each class is, from the best to the worst. */
	readonly words: readonly string[];
	/**
	 * The index of a cell's class.
	 * @param measure what else decides the colour, in its unit
	 * @param label what is written in the cell, in its unit
	 */
	classOf(measure: number, label: number): number;
}

export interface GridEnd {
	/** Included. */
	readonly from: number;
	/** `Lives`: the beginning of a sentence. */
	readonly words: string;
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
	/**
	 * A grid: a row for each distinct `at.row` of the cases, a column for each target and distinct `at.column`. `measure` decides the
	 * colour, from good to bad as the measure says; `label`, by default the same, is written in the cell. `axes`: what rows and
	 * columns are, for their titles. `targets`: only these; absent: all. With `rows: 'targets'` there is a row for each target, and a
	 * column for each case, wherever those stand; of both only those that have a figure.
	 */
	| {
			readonly kind: 'heat';
			readonly measure: MeasureName;
			readonly label?: MeasureName;
			readonly title: string;
			readonly axes?: readonly [rows: string, columns: string];
			readonly targets?: readonly string[];
			readonly rows?: 'targets';
			/** Absent: the ends of the measure's scale, or of what was measured, and its name. */
			readonly answer?: GridAnswer;
			/** The colours are those of classes, and of no scale. */
			readonly classes?: GridClasses;
	  }
	/** Latency over percentile: of calls, or of what servers push. */
	| { readonly kind: 'percentiles'; readonly of?: 'deliveries'; readonly title: string }
	/** CPU time of the server for a client and hour over the messages for it, computed from the measured parts of its cost. */
	| { readonly kind: 'push-cost'; readonly title: string }
	/** p99 over the offered level of a search, one line per target, the objective as a level. */
	| { readonly kind: 'knee'; readonly title: string }
	/** What the last wave of clients left in the server, as a share of what it had added, over the time since it went; one line per target. */
	| { readonly kind: 'reclaim'; readonly of: Remains; readonly title: string }
	/** What is left in the server over the clients that have come and gone, one line per target, and the slope. */
	| { readonly kind: 'remains'; readonly of: Remains; readonly title: string }
	/** A figure of a soak at each checkpoint over the time of day it ran, one line per target, and the slope. */
	| { readonly kind: 'soak'; readonly of: SoakFigure; readonly title: string }
	/** A rate or a level over time, one line per target, faults shaded. */
	| { readonly kind: 'timeline'; readonly series: TimelineSeries; readonly title: string };

/**
 * A table in words that the report has for a scenario: `libraries`, what an application saw of its client library; `billing`, what
 * an hour of a session costs on a serverless platform; `affinity`, how clients fare with each way to spread them over servers;
 * `platforms`, whose limits were emulated and where they are documented; `vanished`, what clients that went left behind; `soak`, what
 * grew over hours; `tokens` and `cookies`, what a browser sent and where it ended up; `revocation`, how long a token works that no longer counts.
 */
export type TableRequest =
	| 'libraries'
	| 'billing'
	| 'affinity'
	| 'platforms'
	| 'vanished'
	| 'soak'
	| 'tokens'
	| 'cookies'
	| 'revocation';

export type LadderGauge = 'pssKb' | 'ussKb' | 'heapUsedKb' | 'fds' | 'kernelKb';
export type TimelineSeries = 'callsOkPerS' | 'openSessions' | 'connectsPerS';

/** A claim with the rule that turns saved figures into a verdict. */
export interface JudgedClaim extends Claim {
	/** Which servers speak to it: the reference servers (by default), or those on the official SDKs. */
	readonly about?: 'transports' | 'implementations';
	/** The ids of the only ones that speak to it, whatever they are; absent: as `about` says. */
	readonly targets?: readonly string[];
	/**
	 * How many completed repeats a verdict takes; absent: as many as an interval does. Fewer are enough only where the claim is about
	 * what happens at all, to every client of a trial, or where its figures have intervals within a trial.
	 */
	readonly repeats?: number;
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
	 * the machine say nothing of latency, CPU time or memory, but what a heap holds after a forced collection.
	 */
	readonly atOnce?: number;
	/** The profiles in which it runs without being named; absent: all that it has a size for. */
	readonly inProfiles?: readonly Profile[];
	/**
	 * Its cases run at the same time on the same server processes, each at a place of its own: a listener of the path. Only for
	 * cases that differ in path, server flags, tokens, call or client, and for questions of counts and seconds, or of how much
	 * more one case takes than another (`Figures.added`).
	 */
	readonly sideBySide?: true;
	/** Its trials have checkpoints: what one had measured when it was interrupted counts, and is reported. */
	readonly keepsPart?: true;
	/** Measures of the result table, in order. */
	readonly shows: readonly MeasureName[];
	/**
	 * The answer to its question with the deciding figures, in a few sentences, or as a list of them; absent, or undefined: the measures
	 * that it compares.
	 */
	answer?(figures: Figures): string | readonly string[] | undefined;
	/** Measures that are compared between targets; the first target is the reference. */
	readonly compares: readonly MeasureName[];
	/** The profiles in which its first reference arm runs a second time under another name, to show what equals differ by; absent: none. */
	readonly againIn?: readonly Profile[];
	readonly charts: readonly ChartRequest[];
	/** Tables in words beside that of the figures. */
	readonly tables?: readonly TableRequest[];
	readonly claims: readonly JudgedClaim[];
}

/** Whether a scenario is part of a profile without being named. */
export function runsIn({ sizes, inProfiles }: Scenario, profile: Profile): boolean {
	return sizes[profile] !== undefined && (inProfiles?.includes(profile) ?? true);
}
