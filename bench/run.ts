import pMap from 'p-map';
import { article } from '../scenarios/article.ts';
import { loadCalibration } from './calibrate/store.ts';
import { describeEnvironment } from './environment.ts';
import { inArticle } from './judge/article.ts';
import { comparedRun } from './judge/comparisons.ts';
import { machineDoubts } from './judge/doubts.ts';
import { measuresOf, type TrialFacts } from './judge/facts.ts';
import { findings } from './judge/judge.ts';
import { reportInput } from './judge/sections.ts';
import { sessionsOf } from './model/load.ts';
import { objectiveWord } from './model/objective.ts';
import type { ReportInput } from './model/report.ts';
import {
	type CaseRecord,
	type PathRecord,
	type RunRecord,
	type RunState,
	runSchema,
	type ScenarioRecord,
} from './model/run.ts';
import type { Profile, Scenario } from './model/scenario.ts';
import type { TrialResult } from './model/trial.ts';
import type { AskedPath } from './path-option.ts';
import { type Performance, type PerformOptions, performancesOf, performWithRetry, readTogether } from './perform.ts';
import { atOnceOf, type Plan, type PlannedCase } from './plan.ts';
import { removeProfiles, withParts } from './recover.ts';
import { releaseRun } from './run-owner.ts';
import { createRunFolder, type RunFolder } from './store.ts';
import { quoted } from './user-flags.ts';

/** What a run needs beside its plan. */
export interface RunOptions extends PerformOptions {
	readonly profile: Profile;
	readonly seed: number;
	/** The folder that holds all runs. */
	readonly root: string;
}

/** A run that is over, however it ended, ready to be reported. */
export interface FinishedRun {
	readonly folder: RunFolder;
	readonly input: ReportInput;
}

/**
 * Runs the plan's trials one after another, or at the same time where their scenario allows it, saving after each, and judges what was saved.
 * @throws the first error of the file system, or of the harness, once every trial that ran has ended
 */
export async function runBench(plan: Plan, options: RunOptions): Promise<FinishedRun> {
	await removeProfiles(options.root);
	const { folder, record: begun } = await createRunFolder(options.root, await begin(plan, options));
	let record = begun;
	const facts = new Map<string, TrialFacts>();
	const common = machineDoubts(record);
	const broken = new AbortController();
	const signal = AbortSignal.any([options.signal, broken.signal]);
	let n = 0;
	let saved = Promise.resolve();
	const performNext = async (performance: Performance): Promise<void> => {
		if (signal.aborted) return;
		for (const trial of performance) options.progress.started(trial, ++n, plan.trials.length);
		const done = await performWithRetry(performance, plan, { ...options, signal }, folder);
		const results = done.map(({ result }) => ({ ...result, warnings: [...common, ...result.warnings] }));
		for (const { result, facts: found } of done) if (found) facts.set(result.id, found);
		record = { ...record, trials: inOrder([...record.trials, ...results], plan) };
		// One after another, so that an older record never replaces a newer one.
		saved = saved.then(() => folder.save(record));
		await saved;
		options.progress.finished(results);
	};
	for (const { performances, atOnce } of turns(plan)) {
		// The others end what they started before the run does.
		const orBreak = (performance: Performance) => performNext(performance).catch((error) => broken.abort(error));
		await pMap(performances, orBreak, { concurrency: atOnce });
	}
	record = judged(ended(record, options.signal), scenariosOf(plan));
	if (broken.signal.aborted) {
		// On a full disk the older record stays, and is reported as that of a killed run.
		await folder.save({ ...record, state: 'failed' }).catch(() => {});
		await releaseRun(folder.path).catch(() => {});
		throw broken.signal.reason;
	}
	await folder.save(record);
	await releaseRun(folder.path);
	return { folder, input: reportInput(record, scenariosOf(plan), facts) };
}

interface Turn {
	readonly performances: readonly Performance[];
	readonly atOnce: number;
}

/** The performances in their order, those together that follow each other and may run at the same time. */
function turns(plan: Plan): readonly Turn[] {
	const blocks = Map.groupBy(plan.trials, ({ scenario, repeat }) => `${scenario} ${repeat}`);
	return [...blocks.values()].map((trials) => {
		const planned = plan.scenarios.find(({ scenario }) => scenario.id === trials[0]?.scenario);
		return { performances: performancesOf(trials), atOnce: planned ? atOnceOf(planned) : 1 };
	});
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

/** A run before its first trial and without a name. */
async function begin(plan: Plan, options: RunOptions): Promise<Omit<RunRecord, 'id'>> {
	const startedAt = new Date();
	const calibration = loadCalibration(options.root);
	return {
		schema: runSchema,
		command: commandOf(plan, options),
		profile: options.profile,
		seed: options.seed,
		state: 'running',
		startedAt: startedAt.toISOString(),
		environment: await describeEnvironment(options.placement),
		...(calibration && { calibration }),
		targets: plan.targets,
		scenarios: scenarioRecords(plan),
		planned: plan.trials,
		trials: [],
		comparisons: [],
		findings: [],
	};
}

/** What a run keeps of its scenarios, as they are planned. */
export function scenarioRecords({ scenarios, asked }: Plan): readonly ScenarioRecord[] {
	return scenarios.map(({ scenario: { id, title, question }, size, cases, clamped }) => ({
		...{ id, title, question, repeats: size.repeats },
		sessions: Math.max(...cases.map((each) => sessionsOf(each.size.load))),
		...(size.cases && { cases: cases.flatMap(caseRecord) }),
		...platformRecord(cases),
		...(size.load.kind === 'search' ? { objective: size.load.objective } : {}),
		...(clamped === undefined ? {} : { clamped }),
		...(asked.path && { path: pathRecord(asked.path, cases) }),
	}));
}

function caseRecord({ case: planned, size }: PlannedCase): readonly CaseRecord[] {
	if (!planned) return [];
	const { id, title, at, platform } = planned;
	const { factor } = size;
	return [
		{
			...{ id, title, sessions: sessionsOf(size.load) },
			...(at && { at }),
			...(factor !== undefined && { factor }),
			...(platform && { platform: platform.id }),
		},
	];
}

/** Profiles are corrected as their makers' pages change: a run keeps what it was measured with. */
function platformRecord(cases: readonly PlannedCase[]): Pick<ScenarioRecord, 'platforms'> {
	const platforms = [...new Set(cases.flatMap((each) => each.case?.platform ?? []))];
	return platforms.length === 0 ? {} : { platforms };
}

function pathRecord({ path, word, title }: AskedPath, cases: readonly PlannedCase[]): PathRecord {
	const behind = cases.filter(({ size }) => size.path === path).length;
	return { word, title, of: behind === 0 ? 'none' : behind === cases.length ? 'all' : 'some' };
}

/** The command that runs the same plan in the same order again. */
function commandOf(plan: Plan, { profile, seed }: RunOptions): string {
	const { scenarios, named, repeats, objective, cases, own, path, minutes } = plan.asked;
	const words = [
		'npm run bench --',
		`--profile ${profile}`,
		...(scenarios.length > 0 ? [`--scenario ${scenarios.join(',')}`] : []),
		...(cases === undefined ? [] : [`--case ${cases.join(',')}`]),
		...own,
		...(named.length > 0 ? [`--target ${quoted(named.join(','))}`] : []),
		...(path === undefined ? [] : [`--path ${quoted(path.word)}`]),
		...(repeats === undefined ? [] : [`--repeats ${repeats}`]),
		...(minutes === undefined ? [] : [`--minutes ${minutes}`]),
		...(objective === undefined ? [] : [`--objective '${objectiveWord(objective)}'`]),
		`--seed ${seed}`,
	];
	return words.join(' ');
}

/** In the order of the plan, whichever ended first. */
function inOrder(trials: readonly TrialResult[], plan: Plan): readonly TrialResult[] {
	const places = new Map(plan.trials.map(({ id }, n) => [id, n]));
	return trials.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
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

function scenariosOf(plan: Plan): Scenario[] {
	return plan.scenarios.map(({ scenario }) => scenario);
}
