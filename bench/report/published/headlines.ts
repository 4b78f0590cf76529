import type { MeasureName } from '../../model/measures.ts';
import type { ReportInput, SummaryCell } from '../../model/report.ts';

/** A question that every published run answers with one figure for each transport. */
export interface Headline {
	readonly scenario: string;
	readonly case?: string;
	readonly measure: MeasureName;
}

/** What is followed from one published run to the next. */
export const headlines: readonly Headline[] = [
	{ scenario: 'idle-clients', measure: 'pssKbPerClient' },
	{ scenario: 'steady-calls', measure: 'cpuUsPerCall' },
	{ scenario: 'steady-calls', measure: 'p50Us' },
	{ scenario: 'restart', case: 'crash-refused', measure: 'recovery95Ms' },
];

/** The reference servers: one for each transport. */
export const headlineTargets: readonly string[] = ['sse', 'stateful', 'stateless', 'modern'];

/** A headline’s figure of one target in one run, with its 95 % interval where there were enough repeats. */
export interface HeadlineFigure extends Headline {
	readonly target: string;
	readonly value: number;
	readonly unit: string;
	readonly ci?: readonly [low: number, high: number];
	/** A lower bound. */
	readonly atLeast?: true;
	readonly repeats: number;
}

/** The headline figures of a run; what it did not measure is absent. */
export function headlineFigures({ sections }: ReportInput): readonly HeadlineFigure[] {
	return headlines.flatMap((headline) => {
		const table = sections.find(({ id }) => id === headline.scenario)?.table;
		const column = table?.measures.indexOf(headline.measure) ?? -1;
		if (!table || column < 0) return [];
		return headlineTargets.flatMap((target) => {
			const row = table.rows.find((each) => each.target === target && each.caseId === headline.case);
			const cell = row?.cells[column];
			return row && cell ? [figureOf(headline, target, row.completed, cell)] : [];
		});
	});
}

function figureOf(headline: Headline, target: string, repeats: number, cell: SummaryCell): HeadlineFigure {
	const { value, unit, ci, atLeast } = cell;
	return { ...headline, target, value, unit, ...(ci && { ci }), ...(atLeast && { atLeast }), repeats };
}

/** Whether a figure answers a headline. */
export function answers(figure: Headline, headline: Headline): boolean {
	const { scenario, measure } = headline;
	return figure.scenario === scenario && figure.case === headline.case && figure.measure === measure;
}
