import { join } from 'node:path';
import { bench, type Ended } from './command.ts';
import { temporaryFolder } from './folders.ts';

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

export interface WholeRun {
	readonly root: string;
	readonly folder: string;
	readonly ended: Ended;
}

let running: Promise<WholeRun> | undefined;

/** Every scenario on two targets, run once for all tests of a file. */
export function wholeRun(): Promise<WholeRun> {
	running ??= run();
	return running;
}

async function run(): Promise<WholeRun> {
	const root = temporaryFolder('whole-run');
	const ended = await bench([...wholeRunArgs, '--out', root], { withinMs: 120_000 });
	return { root, folder: join(root, 'latest'), ended };
}
