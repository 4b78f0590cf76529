import { observeLibraries } from './client-libraries.ts';
import { StartError } from './fleet/child.ts';
import { climbLadder } from './ladder.ts';
import { Unavailable } from './model/unavailable.ts';
import type { Warning } from './model/warning.ts';
import { offerLoad } from './offered-load.ts';
import { searchCapacity } from './search-course.ts';
import { Stage, type TrialSpec } from './stage.ts';

export type { TrialSpec } from './stage.ts';

/** How a trial ended, before its history is judged. */
export type TrialEnd =
	| { readonly end: 'ran'; readonly warnings: readonly Warning[] }
	/** Machine or target lack what the trial asks for. */
	| { readonly end: 'unavailable'; readonly because: string }
	| { readonly end: 'aborted'; readonly because: string; readonly stderr: readonly string[] }
	| { readonly end: 'failed-to-start'; readonly because: string; readonly stderr: readonly string[] };

/** start → open → warm → measure, with faults → drain → stop. Nothing that it started outlives it. */
export async function runTrial(spec: TrialSpec): Promise<TrialEnd> {
	const stage = new Stage(spec);
	try {
		const { load } = spec.size;
		switch (load.kind) {
			case 'hold':
				await climbLadder(stage, load);
				break;
			case 'search':
				await searchCapacity(stage, load);
				break;
			case 'libraries':
				await observeLibraries(stage, load);
				break;
			default:
				await offerLoad(stage, load);
		}
		return { end: 'ran', warnings: stage.warnings };
	} catch (error) {
		if (error instanceof StartError) return { end: 'failed-to-start', because: error.because, stderr: error.stderr };
		if (error instanceof Unavailable) return { end: 'unavailable', because: error.message };
		return { end: 'aborted', because: (error as Error).message, stderr: stage.targetStderr() };
	} finally {
		await stage.kill();
	}
}
