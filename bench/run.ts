import { article } from '../scenarios/article.ts';
import { inArticle } from './judge/article.ts';
import { comparedRun } from './judge/comparisons.ts';
import { measuresOf, type TrialFacts } from './judge/facts.ts';
import { findings } from './judge/judge.ts';
import { openQuestions } from './judge/open-questions.ts';
import { reportInput } from './judge/sections.ts';
import type { ReportInput } from './model/report.ts';
import type { RunRecord, RunState } from './model/run.ts';
import type { Profile, Scenario } from './model/scenario.ts';
import type { TrialResult } from './model/trial.ts';
import { type PerformOptions, performancesOf, readTogether } from './perform.ts';
import type { Plan } from './plan.ts';
import { removeProfiles, withParts } from './recover.ts';
import { RunCourse } from './run-course.ts';
import { releaseRun } from './run-owner.ts';
import { begin } from './run-record.ts';
import { createRunFolder, type RunFolder } from './store.ts';
import { growUntilDecided } from './until-decided.ts';

/** What a run needs beside its plan. */
export interface RunOptions extends PerformOptions {
	readonly profile: Profile;
	readonly seed: number;
	/** The folder that holds all runs. */
	readonly root: string;
	/** How long repeats may be added while verdicts are open; absent: none are. */
	readonly budgetMs?: number;
}

/** A run that is over, however it ended, ready to be reported. */
export interface FinishedRun {
	readonly folder: RunFolder;
	readonly input: ReportInput;
}

/**
 * Runs the plan's trials one after another, or at the same time where their scenario allows it, saving after each, and judges what was saved; adds
 * repeats where verdicts are open and that was asked for.
 * @throws the first error of the file system, or of the harness, once every trial that ran has ended
 */
export async function runBench(plan: Plan, options: RunOptions): Promise<FinishedRun> {
	await removeProfiles(options.root);
	const { folder, record: begun } = await createRunFolder(options.root, await begin(plan, options));
	const scenarios = plan.scenarios.map(({ scenario }) => scenario);
	const course = new RunCourse(plan, folder, begun, options);
	await course.perform(plan.trials);
	if (options.budgetMs !== undefined) await grow(course, plan, options.budgetMs, options);
	const record = judged(ended(course.record, options.signal), scenarios);
	if (course.broken.aborted) {
		// On a full disk the older record stays, and is reported as that of a killed run.
		await folder.save({ ...record, state: 'failed' }).catch(() => {});
		await releaseRun(folder.path).catch(() => {});
		throw course.broken.reason;
	}
	await folder.save(record);
	await releaseRun(folder.path);
	return { folder, input: reportInput(record, scenarios, course.facts) };
}

async function grow(course: RunCourse, plan: Plan, budgetMs: number, { seed, progress }: RunOptions): Promise<void> {
	const scenarios = plan.scenarios.map(({ scenario }) => scenario);
	const untilDecided = await growUntilDecided({
		...{ plan, seed, budgetMs },
		now: () => performance.now(),
		isStopped: () => course.signal.aborted,
		planned: () => course.record.planned,
		results: () => course.record.trials,
		look: () => openQuestions(judged(course.record, scenarios), scenarios),
		perform: async ({ trials }) => {
			await course.add(trials);
			await course.perform(trials);
		},
		say: (line) => progress.note?.(line),
	});
	course.record = { ...course.record, untilDecided };
}

/** Reads every history of a saved run again and judges it anew: nothing of a report lives outside of the saved data. */
export async function rereadRun(folder: RunFolder, scenarios: readonly Scenario[]): Promise<FinishedRun> {
	const recovered = await withParts(folder, folder.load(), scenarios);
	const saved = recovered.run;
	const facts = new Map<string, TrialFacts>();
	for (const together of performancesOf(saved.trials.filter(({ state }) => state === 'completed'))) {
		for (const [n, found] of (await readTogether(folder, together)).entries()) facts.set(together[n]?.id ?? '', found);
	}
	const trials = saved.trials.map((trial): TrialResult => {
		const found = facts.get(trial.id);
		return trial.state === 'completed' && found ? { ...trial, measures: measuresOf(found) } : trial;
	});
	// What a killed harness left behind says `running`: nobody will finish it, so it is reported as interrupted.
	const state = saved.state === 'running' && !recovered.isRunning ? 'interrupted' : saved.state;
	const record = judged({ ...saved, state, trials }, scenarios);
	if (!recovered.isRunning) await folder.save(record);
	await recovered.clear();
	return { folder, input: reportInput(record, scenarios, facts) };
}

function ended(record: RunRecord, signal: AbortSignal): RunRecord {
	const failed = record.trials.some(
		({ state }) => state === 'failed-to-start' || state === 'aborted' || state === 'invalid',
	);
	const state: RunState = signal.aborted ? 'interrupted' : failed ? 'failed' : 'completed';
	return { ...record, state, finishedAt: new Date().toISOString() };
}

function judged(record: RunRecord, scenarios: readonly Scenario[]): RunRecord {
	const ran = record.scenarios.flatMap(({ id }) => scenarios.filter((scenario) => scenario.id === id));
	return {
		...record,
		...comparedRun(record, ran),
		findings: inArticle(
			ran.flatMap((scenario) => findings(record, scenario)),
			article,
		),
	};
}
