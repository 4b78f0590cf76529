import type { Scenario } from '../../bench/model/scenario.ts';
import { scenarios } from '../../scenarios/index.ts';
import { type MeasuredRun, measuredRun } from './runs.ts';

/** One of each kind: a ladder, an offered load, and cases with faults. */
const ids = ['idle-clients', 'steady-calls', 'restart'];

export const wholeScenarios: readonly Scenario[] = scenarios.filter(({ id }) => ids.includes(id));

export const wholeRunArgs = [
	'--profile',
	'smoke',
	'--scenario',
	ids.join(','),
	'--target',
	'sse,stateless',
	'--repeats',
	'1',
	'--seed',
	'7',
] as const;

/** The clients of the restart scenario in the smoke profile. */
export const restartSessions = 100;

/** How many charts the run has: those of cases that a small run leaves out are missing. */
export function chartsOf({ charts, sizes }: Scenario): number {
	const cases = sizes.smoke?.cases?.map(({ id }) => id);
	return charts.filter((chart) => chart.case === undefined || cases?.includes(chart.case)).length;
}

let running: Promise<MeasuredRun> | undefined;

/** These scenarios on two targets, run once for all tests of a file. */
export function wholeRun(): Promise<MeasuredRun> {
	running ??= measuredRun(wholeRunArgs, { withinMs: 120_000 });
	return running;
}
