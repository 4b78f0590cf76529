import type { MeasureName } from './measures.ts';
import type { RunRecord } from './run.ts';
import type { ChartData } from './series.ts';

/** All that a reporter gets: saved data and what was computed from it. */
export interface ReportInput {
	readonly run: RunRecord;
	/** In the order of the run's scenarios. */
	readonly sections: readonly ReportSection[];
}

/** One scenario of the report. */
export interface ReportSection {
	readonly id: string;
	readonly title: string;
	readonly question: string;
	readonly method: string;
	/** One sentence: the answer, with figures. */
	readonly answer: string;
	readonly table: SummaryTable;
	/** What figures do not say: tables in words. */
	readonly tables?: readonly ReportTable[];
	readonly charts: readonly ChartData[];
	readonly warnings: readonly string[];
}

/** One row per target, or per case and target: the estimate of each measure over the repeats. */
export interface SummaryTable {
	readonly measures: readonly MeasureName[];
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
	readonly ci?: readonly [low: number, high: number];
}

/** A table of words, as long as its text is. */
export interface ReportTable {
	readonly title: string;
	/** What must be known to read it; a sentence. */
	readonly note: string;
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}
