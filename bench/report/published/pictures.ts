import type { ReportInput } from '../../model/report.ts';
import type { ChartData } from '../../model/series.ts';
import { decidingChart } from '../deciding-chart.ts';

/**
 * What decides for who must choose a transport, one chart for each question, the liked one first: what a client costs that is there,
 * what a call costs, and how long clients are without the server when it is restarted. The last may take the place of one that a run lacks.
 */
const questions: readonly (readonly string[])[] = [
	['idle-clients-pssKbPerClient-heapKbPerClient-kernelKbPerClient', 'idle-clients-pssKb-settled'],
	['steady-calls-cpuUsPerCall', 'steady-calls-p50Us-p99Us-p999Us', 'steady-calls-percentiles'],
	['restart-cases-recovery95Ms', 'restart-callsOkPerS'],
	['proxy-timeouts-heat-streamSurvivedShare', 'load-balancing-heat'],
];

const mostBest = 3;

/** A chart for each question that the run answers; their names may go on with the targets that they are of. */
function answers({ sections }: ReportInput): readonly ChartData[] {
	const charts = sections.flatMap((section) => section.charts);
	return questions.flatMap((liked) => {
		const found = liked.flatMap((name) => charts.find(({ id }) => id.startsWith(name)) ?? []);
		return found.slice(0, 1);
	});
}

/** The three charts that say most, or as many as the run has. */
export function bestCharts(input: ReportInput): readonly ChartData[] {
	const charts = input.sections.flatMap((section) => section.charts);
	return [...new Set([...answers(input), ...charts])].slice(0, mostBest);
}

/** The charts that are published as pictures, the most wanted first: the best, other answers, the trends, and one for each claim. */
export function publishedCharts(input: ReportInput, trends: readonly ChartData[]): readonly ChartData[] {
	const { findings } = input.run;
	const deciding = findings.flatMap((each) => decidingChart(input, each) ?? []);
	return [...new Set([...bestCharts(input), ...answers(input), ...trends, ...deciding])];
}
