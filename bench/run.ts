import pMap from 'p-map';
import { loadCalibration } from './calibrate/store.ts';
import { describeEnvironment } from './environment.ts';
import { doubts, machineDoubts } from './judge/doubts.ts';
import { measuresOf, readFacts, type TrialFacts } from './judge/facts.ts';
import { saturation } from './judge/generator-limits.ts';
import { compare, findings } from './judge/judge.ts';
import { reportInput } from './judge/sections.ts';
import type { Placement } from './model/environment.ts';
import { sessionsOf } from './model/load.ts';
import { objectiveWord } from './model/objective.ts';
import type { ReportInput } from './model/report.ts';
import { type CaseRecord, type RunRecord, type RunState, runSchema } from './model/run.ts';
import type { Profile, Scenario } from './model/scenario.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import type { Warning } from './model/warning.ts';
import { atOnceOf, type Plan, type PlannedCase } from './plan.ts';
import type { Progress } from './progress.ts';
import { redactor } from './redact.ts';
import { createRunFolder, type RunFolder } from './store.ts';
import { runTrial, type TrialEnd } from './trial.ts';
import { quoted } from './user-flags.ts';

/** What a run needs beside its plan. */
export interface RunOptions {
	readonly profile: Profile;
	readonly seed: number;
	/** The folder that holds all runs. */
	readonly root: string;
	readonly placement: Placement;
	/** Extra headers by target, with their values; they are not saved. */
	readonly headers: ReadonlyMap<string, readonly string[]>;
	readonly signal: AbortSignal;
	readonly progress: Progress;
}

/** A run that is over, however it ended, ready to be reported. */
export interface FinishedRun {
	readonly folder: RunFolder;
	readonly input: ReportInput;
}

/** Runs the plan's trials one after another, or at the same time where their scenario allows it, saving after each, and judges what was saved. */
export async function runBench(plan: Plan, options: RunOptions): Promise<FinishedRun> {
	const startedAt = new Date();
	const folder = await createRunFolder(options.root, options.profile, startedAt);
	const facts = new Map<string, TrialFacts>();
	let record = await begin(plan, options, folder.id, startedAt);
	await folder.save(record);
	const common = machineDoubts(record);
	let n = 0;
	let saved = Promise.resolve();
	for (const { trials, atOnce } of turns(plan)) {
		await pMap(
			trials,
			async (trial) => {
				if (options.signal.aborted) return;
				options.progress.started(trial, ++n, plan.trials.length);
				const done = await performWithRetry(trial, plan, options, folder);
				const result = { ...done.result, warnings: [...common, ...done.result.warnings] };
				if (done.facts) facts.set(trial.id, done.facts);
				record = { ...record, trials: inOrder([...record.trials, result], plan) };
				// One after another, so that an older record never replaces a newer one.
				saved = saved.then(() => folder.save(record));
				await saved;
				options.progress.finished(result);
			},
			{ concurrency: atOnce },
		);
	}
	record = judged(ended(record, options.signal), scenariosOf(plan));
	await folder.save(record);
	return { folder, input: reportInput(record, scenariosOf(plan), facts) };
}

/** The trials in their order, those together that follow each other and may run at the same time. */
function turns(plan: Plan): readonly { readonly trials: readonly TrialPlan[]; readonly atOnce: number }[] {
	const groups: { trials: TrialPlan[]; atOnce: number }[] = [];
	for (const trial of plan.trials) {
		const planned = plan.scenarios.find(({ scenario }) => scenario.id === trial.scenario);
		const last = groups.at(-1);
		const [before] = last?.trials ?? [];
		if (before?.scenario === trial.scenario && before.repeat === trial.repeat) last?.trials.push(trial);
		else groups.push({ trials: [trial], atOnce: planned ? atOnceOf(planned) : 1 });
	}
	return groups;
}

/** Reads every history of a saved run again and judges it anew: nothing of a report lives outside of the saved data. */
export async function rereadRun(folder: RunFolder, scenarios: readonly Scenario[]): Promise<FinishedRun> {
	const saved = folder.load();
	const facts = new Map<string, TrialFacts>();
	const trials: TrialResult[] = [];
	for (const trial of saved.trials) {
		if (trial.state !== 'completed') {
			trials.push(trial);
			continue;
		}
		const found = await readFacts(folder.history(trial.id));
		facts.set(trial.id, found);
		trials.push({ ...trial, measures: measuresOf(found) });
	}
	// What a killed harness left behind says `running`: nobody will finish it, so it is reported as interrupted.
	const state = saved.state === 'running' ? 'interrupted' : saved.state;
	const record = judged({ ...saved, state, trials }, scenarios);
	await folder.save(record);
	return { folder, input: reportInput(record, scenarios, facts) };
}

async function begin(plan: Plan, options: RunOptions, id: string, startedAt: Date): Promise<RunRecord> {
	const calibration = loadCalibration(options.root);
	return {
		schema: runSchema,
		id,
		command: commandOf(plan, options),
		profile: options.profile,
		seed: options.seed,
		state: 'running',
		startedAt: startedAt.toISOString(),
		environment: await describeEnvironment(options.placement),
		...(calibration && { calibration }),
		targets: plan.targets,
		scenarios: plan.scenarios.map(({ scenario: { id: name, title, question }, size, cases, clamped }) => ({
			id: name,
			title,
			question,
			repeats: size.repeats,
			sessions: Math.max(...cases.map((each) => sessionsOf(each.size.load))),
			...(size.cases && { cases: cases.flatMap(caseRecord) }),
			...(size.load.kind === 'search' ? { objective: size.load.objective } : {}),
			...(clamped === undefined ? {} : { clamped }),
		})),
		planned: plan.trials,
		trials: [],
		comparisons: [],
		findings: [],
	};
}

function caseRecord({ case: planned, size }: PlannedCase): readonly CaseRecord[] {
	return planned ? [{ id: planned.id, title: planned.title, sessions: sessionsOf(size.load) }] : [];
}

/** The command that runs the same plan in the same order again. */
function commandOf(plan: Plan, { profile, seed }: RunOptions): string {
	const { scenarios, named, repeats, objective, cases, own } = plan.asked;
	const words = [
		'npm run bench --',
		`--profile ${profile}`,
		...(scenarios.length > 0 ? [`--scenario ${scenarios.join(',')}`] : []),
		...(cases === undefined ? [] : [`--case ${cases.join(',')}`]),
		...own,
		...(named.length > 0 ? [`--target ${quoted(named.join(','))}`] : []),
		...(repeats === undefined ? [] : [`--repeats ${repeats}`]),
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

/** Trials that share the machine are not pinned: all targets on one CPU would wait for each other while the others stand idle. */
function unpinned(placement: Placement): Placement {
	return { ...placement, pinned: false, target: [], swarm: [] };
}

interface Performed {
	readonly result: TrialResult;
	readonly facts?: TrialFacts;
}

/** A trial whose generator was saturated is tried once more; the second answer stands. */
async function performWithRetry(
	trial: TrialPlan,
	plan: Plan,
	options: RunOptions,
	folder: RunFolder,
): Promise<Performed> {
	const first = await perform(trial, plan, options, folder);
	if (first.result.state !== 'invalid' || options.signal.aborted) return first;
	const second = await perform(trial, plan, options, folder);
	const retried: Warning = { id: 'retried', detail: `First attempt: ${first.result.because}.` };
	return { ...second, result: { ...second.result, warnings: [...second.result.warnings, retried] } };
}

async function perform(trial: TrialPlan, plan: Plan, options: RunOptions, folder: RunFolder): Promise<Performed> {
	const startedAt = new Date();
	const target = plan.targets.find(({ id }) => id === trial.target);
	const planned = plan.scenarios.find(({ scenario }) => scenario.id === trial.scenario);
	const size = planned?.cases.find((each) => each.case?.id === trial.case)?.size;
	if (!target || !planned || !size) throw new Error(`the plan does not hold ${trial.id}`);
	const lacking = planned.scenario.needs.find((need) => !target.features.includes(need));
	if (lacking) return skipped(trial, `${target.id} does not offer ${lacking}`);
	const { placement, signal, progress } = options;
	const sharesMachine = atOnceOf(planned) > 1;
	const headers = options.headers.get(target.base) ?? [];
	const partsFolder = await folder.partsFolder(trial.id);
	const end = await runTrial({
		plan: trial,
		target,
		size,
		limits: plan.limits,
		headers,
		placement: sharesMachine ? unpinned(placement) : placement,
		sharesMachine,
		partsFolder,
		signal,
		onPhase: (phase, state) => progress.phase(trial, phase, state),
	});
	await folder.closeHistory(trial.id);
	if (end.end === 'unavailable') return skipped(trial, end.because);
	const base = { ...trial, startedAt: startedAt.toISOString(), warnings: end.end === 'ran' ? [...end.warnings] : [] };
	const redact = redactor(headers);
	if (end.end === 'failed-to-start') {
		return { result: { ...base, state: 'failed-to-start', ...redacted(end, redact) } };
	}
	const durationMs = Date.now() - startedAt.getTime();
	if (end.end === 'aborted') {
		return { result: { ...base, durationMs, state: 'aborted', ...redacted(end, redact) } };
	}
	const facts = await readFacts(folder.history(trial.id));
	const measures = measuresOf(facts);
	base.warnings.push(...doubts(facts, planned.scenario.shows.includes('p99Us'), measures));
	if (target.server.kind === 'running') base.warnings.push({ id: 'not-fresh', detail: `${target.id} ran already.` });
	const because = saturation(facts, planned.scenario, size.load.kind);
	if (because) return { result: { ...base, durationMs, state: 'invalid', because, measures } };
	return { result: { ...base, durationMs, state: 'completed', measures }, facts };
}

/** A trial that cannot be had here says why, and is no failure. */
function skipped(trial: TrialPlan, because: string): Performed {
	return { result: { ...trial, state: 'skipped', because, warnings: [] } };
}

/** What a target said, without what it was told in confidence. */
function redacted(end: Extract<TrialEnd, { end: 'aborted' | 'failed-to-start' }>, redact: (text: string) => string) {
	return { because: redact(end.because), stderr: end.stderr.map(redact) };
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
		comparisons: ran.flatMap((scenario) => compare(record, scenario)),
		findings: ran.flatMap((scenario) => findings(record, scenario)),
	};
}

function scenariosOf(plan: Plan): Scenario[] {
	return plan.scenarios.map(({ scenario }) => scenario);
}
