import type { Finding } from '../model/finding.ts';
import type { MeasureName } from '../model/measures.ts';
import type { ReportInput } from '../model/report.ts';
import type { ChartData } from '../model/series.ts';
import { decidingEvidence } from './evidence.ts';

/** Gauges whose names their slopes begin with; the slope of the heap is in a chart under its own name. */
const gauges = ['fds', 'pssKb', 'ussKb', 'kernelKb'];

/** Whether a chart shows a measure, or the gauge that it is the slope of: charts are named for what they show. */
function shows(chart: string, measure: MeasureName): boolean {
	const words = chart.split('-');
	return words.includes(measure) || gauges.some((gauge) => words.includes(gauge) && measure.startsWith(gauge));
}

/**
 * The picture that shows what decided a finding, of the scenario that it was found in: of the figure that decides, or else of
 * one that stands behind it. Undefined where there is none.
 */
export function decidingChart({ sections }: Pick<ReportInput, 'sections'>, finding: Finding): ChartData | undefined {
	const charts = sections.find(({ id }) => id === finding.scenario)?.charts ?? [];
	const lines = [...decidingEvidence(finding), ...finding.evidence];
	return lines.flatMap(({ measure }) => charts.find(({ id }) => shows(id, measure)) ?? []).at(0);
}
