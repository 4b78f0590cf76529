import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { browserFiles } from './browser-files.ts';
import { measuresOf, readFacts, type TrialFacts } from './judge/facts.ts';
import { duration } from './model/quantity.ts';
import type { RunRecord } from './model/run.ts';
import type { Scenario } from './model/scenario.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import { isRunning, releaseRun } from './run-owner.ts';
import { RunFolder, runNames } from './store.ts';

/** The trial, when it began, and how long it was to measure, where that is known. */
interface CutTrial {
	readonly trial: TrialPlan;
	readonly startedAt: string;
	readonly ofMs?: number | undefined;
}

/** The result of a trial that was ended by whoever started it, of what it had measured by its last checkpoint. */
export function cutShort({ trial, startedAt, ofMs }: CutTrial, facts: TrialFacts): TrialResult {
	const measures = measuresOf(facts);
	const afterMs = measures.soakedMs?.value ?? 0;
	const of = ofMs === undefined ? '' : ` of ${duration(ofMs)}`;
	return {
		...{ ...trial, state: 'completed', startedAt, durationMs: facts.soak.lastMs, measures },
		stopped: { afterMs, ...(ofMs !== undefined && { ofMs }) },
		warnings: [{ id: 'cut-short', detail: `It was stopped after ${duration(afterMs)}${of}.` }],
	};
}

/** A run with what was found of trials that were under way when its harness was killed. */
export interface Recovered {
	readonly run: RunRecord;
	/** Whether its harness is alive: the run is then its to save. */
	readonly isRunning: boolean;
	/** Removes what was recovered from its first place; to be called once the run is saved. */
	clear(): Promise<void>;
}

/**
 * What a killed harness had written down of trials under way: their histories are kept as those of an interrupted run, one with checkpoints
 * counts, any other is aborted. Parts of a run that goes on stay where they are.
 */
export async function withParts(folder: RunFolder, run: RunRecord, scenarios: readonly Scenario[]): Promise<Recovered> {
	const goesOn = isRunning(folder.path);
	const keep = new Set(scenarios.filter(({ keepsPart }) => keepsPart).map(({ id }) => id));
	const ended = new Set(run.trials.map(({ id }) => id));
	const open = run.planned.filter(({ id }) => !ended.has(id));
	const found: TrialResult[] = [];
	for (const [history, trials] of Map.groupBy(open, ({ id, history = id }) => history)) {
		const keepsPart = trials.some(({ scenario }) => keep.has(scenario));
		if (!existsSync(folder.partsPath(history)) || (goesOn && !keepsPart)) continue;
		await folder.mergeParts(history);
		const ofMs = run.scenarios.find(({ id }) => id === trials[0]?.scenario)?.soakMs;
		found.push(...(await partOf(folder, history, trials, { keepsPart, goesOn, ofMs })));
	}
	return {
		run: found.length === 0 ? run : { ...run, trials: [...run.trials, ...found] },
		isRunning: goesOn,
		clear: async () => {
			if (goesOn) return;
			await removeParts(folder);
			await releaseRun(folder.path);
		},
	};
}

interface PartOptions {
	readonly keepsPart: boolean;
	readonly goesOn: boolean;
	/** How long its trial was to measure, where that is known. */
	readonly ofMs: number | undefined;
}

/** What became of trials that share a history of which only a part was written; none where their target was never ready. */
async function partOf(
	folder: RunFolder,
	history: string,
	trials: readonly TrialPlan[],
	{ keepsPart, goesOn, ofMs }: PartOptions,
): Promise<TrialResult[]> {
	const startedAt = (await stat(folder.partsPath(history))).birthtime.toISOString();
	const [first] = trials;
	if (keepsPart && first) {
		const facts = await readFacts(folder.history(history));
		if (facts.soak.tells) return [cutShort({ trial: first, startedAt, ofMs }, facts)];
	}
	if (goesOn) return [];
	let isBegun = false;
	let lastUs = 0;
	for await (const event of folder.history(history)) {
		if (event.is === 'process' && event.role === 'target') isBegun = true;
		lastUs = Math.max(lastUs, event.at);
	}
	if (!isBegun) {
		await rm(folder.historyPath(history), { force: true });
		return [];
	}
	const durationMs = Math.round(lastUs / 1000);
	const because = 'the harness was killed while it ran';
	return trials.map((trial) => ({ ...trial, state: 'aborted', startedAt, durationMs, because, warnings: [] }));
}

async function partsIn(folder: RunFolder): Promise<string[]> {
	const names = await readdir(join(folder.path, 'trials')).catch(() => []);
	return names.filter((name) => name.endsWith('.parts')).map((name) => join(folder.path, 'trials', name));
}

async function removeParts(folder: RunFolder): Promise<void> {
	for (const path of await partsIn(folder)) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Removes what killed runs left of their browsers: a profile holds tokens, and nobody may ever ask for a report of that run. Their
 * histories stay, for such a report.
 * @param root the folder that holds all runs
 */
export async function removeProfiles(root: string): Promise<void> {
	for (const name of await runNames(root)) {
		const folder = new RunFolder(join(root, name));
		if (isRunning(folder.path)) continue;
		for (const parts of await partsIn(folder)) {
			// What is not ours to remove is no reason not to measure.
			await rm(browserFiles(parts).folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
		}
	}
}
