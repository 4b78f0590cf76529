import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuresOf, readFacts, type TrialFacts } from '../../bench/judge/facts.ts';
import type { HistoryEvent } from '../../bench/model/history.ts';
import type { Measures } from '../../bench/model/measures.ts';
import type { Size } from '../../bench/model/scenario.ts';
import type { Target } from '../../bench/model/target.ts';
import { temporaryFolder } from '../support/folders.ts';
import { waitedForCpuMs } from '../support/pressure.ts';
import { type PlayOptions, playTrial } from '../support/trials.ts';
import type { ServerReport } from './answer.ts';

/** A trial that ran: what the harness found. */
export interface PlayedTrial {
	readonly events: readonly HistoryEvent[];
	readonly facts: TrialFacts;
	readonly measures: Measures;
	/** Of the measured phase, the share of time in which something had to wait for a CPU; absent where the kernel does not say. */
	readonly contention?: number;
}

/** The same, and what the server knows. */
export interface Played extends PlayedTrial {
	readonly report: ServerReport;
}

type Options = Pick<PlayOptions, 'callTimeoutMs' | 'sharesMachine'>;

/** Plays one trial with real processes and sockets. `targetOf` gets the flags that make the server report. */
export async function play(
	targetOf: (more: readonly string[]) => Target,
	size: Size,
	options: Options = {},
): Promise<Played> {
	const reportPath = join(temporaryFolder('report'), 'report.json');
	const played = await playJudged(targetOf(['--report', reportPath]), size, options);
	return { ...played, report: JSON.parse(readFileSync(reportPath, 'utf8')) as ServerReport };
}

/** Plays one trial that must run to its end, and judges its history. */
export async function playJudged(target: Target, size: Size, options: Options = {}): Promise<PlayedTrial> {
	const stamps: { readonly atMs: number; readonly waitedMs: number | undefined }[] = [];
	const { end, events } = await playTrial(target, size, {
		...options,
		onPhase: (phase) => {
			if (phase === 'measure' || phase === 'drain')
				stamps.push({ atMs: performance.now(), waitedMs: waitedForCpuMs() });
		},
	});
	assert.equal(end.end, 'ran', JSON.stringify(end));
	const facts = await readFacts(
		(async function* () {
			yield* events;
		})(),
	);
	const played = { events, facts, measures: measuresOf(facts) };
	const [from, to] = stamps;
	if (from?.waitedMs === undefined || to?.waitedMs === undefined) return played;
	return { ...played, contention: (to.waitedMs - from.waitedMs) / (to.atMs - from.atMs) };
}
