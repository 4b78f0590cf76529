import type { HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { InvocationEvent } from '../../model/path-events.ts';
import { type Billed, prices, usdOf } from '../../model/prices.ts';
import { type Account, measured } from './account.ts';

/** What a platform bills for an hour of one session, and what it is made of. */
export interface Bill {
	readonly platform: Billed;
	/** By how much the time of sessions was compressed. */
	readonly factor: number;
	readonly sessions: number;
	/** Hours that each session lasted, in its own, uncompressed time. */
	readonly hours: number;
	/** Per hour of a session: requests that a process had. */
	readonly requests: number;
	/** Per hour of a session, in s: for held streams; for all else, rounded up as the platform does. */
	readonly heldS: number;
	readonly restS: number;
	readonly usd: number;
	/** Of all sessions together: how many processes held streams at the same time, at most. */
	readonly mostHolding: number;
	/** Requests were refused that would have been billed had they been let in: all is a lower bound. */
	readonly isCapped: boolean;
}

/** Requests that an instance of Cloud Run may have at a time, when nothing is set. */
export const perInstance = 80;
const manySessions = 1000;

/**
 * What an hour of 1000 sessions costs. Where instances of Cloud Run hold streams: of as many as those streams need. Where they do not
 * it is the most, because how many sessions' calls share an instance is not known from a few: none.
 */
export function usdOfMany({ platform, heldS, requests, usd, sessions, mostHolding }: Bill): number {
	if (platform === 'lambda' || heldS === 0) return usd * manySessions;
	// How long an instance that holds streams does so, of an hour.
	const heldOfHour = (heldS * sessions) / Math.max(1, mostHolding);
	return usdOf(platform, heldOfHour * Math.ceil(manySessions / perInstance), requests * manySessions);
}

interface Span {
	readonly fromUs: number;
	readonly toUs: number;
}

/** What a stand-in for a serverless platform ran, and what that platform would bill for it. */
export class Billing implements Account {
	/** They go when the measures are known. */
	#invocations: InvocationEvent[] = [];
	readonly #clients = new Set<number>();
	#fromUs = Number.NaN;
	#toUs = Number.NaN;
	#measures: Measures | undefined;
	/** Undefined where nothing was billed. */
	bill: Bill | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'phase':
				if (event.phase === 'measure') this.#fromUs = event.at;
				if (event.phase === 'drain') this.#toUs = event.at;
				return;
			case 'session':
				this.#clients.add(event.session);
				return;
			case 'invocation':
				this.#invocations.push(event);
		}
	}

	measures(): Measures {
		this.#measures ??= this.#settle();
		return this.#measures;
	}

	#settle(): Measures {
		const all = this.#invocations.filter(({ askedUs }) => askedUs <= this.#toUs);
		this.#invocations = [];
		const [first] = all;
		const sessions = this.#clients.size;
		if (!first || sessions === 0 || !(this.#toUs > this.#fromUs)) return {};
		const { platform, factor } = first;
		const hours = ((this.#toUs - this.#fromUs) / 3.6e9) * factor;
		const ran = all.filter(({ pid, end }) => pid !== 0 && end !== 'refused');
		const perSessionHour = (amount: number): number => amount / sessions / hours;
		const { heldS, restS, mostHolding } = platform === 'lambda' ? this.#lambda(ran) : this.#cloudRun(ran, factor);
		const requests = perSessionHour(ran.length);
		const bill: Bill = {
			platform,
			factor,
			sessions,
			hours,
			requests,
			heldS: perSessionHour(heldS),
			restS: perSessionHour(restS),
			usd: usdOf(platform, perSessionHour(heldS + restS), requests),
			mostHolding,
			isCapped: all.some(({ end }) => end === 'refused'),
		};
		this.bill = bill;
		return { ...figuresOf(all, bill, perSessionHour), ...measuresOf(bill) };
	}

	/** The part of a held stream that belongs to the hour that is looked at. */
	#clipped({ fromUs, at }: Pick<InvocationEvent, 'fromUs' | 'at'>): Span {
		const from = Math.max(fromUs, this.#fromUs);
		return { fromUs: from, toUs: Math.max(from, Math.min(at, this.#toUs)) };
	}

	/** Every invocation for itself, with the start of its process. */
	#lambda(ran: readonly InvocationEvent[]) {
		const { stepMs } = prices.lambda;
		let [heldS, restS] = [0, 0];
		const holding: Span[] = [];
		for (const event of ran) {
			const startMs = event.coldStartMs ?? 0;
			if (event.held) {
				const span = this.#clipped(event);
				holding.push(span);
				heldS += ((span.toUs - span.fromUs) / 1e6) * event.factor;
				restS += startMs / 1000;
			} else restS += roundedS(startMs + (event.at - event.fromUs) / 1000, stepMs);
		}
		return { heldS, restS, mostHolding: mostAtOnce(holding) };
	}

	/** An instance while it starts or has a request. What it does for calls while it holds a stream costs nothing more. */
	#cloudRun(ran: readonly InvocationEvent[], factor: number) {
		const { stepMs } = prices['cloud-run'];
		let [heldS, restS] = [0, 0];
		const holding: Span[] = [];
		for (const events of Map.groupBy(ran, ({ pid }) => pid).values()) {
			const held = union(events.filter((event) => event.held).map((event) => this.#clipped(event)));
			const active = union(
				events
					.filter((event) => !event.held || event.coldStartMs !== undefined)
					.map(({ held: isHeld, askedUs, fromUs, coldStartMs, at }) => ({
						fromUs: coldStartMs === undefined ? fromUs : askedUs,
						toUs: isHeld ? fromUs : at,
					})),
			);
			holding.push(...held);
			heldS += (lengthUs(held) / 1e6) * factor;
			for (const span of active) {
				const freeUs = span.toUs - span.fromUs - overlapUs(span, held);
				if (freeUs > 0) restS += roundedS(freeUs / 1000, stepMs);
			}
		}
		return { heldS, restS, mostHolding: mostAtOnce(holding) };
	}
}

function figuresOf(all: readonly InvocationEvent[], bill: Bill, perSessionHour: (n: number) => number): Measures {
	const cold = all.filter(({ coldStartMs }) => coldStartMs !== undefined);
	const coldCalls = cold.filter(({ held, end }) => !held && end === 'answered');
	return {
		...measured('coldStarts', cold.length),
		...measured('coldStartMs', median(cold.map(({ coldStartMs = 0 }) => coldStartMs))),
		...measured('coldAnswerMs', median(coldCalls.map(({ askedUs, at }) => (at - askedUs) / 1000))),
		...measured('functionTimeouts', perSessionHour(all.filter(({ end }) => end === 'timeout').length)),
		...measured('requestsRefused', perSessionHour(all.filter(({ end }) => end === 'refused').length)),
		...measured('invocationsPerSessionHour', bill.requests),
	};
}

function measuresOf(bill: Bill): Measures {
	const { platform, heldS, restS, isCapped } = bill;
	const billedS = heldS + restS;
	return {
		...bounded('billedSPerSessionHour', billedS, isCapped),
		...bounded('gbSPerSessionHour', billedS * prices[platform].memoryGb, isCapped),
		...bounded('usdPer1000SessionHours', usdOfMany(bill), isCapped),
	};
}

function roundedS(ms: number, stepMs: number): number {
	return (Math.ceil(ms / stepMs) * stepMs) / 1000;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The same time as spans that do not touch, in order. */
function union(spans: readonly Span[]): Span[] {
	const joined: Span[] = [];
	for (const span of spans.toSorted((a, b) => a.fromUs - b.fromUs)) {
		const last = joined.at(-1);
		if (last && span.fromUs <= last.toUs) {
			joined[joined.length - 1] = { fromUs: last.fromUs, toUs: Math.max(last.toUs, span.toUs) };
		} else if (span.toUs > span.fromUs) joined.push(span);
	}
	return joined;
}

function lengthUs(spans: readonly Span[]): number {
	return spans.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
}

function overlapUs(span: Span, others: readonly Span[]): number {
	return others.reduce(
		(sum, other) => sum + Math.max(0, Math.min(span.toUs, other.toUs) - Math.max(span.fromUs, other.fromUs)),
		0,
	);
}

function mostAtOnce(spans: readonly Span[]): number {
	const edges = spans
		.filter(({ fromUs, toUs }) => toUs > fromUs)
		.flatMap(({ fromUs, toUs }) => [
			{ us: fromUs, by: 1 },
			{ us: toUs, by: -1 },
		])
		.sort((a, b) => a.us - b.us || a.by - b.by);
	let [now, most] = [0, 0];
	for (const { by } of edges) {
		now += by;
		most = Math.max(most, now);
	}
	return most;
}

/** Marked as a lower bound where it is one. */
function bounded(name: MeasureName, value: number, isBound: boolean): Measures {
	const { [name]: found } = measured(name, value);
	return found ? { [name]: isBound ? { ...found, atLeast: true } : found } : {};
}
