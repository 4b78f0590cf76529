import type { Finding } from '../../model/finding.ts';
import type { ReportInput } from '../../model/report.ts';
import type { ChartData } from '../../model/series.ts';

/**
 * What decides for who must choose a transport, one chart for each question, the liked one first: what a client costs that is there,
 * what a call costs, and how long clients are without the server when it is restarted. The last are for runs without the others.
 */
const questions: readonly (readonly string[])[] = [
	['idle-clients-pssKbPerClient-heapKbPerClient-kernelKbPerClient', 'idle-clients-pssKb-settled'],
	['steady-calls-cpuUsPerCall', 'steady-calls-p50Us-p99Us-p999Us', 'steady-calls-percentiles'],
	['restart-cases-recovery95Ms', 'restart-callsOkPerS'],
	['proxy-timeouts-heat-streamSurvivedShare', 'load-balancing-heat'],
];

const mostBest = 3;

/** The three charts that say most, as far as the run has them; their names may go on with the targets that they are of. */
export function bestCharts({ sections }: ReportInput): readonly ChartData[] {
	const charts = sections.flatMap((section) => section.charts);
	const best = questions.flatMap((liked) => {
		const found = liked.flatMap((name) => charts.find(({ id }) => id.startsWith(name)) ?? []);
		return found.slice(0, 1);
	});
	const others = charts.filter((chart) => !best.includes(chart));
	return [...best, ...others].slice(0, mostBest);
}

/** Gauges whose names their slopes begin with; the slope of the heap is in a chart under its own name. */
const gauges = ['fds', 'pssKb', 'ussKb', 'kernelKb'];

/** The picture that shows what decided a finding, of the scenario that it was found in; undefined where there is none. */
export function decidingChart({ sections }: ReportInput, finding: Finding): ChartData | undefined {
	const charts = sections.find(({ id }) => id === finding.scenario)?.charts ?? [];
	const measured = finding.evidence.map(({ measure }) => measure);
	return measured.flatMap((measure) => charts.find(({ id }) => shows(id, measure)) ?? []).at(0) ?? charts.at(0);
}

function shows(chart: string, measure: string): boolean {
	const words = chart.split('-');
	return words.includes(measure) || gauges.some((gauge) => words.includes(gauge) && measure.startsWith(gauge));
}

/** The charts that are published as pictures, the most wanted first: the best, the trends, and one for each claim. */
export function publishedCharts(input: ReportInput, trends: readonly ChartData[]): readonly ChartData[] {
	const { findings } = input.run;
	return [
		...new Set([...bestCharts(input), ...trends, ...findings.flatMap((each) => decidingChart(input, each) ?? [])]),
	];
}
