import { machineDoubts } from './judge/doubts.ts';
import type { TrialFacts } from './judge/facts.ts';
import type { RunRecord } from './model/run.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import type { Warning } from './model/warning.ts';
import { type Performance, type PerformOptions, performancesOf, performWithRetry } from './perform.ts';
import { atOnceOf, type Plan } from './plan.ts';
import { inShares, type Shared } from './shares.ts';
import type { RunFolder } from './store.ts';

/** A run under way: performs what is planned, keeps what it became, and saves after each trial. */
export class RunCourse {
	record: RunRecord;
	readonly facts = new Map<string, TrialFacts>();
	/** Aborted by the user, or because the run broke. */
	readonly signal: AbortSignal;
	readonly #plan: Plan;
	readonly #folder: RunFolder;
	readonly #options: PerformOptions;
	readonly #common: readonly Warning[];
	readonly #breaker = new AbortController();
	#begun = 0;
	#saved = Promise.resolve();

	constructor(plan: Plan, folder: RunFolder, begun: RunRecord, options: PerformOptions) {
		this.record = begun;
		this.signal = AbortSignal.any([options.signal, this.#breaker.signal]);
		this.#plan = plan;
		this.#folder = folder;
		this.#options = options;
		this.#common = machineDoubts(begun);
	}

	/** Aborted with the first error of the file system, or of the harness. */
	get broken(): AbortSignal {
		return this.#breaker.signal;
	}

	/** Takes further trials into the run's plan, behind all others; whoever is killed afterwards leaves a run that knows of them. */
	async add(trials: readonly TrialPlan[]): Promise<void> {
		this.record = { ...this.record, planned: [...this.record.planned, ...trials] };
		await this.#save().catch((error) => this.#breaker.abort(error));
	}

	/**
	 * Performs planned trials in their order; once the run is broken or interrupted, no more. Each begins as soon as the machine has
	 * its share free: those of the next block, or of the next scenario, need not wait for the longest of the last one.
	 */
	async perform(trials: readonly TrialPlan[]): Promise<void> {
		// After an error the others end what they started before the run does.
		const orBreak = (performance: Performance) => this.#next(performance).catch((error) => this.#breaker.abort(error));
		await inShares(turns(trials, this.#plan), orBreak);
	}

	async #next(performance: Performance): Promise<void> {
		if (this.signal.aborted) return;
		const { progress } = this.#options;
		for (const trial of performance) progress.started(trial, ++this.#begun, this.record.planned.length);
		const options = { ...this.#options, signal: this.signal };
		const done = await performWithRetry(performance, this.#plan, options, this.#folder);
		const results = done.map(({ result }) => ({ ...result, warnings: [...this.#common, ...result.warnings] }));
		for (const { result, facts } of done) if (facts) this.facts.set(result.id, facts);
		this.record = { ...this.record, trials: inOrder([...this.record.trials, ...results], this.record.planned) };
		await this.#save();
		progress.finished(results);
	}

	/** One after another, so that an older record never replaces a newer one. */
	async #save(): Promise<void> {
		const { record } = this;
		this.#saved = this.#saved.then(() => this.#folder.save(record));
		await this.#saved;
	}
}

/** The performances in their order. */
function turns(trials: readonly TrialPlan[], plan: Plan): readonly Shared<Performance>[] {
	const blocks = Map.groupBy(trials, ({ scenario, repeat }) => `${scenario} ${repeat}`);
	return [...blocks.values()].flatMap((block) => {
		const planned = plan.scenarios.find(({ scenario }) => scenario.id === block[0]?.scenario);
		const share = 1 / (planned ? atOnceOf(planned) : 1);
		return performancesOf(block).map((work) => ({ work, share }));
	});
}

/** In the order of the plan, whichever ended first. */
function inOrder(trials: readonly TrialResult[], planned: readonly TrialPlan[]): readonly TrialResult[] {
	const places = new Map(planned.map(({ id }, n) => [id, n]));
	return trials.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}
