import { compare } from '../../bench/judge/judge.ts';
import { reportInput } from '../../bench/judge/sections.ts';
import type { ReportInput } from '../../bench/model/report.ts';
import type { HeatChart } from '../../bench/model/series.ts';
import { type GridShape, gridRun, gridScenario } from '../../bench/report/fixture-grid.ts';

/** What reporters get for a made-up run over a grid of cases, as it is judged. */
export function gridReport(shape: GridShape): ReportInput {
	const run = gridRun(shape);
	return reportInput({ ...run, comparisons: compare(run, gridScenario) }, [gridScenario], new Map());
}

export function heatCharts(input: ReportInput): HeatChart[] {
	return input.sections.flatMap((section) => section.charts).filter((chart) => chart.kind === 'heat');
}
