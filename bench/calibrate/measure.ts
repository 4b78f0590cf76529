import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeHistory, readHistory } from '../history-file.ts';
import { measuresOf, readFacts, type TrialFacts } from '../judge/facts.ts';
import { saturation } from '../judge/generator-limits.ts';
import { disturbance } from '../judge/machine-limits.ts';
import type { MachineLimits } from '../machine-bounds.ts';
import type { Placement } from '../model/environment.ts';
import type { Measures } from '../model/measures.ts';
import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { deriveSeed } from '../random.ts';
import { runTrial } from '../trial.ts';
import { CalibrationError } from './contest.ts';

/** What every trial of a calibration has in common. */
export interface Bench {
	readonly placement: Placement;
	readonly limits: MachineLimits;
	readonly seed: number;
	readonly signal: AbortSignal;
}

export interface Measured {
	readonly measures: Measures;
	readonly facts: TrialFacts;
	/** Which of its limits the generator passed, in the second attempt too. */
	readonly disturbed?: string;
}

/**
 * One trial as any other, whose history is read and then dropped. As in a run, it is tried once more when the generator
 * passed one of its limits.
 * @throws CalibrationError when it did not run to its end
 */
export async function measureTrial(target: Target, size: Size, repeat: number, bench: Bench): Promise<Measured> {
	const first = await measureOnce(target, size, repeat, bench);
	return first.disturbed === undefined ? first : measureOnce(target, size, repeat, bench);
}

/** One attempt. @throws CalibrationError */
export async function measureOnce(target: Target, size: Size, repeat: number, bench: Bench): Promise<Measured> {
	const folder = await mkdtemp(join(tmpdir(), 'calibrate-'));
	try {
		const partsFolder = join(folder, 'parts');
		await mkdir(partsFolder);
		const seed = deriveSeed(bench.seed, target.base, repeat);
		const plan = { id: `${target.id}.r${repeat}`, scenario: 'calibrate', target: target.id, repeat, seed };
		const { placement, limits, signal } = bench;
		const onPhase = () => {};
		const end = await runTrial({
			plan,
			target,
			size,
			headers: [],
			limits,
			placement,
			partsFolder,
			signal,
			onPhase,
		});
		if (end.end !== 'ran') {
			const last = 'stderr' in end ? end.stderr.at(-1) : undefined;
			throw new CalibrationError(`${target.id}: ${end.because}. ${last ?? ''}`.trim());
		}
		const history = join(folder, 'history.ndjson.gz');
		await mergeHistory(partsFolder, history);
		const facts = await readFacts(readHistory(history));
		const asked = { shows: ['p99Us'] } as const;
		const disturbed = disturbance(facts, asked, size.load.kind) ?? saturation(facts, asked, size.load.kind);
		return { measures: measuresOf(facts), facts, ...(disturbed === undefined ? {} : { disturbed }) };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
