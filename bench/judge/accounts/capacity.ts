import type { HistogramEvent, HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { defaultObjective, objectiveSentence } from '../../model/objective.ts';
import { figure } from '../../model/quantity.ts';
import {
	isLowerBound,
	nextStep,
	type SearchResult,
	type StepFigures,
	type StepVerdict,
	verdictOf,
} from '../../model/search.ts';
import type { CeilingEvent, SearchEvent, StepEvent } from '../../model/search-events.ts';
import type { Warning } from '../../model/warning.ts';
import { stepFigures } from '../step-figures.ts';
import { type Account, measured } from './account.ts';

/** A step of a search as its history tells it. */
export interface JudgedStep extends StepFigures {
	readonly level: number;
	readonly verdict: StepVerdict;
}

/** What a search found, worked out again from the histograms and dropped arrivals of its steps; and the ceiling beside it. */
export class Capacity implements Account {
	search: SearchEvent | undefined;
	#ceiling: CeilingEvent | undefined;
	readonly #ended: { readonly event: StepEvent; dropped: number }[] = [];
	readonly #recorded = new Map<number, { readonly latencyUs: string[]; readonly lagUs: string[] }>();
	/** When the dropped arrivals of the step that is not over yet were due. */
	#droppedDueUs: number[] = [];
	#steps: readonly JudgedStep[] | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'search':
				this.search = event;
				return;
			case 'dropped':
				if (event.phase === 'search') this.#drop(event.dueUs);
				return;
			case 'histogram':
				this.#record(event);
				return;
			case 'step': {
				const within = (dueUs: number) => dueUs >= event.fromUs && dueUs < event.toUs;
				this.#ended.push({ event, dropped: this.#droppedDueUs.filter(within).length });
				this.#droppedDueUs = this.#droppedDueUs.filter((dueUs) => !within(dueUs));
				return;
			}
			case 'ceiling':
				this.#ceiling = event;
		}
	}

	/** The clocks of two processes may differ by a little: what belongs to a step may stand behind its end. */
	#drop(dueUs: number): void {
		const last = this.#ended.at(-1);
		if (last && dueUs < last.event.toUs) last.dropped++;
		else this.#droppedDueUs.push(dueUs);
	}

	#record({ step, of, data }: HistogramEvent): void {
		if (step === undefined || of === 'serviceUs') return;
		const recorded = this.#recorded.get(step) ?? { latencyUs: [], lagUs: [] };
		recorded[of].push(data);
		this.#recorded.set(step, recorded);
	}

	/** The steps in their order, each judged by the objective of the search. */
	get steps(): readonly JudgedStep[] {
		this.#steps ??= this.#ended.map(({ event, dropped }) => this.#judge(event, dropped));
		return this.#steps;
	}

	#judge({ step, level, busyShare, waitShare }: StepEvent, dropped: number): JudgedStep {
		const histograms = this.#recorded.get(step) ?? { latencyUs: [], lagUs: [] };
		const known = waitShare === undefined ? {} : { waitShare };
		const figures = stepFigures(histograms, { dropped, busyShare, ...known });
		return { ...figures, level, verdict: verdictOf(figures, this.search?.objective ?? defaultObjective) };
	}

	/** What the steps found; undefined where there was no search. One that was cut off found a lower bound. */
	result(): SearchResult | undefined {
		if (!this.search || this.steps.length === 0) return undefined;
		const { bounds } = this.search;
		const state = nextStep({ ...bounds, mostSteps: Math.min(bounds.mostSteps, this.steps.length) }, this.steps);
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
		const share = this.#ceiling?.targetCpuShare;
		if (share !== undefined && share < busyTarget) {
			warnings.push({
				id: 'few-sessions',
				detail: `At the ceiling the target used ${Math.round(share * 100)} % of a CPU.`,
			});
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

/** A single-threaded target that uses less of its CPU at the ceiling waits for something, and so do its sessions. */
const busyTarget = 0.7;

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
