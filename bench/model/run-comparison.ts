import type { ComparisonVerdict, Estimate } from './finding.ts';
import type { GateResult } from './gate.ts';
import type { MeasureName } from './measures.ts';
import type { RunState } from './run.ts';

export const runComparisonSchema = 1;

/** The base, and what is measured against it. */
export type Side = 'a' | 'b';

/** What `compare A B` finds; its JSON is this. */
export interface RunComparison {
	readonly schema: typeof runComparisonSchema;
	readonly a: RunHead;
	readonly b: RunHead;
	/** What a reader must know before the figures, a sentence each: a run that was not finished, trials that were invalid. */
	readonly notes: readonly string[];
	/** What was not the same, the weightiest first; empty: all that is recorded was. */
	readonly differences: readonly EnvironmentDifference[];
	readonly summary: ComparisonSummary;
	/** In the order of the runs' scenarios, cases and targets. */
	readonly rows: readonly ComparedMeasure[];
	/** What was compared with nothing. */
	readonly onlyIn: readonly OnlyIn[];
	/** A line for each place that a gate stands at. */
	readonly gates: readonly GateResult[];
}

export interface RunHead {
	readonly id: string;
	readonly profile: string;
	readonly state: RunState;
	readonly startedAt: string;
	readonly completed: number;
	readonly planned: number;
	/** The commit of this project, and whether files differed from it. */
	readonly git: { readonly head: string; readonly dirty: boolean } | null;
}

export interface EnvironmentDifference {
	readonly group: 'machine' | 'software' | 'server' | 'load' | 'run';
	readonly what: string;
	readonly a: string;
	readonly b: string;
	/** It can move figures although the server is the same. */
	readonly matters: boolean;
}

export interface ComparisonSummary {
	/** With enough repeats on both sides for a verdict. */
	readonly compared: number;
	readonly different: number;
	readonly equal: number;
	readonly inconclusive: number;
	/** Those that are different, of those compared, in percent; absent where none was compared. */
	readonly differentShare?: number;
	/** With too few repeats for a verdict; among no other number. */
	readonly tooFew: number;
}

/** How B is to A; times are faster or slower, all else is less or more. */
export type ComparisonWord = 'faster' | 'slower' | 'less' | 'more' | 'equal' | 'inconclusive';

/**
 * Why nothing can be said: `few` repeats, `open` as no difference is possible, `many` as it differs only when looked at alone, `bound` as the true value of a
 * side may be higher, `partial` as a repeat has no figure.
 */
export type WhyOpen = 'few' | 'open' | 'many' | 'bound' | 'partial';

/** One measure of one target in both runs. */
export interface ComparedMeasure {
	readonly scenario: string;
	readonly case?: string;
	readonly target: string;
	readonly measure: MeasureName;
	readonly unit: string;
	/** The scenario is about it. */
	readonly main: boolean;
	readonly a: Estimate;
	readonly b: Estimate;
	/** B ÷ A by geometric means; absent where a value is zero or less. */
	readonly ratio?: number;
	/** B − A by means, in the unit; only where there is no ratio. */
	readonly difference?: number;
	/** 95 % interval of the ratio, or of the difference. */
	readonly ci?: readonly [low: number, high: number];
	/** The chance of such a difference where there is none, and the same adjusted for all that were looked at. */
	readonly p?: number;
	readonly adjustedP?: number;
	readonly verdict: ComparisonVerdict;
	readonly word: ComparisonWord;
	/** Whether B is better; absent where it is not different. */
	readonly better?: boolean;
	readonly why?: WhyOpen;
	/** About how many more repeats of each run would decide it, or, without `ci`, give it an interval. */
	readonly moreRepeats?: number;
}

export interface OnlyIn {
	readonly side: Side;
	readonly what: 'scenario' | 'case' | 'target' | 'measure';
	/** `steady-calls`, `steady-calls · stateless`, `steady-calls · stateless · p999Us`. */
	readonly name: string;
	/** Why the other side lacks it, where that is known. */
	readonly because?: string;
}
