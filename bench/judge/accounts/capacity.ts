import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { CeilingEvent, HistoryEvent, SearchEvent, StepEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { objectiveSentence } from '../../model/objective.ts';
import { figure } from '../../model/quantity.ts';
import {
	isLowerBound,
	nextStep,
	type SearchResult,
	type StepFigures,
	type StepVerdict,
	verdictOf,
} from '../../model/search.ts';
import type { Warning } from '../../model/warning.ts';
import { type Account, measured } from './account.ts';
import { emptyHistogram } from './latency.ts';

/** A step of a search as its history tells it. */
export interface JudgedStep extends StepFigures {
	readonly level: number;
	readonly verdict: StepVerdict;
}

/** What a search found, worked out again from the calls and histograms of its steps; and the ceiling beside it. */
export class Capacity implements Account {
	search: SearchEvent | undefined;
	readonly steps: JudgedStep[] = [];
	#ceiling: CeilingEvent | undefined;
	#ok = 0;
	#notOk = 0;
	#dropped = 0;
	#latency: Histogram | undefined;
	#lag: Histogram | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'search':
				this.search = event;
				return;
			case 'call':
				if (event.phase !== 'search') return;
				if (event.outcome.is === 'ok') this.#ok++;
				else this.#notOk++;
				return;
			case 'dropped':
				if (event.phase === 'search') this.#dropped++;
				return;
			case 'histogram':
				if (event.step === undefined) return;
				if (event.of === 'latencyUs') this.#latency = merged(this.#latency, event.data);
				if (event.of === 'lagUs') this.#lag = merged(this.#lag, event.data);
				return;
			case 'step':
				this.#close(event);
				return;
			case 'ceiling':
				this.#ceiling = event;
		}
	}

	#close({ level, busyShare, waitShare }: StepEvent): void {
		const p99Us = this.#latency?.getValueAtPercentile(99);
		const lagP99Us = this.#lag?.getValueAtPercentile(99) ?? 0;
		const counts = { ok: this.#ok, notOk: this.#notOk, dropped: this.#dropped };
		const known = waitShare === undefined ? {} : { waitShare };
		const figures: StepFigures = {
			...counts,
			...(p99Us === undefined ? {} : { p99Us }),
			lagP99Us,
			busyShare,
			...known,
		};
		if (this.search) this.steps.push({ ...figures, level, verdict: verdictOf(figures, this.search.objective) });
		this.#ok = 0;
		this.#notOk = 0;
		this.#dropped = 0;
		this.#latency = undefined;
		this.#lag = undefined;
	}

	/** What the steps found; undefined where there was no search, or it was not finished. */
	result(): SearchResult | undefined {
		if (!this.search) return undefined;
		const state = nextStep(this.search.bounds, this.steps);
		return state.done ? state.result : undefined;
	}

	measures(): Measures {
		const result = this.result();
		if (!this.search || !result) return {};
		const name = this.search.of === 'rate' ? 'capacityPerS' : 'capacitySessions';
		const found = measured(name, result.level)[name];
		const at = this.steps.findLast(({ level, verdict }) => verdict === 'met' && level === result.level);
		return {
			...(found && { [name]: isLowerBound(result) ? { ...found, atLeast: true } : found }),
			...(at?.p99Us === undefined ? {} : measured('p99AtCapacityUs', at.p99Us)),
			...this.#ceilingMeasures(),
		};
	}

	#ceilingMeasures(): Measures {
		if (!this.#ceiling) return {};
		const { ok, forUs, clientCpuShare, targetCpuShare } = this.#ceiling;
		return {
			...measured('ceilingPerS', ok / (forUs / 1e6)),
			...measured('ceilingClientCpuShare', clientCpuShare * 100),
			...(targetCpuShare === undefined ? {} : measured('ceilingTargetCpuShare', targetCpuShare * 100)),
		};
	}

	/** What a reader of the figures must know. */
	warnings(): Warning[] {
		const result = this.result();
		const warnings: Warning[] = [];
		if (this.search && result) {
			const what = this.search.of === 'rate' ? 'calls/s' : 'sessions';
			const why = boundSentence(result, what);
			if (why !== undefined) warnings.push({ id: 'at-least', detail: why });
			if (result.ended === 'none') {
				const goal = objectiveSentence(this.search.objective);
				warnings.push({
					id: 'not-reached',
					detail: `At ${figure(result.missedAt ?? 0)} ${what} the target missed ${goal}.`,
				});
			}
		}
		const { otherStatuses = {}, errors = 0 } = this.#ceiling ?? {};
		const others = Object.entries(otherStatuses).map(([status, count]) => `${count} times ${status}`);
		if (errors > 0) others.push(`${errors} times nothing`);
		if (others.length > 0) {
			warnings.push({ id: 'ceiling-not-2xx', detail: `autocannon was answered ${others.join(', ')}.` });
		}
		return warnings;
	}
}

/** Why a result is only a lower bound; undefined where it is more. */
function boundSentence({ ended, level, missedAt }: SearchResult, what: string): string | undefined {
	const [most, next] = [figure(level), figure(missedAt ?? 0)];
	switch (ended) {
		case 'most':
			return `Even at ${most} ${what}, the most that was to be tried, the objective was met.`;
		case 'generator':
			return `At ${next} ${what} the generator was the limit; at ${most} the objective was met.`;
		case 'disturbed':
			return `At ${next} ${what} other programs took the CPU from target or generator; at ${most} the objective was met.`;
		case 'steps':
			return `The steps ran out between ${most} and ${missedAt === undefined ? 'more' : next} ${what}.`;
		default:
			return undefined;
	}
}

/** Adds a worker's histogram to those of the step. */
function merged(into: Histogram | undefined, data: string): Histogram {
	const histogram = into ?? emptyHistogram();
	histogram.add(decodeFromCompressedBase64(data, 32));
	return histogram;
}
