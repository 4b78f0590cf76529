import { type MeasureName, measures } from '../model/measures.ts';
import type { ReportInput, ReportSection, SummaryTable } from '../model/report.ts';
import type { SeriesChart } from '../model/series.ts';
import { idleCharts, restartCharts, steadyCharts } from './fixture-charts.ts';
import {
	figureOf,
	hostile,
	idleMeasures,
	restartMeasures,
	run,
	scenarios,
	steadyMeasures,
	targets,
	wobble,
} from './fixture-run.ts';

export { hostile, targets };

/** @param bare the target without any interval, e.g. because only one repeat completed */
function summary(names: readonly MeasureName[], bare: string): SummaryTable {
	return {
		measures: names,
		rows: targets.map((each, nth) => ({
			target: each.id,
			completed: each.id === bare ? 1 : 3,
			of: 3,
			cells: names.map((name, column) => {
				if (nth === 4 && column === 3) return undefined;
				const value = figureOf(name, nth);
				const half = Math.abs(value) * 0.04 * (1 + wobble(column));
				const { unit } = measures[name];
				return { value, unit, ...(each.id === bare ? {} : { ci: [value - half, value + half] as const }) };
			}),
		})),
	};
}

function section(
	nth: number,
	table: SummaryTable,
	rest: Pick<ReportSection, 'answer' | 'method' | 'charts' | 'warnings'>,
): ReportSection {
	const { id = '', title = '', question = '' } = scenarios[nth] ?? {};
	return { id, title, question, table, ...rest };
}

export const fixture: ReportInput = {
	run,
	sections: [
		section(0, summary(idleMeasures, 'stateful-no-stream'), {
			answer:
				'An idle SSE client holds one descriptor and 21.4 KB; an idle stateless client holds nothing once its connection has expired.',
			method:
				'Clients connect in rungs and stay silent. At each rung the target collects its garbage and its memory and descriptors are read; a line is fitted through the rungs, and its slope is the cost of one client.',
			charts: idleCharts(targets),
			warnings: [],
		}),
		section(1, summary(steadyMeasures, 'sse'), {
			answer:
				'At 2 000 calls per second all transports answer half of the calls within 0.5 ms; stateless needs 1.8 times as long at p99.',
			method:
				'Calls fall due on a Poisson schedule, whatever the server does. Latency counts from the instant a call was due.',
			charts: steadyCharts(targets),
			warnings: ['few-repeats: sse completed 2 of 3 repeats.', `A warning that quotes a target: ${hostile}`],
		}),
		section(2, summary(restartMeasures, 'modern'), {
			answer:
				'Stateless clients lose no session and are back within 0.2 s; all 800 SSE clients lose theirs and 99 % are back after 3.4 s.',
			method:
				'The server is killed with SIGKILL and starts again one second later. Every client calls at random once a second.',
			charts: restartCharts(targets),
			warnings: [],
		}),
	],
};

/** Its charts of lines and bars. */
export const seriesCharts: readonly SeriesChart[] = fixture.sections
	.flatMap((section) => section.charts)
	.filter((chart) => chart.kind !== 'heat');
