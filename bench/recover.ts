import { existsSync } from 'node:fs';
import { measuresOf, readFacts, type TrialFacts } from './judge/facts.ts';
import { duration } from './model/quantity.ts';
import type { RunRecord } from './model/run.ts';
import type { Scenario } from './model/scenario.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import type { RunFolder } from './store.ts';

/** The result of a trial that was ended by whoever started it, of what it had measured by its last checkpoint. */
export function cutShort(trial: TrialPlan, facts: TrialFacts, startedAt: string): TrialResult {
	const durationMs = facts.soak.lastMs;
	return {
		...trial,
		state: 'completed',
		startedAt,
		durationMs,
		measures: measuresOf(facts),
		warnings: [{ id: 'cut-short', detail: `It was ended after its checkpoint at ${duration(durationMs)}.` }],
	};
}

/**
 * A run with what its harness had written down of a trial with checkpoints when it was killed. The parts stay where they are: they may be
 * those of a run that goes on.
 */
export async function withParts(folder: RunFolder, run: RunRecord, scenarios: readonly Scenario[]): Promise<RunRecord> {
	const keep = new Set(scenarios.filter(({ keepsPart }) => keepsPart).map(({ id }) => id));
	const ended = new Set(run.trials.map(({ id }) => id));
	const found: TrialResult[] = [];
	for (const trial of run.planned) {
		if (!keep.has(trial.scenario) || ended.has(trial.id) || !existsSync(folder.partsPath(trial.id))) continue;
		await folder.mergeParts(trial.id);
		const facts = await readFacts(folder.history(trial.id));
		if (facts.soak.tells) found.push(cutShort(trial, facts, run.startedAt));
	}
	return found.length === 0 ? run : { ...run, trials: [...run.trials, ...found] };
}
