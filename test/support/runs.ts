import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../bench/model/run.ts';
import { bench, type Ended } from './command.ts';
import { temporaryFolder } from './folders.ts';
import { assertDescribed } from './run-schema.ts';

/** The files that every report consists of, beside the charts. */
export const reportFiles = ['report.html', 'report.md', 'junit.xml'] as const;

/** The least that can be run: a load, one target, one repeat. */
export const oneTrial = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'stateless'] as const;

/** One ladder of the size that a machine with few descriptors clamps. */
export const oneLadder = [
	'--profile',
	'standard',
	'--scenario',
	'idle-clients',
	'--repeats',
	'1',
	'--target',
	'sse',
] as const;

/** The record of a run, which must be what the schema beside it says. */
export function recordOf(folder: string): RunRecord {
	const record: unknown = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
	assertDescribed(record, folder);
	return record as RunRecord;
}

/** The newest run under a root; undefined until it has been saved for the first time. */
export function latestRecord(root: string): RunRecord | undefined {
	const folder = join(root, 'latest');
	return existsSync(join(folder, 'run.json')) ? recordOf(folder) : undefined;
}

export interface MeasuredRun {
	/** The folder of all runs, with this one in it. */
	readonly root: string;
	readonly folder: string;
	readonly ended: Ended;
}

const attempts = 3;

/**
 * Runs the command in a folder of its own. A machine that is busy with something else may starve the generator, whose
 * trials are then rightly invalid: such a run says nothing about the program and is made again, a few times.
 */
export async function measuredRun(
	args: readonly string[],
	options: Parameters<typeof bench>[1] = {},
): Promise<MeasuredRun> {
	for (let attempt = 1; ; attempt++) {
		const root = temporaryFolder('run');
		const ended = await bench([...args, '--out', root], options);
		const starved = latestRecord(root)?.trials.some(({ state }) => state === 'invalid') ?? false;
		if (!starved || attempt === attempts) return { root, folder: join(root, 'latest'), ended };
	}
}

/** Which report files are missing in a run's folder. Without a completed trial there is nothing to draw. */
export function missingReports(folder: string): string[] {
	const isDrawn = recordOf(folder).trials.some(({ state }) => state === 'completed');
	const charts = existsSync(join(folder, 'charts')) ? readdirSync(join(folder, 'charts')) : [];
	const kinds = isDrawn ? ['.svg', '.png'].filter((kind) => !charts.some((name) => name.endsWith(kind))) : [];
	return [...reportFiles.filter((name) => !existsSync(join(folder, name))), ...kinds.map((kind) => `charts/*${kind}`)];
}
