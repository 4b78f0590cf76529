import { type MeasuredRun, measuredRun } from './runs.ts';

export const wholeRunArgs = [
	'--profile',
	'smoke',
	'--target',
	'sse,stateless',
	'--repeats',
	'1',
	'--seed',
	'7',
] as const;

/** The clients of the restart scenario in the smoke profile. */
export const restartSessions = 100;

let running: Promise<MeasuredRun> | undefined;

/** Every scenario on two targets, run once for all tests of a file. */
export function wholeRun(): Promise<MeasuredRun> {
	running ??= measuredRun(wholeRunArgs, { withinMs: 120_000 });
	return running;
}
