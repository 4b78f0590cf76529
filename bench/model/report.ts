import type { GateResult } from './gate.ts';
import type { MeasureName } from './measures.ts';
import type { RunRecord } from './run.ts';
import type { ChartData } from './series.ts';

/** All that a reporter gets: saved data and what was computed from it. */
export interface ReportInput {
	readonly run: RunRecord;
	/** In the order of the run's scenarios. */
	readonly sections: readonly ReportSection[];
	/** What became of the limits that were set for this run; absent: there were none. `strict`: an open one fails, too. */
	readonly gates?: { readonly results: readonly GateResult[]; readonly strict: boolean };
}

/** One scenario of the report. */
export interface ReportSection {
	readonly id: string;
	readonly title: string;
	readonly question: string;
	readonly method: string;
	/** A sentence or a few: the answer, with figures; empty where the sentences of its charts are the answer. */
	readonly answer: string;
	/** The answer as a list, where it has several parts; `answer` is empty then. */
	readonly points?: readonly string[];
	readonly table: SummaryTable;
	/** What figures do not say: tables in words. */
	readonly tables?: readonly ReportTable[];
	/** What a browser showed. */
	readonly pictures?: readonly ReportPicture[];
	readonly charts: readonly ChartData[];
	readonly warnings: readonly string[];
}

/** One row per target, or per case and target: the estimate of each measure over the repeats. */
export interface SummaryTable {
	readonly measures: readonly MeasureName[];
	/** Those of them that the scenario compares targets by; absent in older publications. */
	readonly main?: readonly MeasureName[];
	readonly rows: readonly SummaryRow[];
}

export interface SummaryRow {
	/** The title of the case, where the scenario has several, and its id. */
	readonly case?: string;
	readonly caseId?: string;
	readonly target: string;
	readonly completed: number;
	readonly of: number;
	/** Parallel to `measures`; undefined where nothing was measured. */
	readonly cells: readonly (SummaryCell | undefined)[];
}

export interface SummaryCell {
	readonly value: number;
	readonly unit: string;
	/** A lower bound. */
	readonly atLeast?: true;
	/** Holds for as long as it was watched, which was shorter than this limit that it stands behind, in seconds. */
	readonly limitNotMetS?: number;
	readonly ci?: readonly [low: number, high: number];
}

/** A photograph, so to say: what was on a screen. */
export interface ReportPicture {
	/** Can be a part of a file's name; unique in a report. */
	readonly id: string;
	readonly title: string;
	/** What is to be seen, for who cannot see it, too. */
	readonly caption: string;
	readonly type: 'image/png' | 'image/jpeg';
	readonly bytes: Uint8Array;
}

/** A table of words, as long as its text is. */
export interface ReportTable {
	readonly title: string;
	/** What must be known to read it; a sentence. */
	readonly note: string;
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** Its columns after the first belong together, so many each: the parts of the table where it is too wide to stand as one. */
	readonly groups?: readonly TableGroup[];
	/** Also shown in the terminal. */
	readonly inTerminal?: true;
	/** Closed until it is asked for, where that can be. */
	readonly folded?: true;
}

export interface TableGroup {
	readonly title: string;
	readonly columns: number;
}
