import { setImmediate as nextTurn } from 'node:timers/promises';
import { enter } from './entrance.ts';
import { controlDoubts } from './judge/control-doubts.ts';
import { doubts } from './judge/doubts.ts';
import { measuresOf, readFacts, readPlaces, type TrialFacts } from './judge/facts.ts';
import { saturation } from './judge/generator-limits.ts';
import { disturbance } from './judge/machine-limits.ts';
import type { Placement } from './model/environment.ts';
import { type Load, sideBySide } from './model/load.ts';
import { capital } from './model/quantity.ts';
import type { Scenario, Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import type { Warning } from './model/warning.ts';
import { atOnceOf, type Plan, type PlannedScenario } from './plan.ts';
import type { Progress } from './progress.ts';
import { whyNoProxy } from './real-proxy.ts';
import { cutShort } from './recover.ts';
import { redactor } from './redact.ts';
import { needsStore } from './server-flags.ts';
import { whyNoSessionStore } from './session-store.ts';
import type { RunFolder } from './store.ts';
import { runTrial, type TrialEnd } from './trial.ts';

/** What a performance needs beside its plan. */
export interface PerformOptions {
	readonly placement: Placement;
	/** Extra headers by target, with their values; they are not saved. */
	readonly headers: ReadonlyMap<string, readonly string[]>;
	readonly signal: AbortSignal;
	readonly progress: Progress;
}

/** Trials that are one performance: one by itself, or several that share their processes and their history, in the order of their places. */
export type Performance = readonly TrialPlan[];

/** What a trial became, and what its history says where it was completed. */
export interface Performed {
	readonly result: TrialResult;
	readonly facts?: TrialFacts;
}

/** The trials in their order, those together that share a history. */
export function performancesOf<T extends TrialPlan>(trials: readonly T[]): readonly (readonly T[])[] {
	return [...Map.groupBy(trials, historyOf).values()];
}

/** Under what name its history is kept. */
function historyOf({ id, history = id }: TrialPlan): string {
	return history;
}

/** Reads what a saved history says of each of these trials, which share it. */
export async function readTogether(folder: RunFolder, trials: Performance): Promise<readonly TrialFacts[]> {
	const [first] = trials;
	if (!first) return [];
	const history = folder.history(historyOf(first));
	if (first.history === undefined) return [await readFacts(history)];
	const all = await readPlaces(history, first.places ?? trials.length);
	return trials.map(({ place = 0 }) => all[place] as TrialFacts);
}

/** A performance whose generator was saturated is given once more; the second answer stands. */
export async function performWithRetry(
	trials: Performance,
	plan: Plan,
	options: PerformOptions,
	folder: RunFolder,
): Promise<readonly Performed[]> {
	const first = await perform(trials, plan, options, folder);
	const because = first.map(({ result }) => (result.state === 'invalid' ? result.because : undefined)).find(Boolean);
	if (because === undefined || options.signal.aborted) return first;
	const second = await perform(trials, plan, options, folder);
	const retried: Warning = { id: 'retried', detail: `First attempt: ${because}.` };
	return second.map((done) => ({ ...done, result: { ...done.result, warnings: [...done.result.warnings, retried] } }));
}

/** What one performance needs of the plan. */
interface Cast {
	readonly first: TrialPlan;
	readonly target: Target;
	readonly planned: PlannedScenario;
	/** Of each of its trials. */
	readonly sizes: readonly [Size, ...Size[]];
}

/** @throws Error where the plan does not hold one of them */
function castOf(trials: Performance, plan: Plan): Cast {
	const [first] = trials;
	const target = plan.targets.find(({ id }) => id === first?.target);
	const planned = plan.scenarios.find(({ scenario }) => scenario.id === first?.scenario);
	const sizes = trials.flatMap((trial) => planned?.cases.find((each) => each.case?.id === trial.case)?.size ?? []);
	const [size, ...others] = sizes;
	if (!first || !target || !planned || !size || sizes.length < trials.length) {
		throw new Error(`the plan does not hold ${trials.map(({ id }) => id).join(', ')}`);
	}
	return { first, target, planned, sizes: [size, ...others] };
}

/** Cases for which this machine lacks a program are skipped; the others have the performance to themselves. */
async function perform(
	trials: Performance,
	plan: Plan,
	options: PerformOptions,
	folder: RunFolder,
): Promise<readonly Performed[]> {
	const { target, sizes } = castOf(trials, plan);
	const lacking = sizes.map((size) => whatLacks(target, size));
	const able = trials.filter((_, n) => lacking[n] === undefined);
	if (able.length === trials.length) return performAble(trials, plan, options, folder);
	const played = able.map((trial, place) => ({ ...trial, place, places: able.length }));
	const done = played.length === 0 ? [] : await performAble(played, plan, options, folder);
	const byId = new Map(done.map((performed) => [performed.result.id, performed]));
	return trials.flatMap((trial, n) => byId.get(trial.id) ?? skipped([trial], lacking[n] ?? ''));
}

/** What this machine lacks for a place of this size, in one sentence. */
function whatLacks(target: Target, size: Size): string | undefined {
	const { path } = size;
	return (
		(path?.kind === 'proxy' ? whyNoProxy(path.by) : undefined) ??
		(needsStore(target, [size]) ? whyNoSessionStore() : undefined)
	);
}

async function performAble(
	trials: Performance,
	plan: Plan,
	options: PerformOptions,
	folder: RunFolder,
): Promise<readonly Performed[]> {
	const { first, target, planned, sizes } = castOf(trials, plan);
	const [size] = sizes;
	const lacking = planned.scenario.needs.find((need) => !target.features.includes(need));
	if (lacking) return skipped(trials, `${target.id} does not offer ${lacking}`);
	const { placement, signal, progress } = options;
	const sharesMachine = sharesIt(planned);
	const headers = options.headers.get(target.base) ?? [];
	const partsFolder = await folder.partsFolder(historyOf(first));
	const leave = sharesMachine ? await enter() : () => {};
	const startedAt = new Date();
	const end = await runTrial({
		plan: first,
		target,
		size: first.history === undefined ? size : together(sizes),
		...(first.history !== undefined && { places: sizes }),
		limits: plan.limits,
		headers,
		placement: sharesMachine ? unpinned(placement) : placement,
		sharesMachine,
		partsFolder,
		signal,
		onPhase: (phase, state) => {
			// Where tokens are to expire, a trial waits for it with open clients.
			if (phase === 'measure' || (phase === 'warm' && sizes.some(({ auth }) => auth?.expireAtMs !== undefined)))
				leave();
			progress.phase(first, phase, state);
		},
		onFault: (fault, change) => progress.fault(first, fault, change),
	}).finally(leave);
	await folder.closeHistory(historyOf(first));
	if (end.end === 'unavailable') return skipped(trials, end.because);
	const begun = startedAt.toISOString();
	const isCut = end.end === 'aborted' && signal.aborted && planned.scenario.keepsPart === true;
	const [part] = isCut ? await readTogether(folder, trials) : [];
	if (part?.soak.tells) {
		const ofMs = size.load.kind === 'soak' ? size.load.forMs : undefined;
		return [{ result: cutShort({ trial: first, startedAt: begun, ofMs }, part), facts: part }];
	}
	if (end.end !== 'ran') {
		const said = redacted(end, redactor(headers));
		const durationMs = Date.now() - startedAt.getTime();
		return trials.map((trial) => ({ result: notRun(trial, end.end, { startedAt: begun, durationMs, ...said }) }));
	}
	const durationMs = Date.now() - startedAt.getTime();
	const all = await readTogether(folder, trials);
	const fresh: Warning[] =
		target.server.kind === 'running' ? [{ id: 'not-fresh', detail: `${target.id} ran already.` }] : [];
	// One generator served them all.
	const { because, doubt = [] } = all[0] ? spoiled(all[0], planned.scenario, size.load.kind) : {};
	fresh.push(...doubt);
	const performed: Performed[] = [];
	for (const [n, facts] of all.entries()) {
		// Other trials may be under way, whose faults and samples must not wait for all of this.
		await nextTurn();
		const trial = trials[n] as TrialPlan;
		const measures = measuresOf(facts);
		const found = doubts(facts, planned.scenario.shows, measures).filter(
			// Where that is an answer, it is in the figures.
			({ id }) => !(size.mayStayClosed && id === 'no-success'),
		);
		const inCase = planned.cases.find((each) => each.case?.id === trial.case)?.case;
		const warnings = [...end.warnings, ...found, ...controlDoubts(inCase?.platform, measures), ...fresh];
		const ran = { ...trial, startedAt: begun, durationMs, warnings, measures };
		performed.push(
			because ? { result: { ...ran, state: 'invalid', because } } : { result: { ...ran, state: 'completed' }, facts },
		);
	}
	return performed;
}

/**
 * Whether the generator or other programs made the figures, and not the target. What took an hour is not thrown away for half a second of
 * it: slopes have intervals, and the reader is told. That others used much of the machine is told anyhow (`machine-shared`).
 */
function spoiled(
	facts: TrialFacts,
	scenario: Scenario,
	load: Load['kind'],
): { readonly because?: string; readonly doubt?: readonly Warning[] } {
	const saturated = saturation(facts, scenario, load);
	if (scenario.keepsPart === true)
		return saturated ? { doubt: [{ id: 'generator-late', detail: `${capital(saturated)}.` }] } : {};
	// It stands first, as the cause of the others.
	const disturbed = process.env[besideOthersVariable] ? undefined : disturbance(facts, scenario, load);
	const because = disturbed ?? saturated;
	return because === undefined ? {} : { because };
}

/**
 * Set to anything, it says that others are meant to use the machine meanwhile, as where tests run side by side: that makes no trial
 * invalid then, and is only warned of.
 */
const besideOthersVariable = 'BENCH_BESIDE_OTHERS';

/** Whether it does not have the machine to itself: other trials run, or other cases in it. */
function sharesIt(planned: PlannedScenario): boolean {
	return atOnceOf(planned) > 1 || planned.scenario.sideBySide === true;
}

/** What is common to the sizes of cases side by side, with the load of all of them. */
function together(sizes: readonly Size[]): Size {
	const [first] = sizes as readonly [Size];
	return { ...first, load: sideBySide(first.load, sizes.length) };
}

/** Trials that share the machine are not pinned: all targets on one CPU would wait for each other while the others stand idle. */
function unpinned(placement: Placement): Placement {
	return { ...placement, pinned: false, target: [], swarm: [] };
}

/** Trials that cannot be had here say why, and are no failure. */
function skipped(trials: Performance, because: string): readonly Performed[] {
	return trials.map((trial) => ({ result: { ...trial, state: 'skipped', because, warnings: [] } }));
}

interface Broken {
	readonly startedAt: string;
	readonly durationMs: number;
	readonly because: string;
	readonly stderr: readonly string[];
}

function notRun(trial: TrialPlan, end: 'aborted' | 'failed-to-start', broken: Broken): TrialResult {
	const { startedAt, durationMs, because, stderr } = broken;
	const base = { ...trial, startedAt, because, stderr, warnings: [] };
	return end === 'aborted' ? { ...base, durationMs, state: 'aborted' } : { ...base, state: 'failed-to-start' };
}

/** What a target said, without what it was told in confidence. */
function redacted(end: Extract<TrialEnd, { end: 'aborted' | 'failed-to-start' }>, redact: (text: string) => string) {
	return { because: redact(end.because), stderr: end.stderr.map(redact) };
}
