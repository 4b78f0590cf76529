import { observeBrowser } from './browser-course.ts';
import { observeLibraries } from './client-libraries.ts';
import { StartError } from './fleet/child.ts';
import { climbLadder } from './ladder.ts';
import { Unavailable } from './model/unavailable.ts';
import type { Warning } from './model/warning.ts';
import { offerLoad } from './offered-load.ts';
import { searchCapacity } from './search-course.ts';
import { soak } from './soak-course.ts';
import { Stage } from './stage.ts';
import { LostHistory } from './swarm-workers.ts';
import type { TrialSpec } from './trial-spec.ts';
import { watchVanishing } from './vanish-course.ts';

export type { TrialSpec } from './trial-spec.ts';

/** How a trial ended, before its history is judged. */
export type TrialEnd =
	| { readonly end: 'ran'; readonly warnings: readonly Warning[] }
	/** Machine or target lack what the trial asks for. */
	| { readonly end: 'unavailable'; readonly because: string }
	| { readonly end: 'aborted'; readonly because: string; readonly stderr: readonly string[] }
	| { readonly end: 'failed-to-start'; readonly because: string; readonly stderr: readonly string[] };

/**
 * start → open → warm → measure, with faults → drain → stop. Nothing that it started outlives it.
 * @throws the file system's error when the history could not be written to its end
 */
export async function runTrial(spec: TrialSpec): Promise<TrialEnd> {
	let stage: Stage;
	try {
		stage = new Stage(spec);
	} catch (error) {
		return { end: 'aborted', because: (error as Error).message, stderr: [] };
	}
	const end = await played(stage).finally(() => stage.kill());
	if (stage.log.failure) throw stage.log.failure;
	return end;
}

async function played(stage: Stage): Promise<TrialEnd> {
	try {
		const { load } = stage.spec.size;
		switch (load.kind) {
			case 'hold':
				await climbLadder(stage, load);
				break;
			case 'search':
				await searchCapacity(stage, load);
				break;
			case 'browser':
				await observeBrowser(stage);
				break;
			case 'libraries':
				await observeLibraries(stage, load);
				break;
			case 'vanish':
				await watchVanishing(stage, load);
				break;
			case 'soak':
				await soak(stage, load);
				break;
			default:
				await offerLoad(stage, load);
		}
		return { end: 'ran', warnings: stage.warnings };
	} catch (error) {
		if (error instanceof StartError) return { end: 'failed-to-start', because: error.because, stderr: error.stderr };
		if (error instanceof LostHistory) throw error;
		if (error instanceof Unavailable) return { end: 'unavailable', because: error.message };
		return { end: 'aborted', because: (error as Error).message, stderr: stage.targetStderr() };
	}
}
