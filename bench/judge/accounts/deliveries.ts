import type { Histogram } from 'hdr-histogram-js';
import type { HistoryEvent, PushEvent, SessionEvent } from '../../model/history.ts';
import type { SentEvent, TickEvent } from '../../model/ledger.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { curveOf, emptyHistogram } from './latency.ts';
import { PushBill } from './push-bill.ts';
import { Marks, PushFates, settleUs } from './push-fates.ts';
import { PushTrail } from './push-trail.ts';

/** One push on its way to its clients. */
interface Flight {
	readonly fromUs: number;
	/** By client: whether it has it. */
	readonly arrived: Marks;
	readonly latenciesUs: number[];
}

/**
 * How long what a server says is under way to those who listen, or ask, in a trial that is about that. A number for each arrival until
 * the measures are known: 250,000 of them are 4 MB.
 */
export class Deliveries implements Account {
	#pollMs: number | undefined;
	#isOn = false;
	readonly #flights = new Map<number, Flight>();
	readonly #open = new Set<number>();
	readonly #bill = new PushBill();
	readonly #trail = new PushTrail();
	/** Of polls: to everybody who was there a push counts as emitted. */
	#fates: PushFates | undefined;
	/** When pushes began to count. */
	#fromUs = Number.NaN;
	#toUs = Number.NaN;
	#histogram: Histogram | undefined;
	#measures: Measures | undefined;

	/** Pushes for which a worker had to make room. */
	get hurried(): number {
		return this.#bill.hurried;
	}

	take(event: HistoryEvent): void {
		if (event.is === 'listen') {
			this.#isOn = true;
			this.#pollMs = event.pollMs;
			if (event.pollMs !== undefined) this.#fates = new PushFates();
		}
		if (!this.#isOn) return;
		this.#bill.take(event);
		// How long rounds take that do not count says nothing of the server.
		if (Number.isFinite(this.#fromUs)) this.#trail.take(event);
		switch (event.is) {
			case 'phase':
				if (event.phase === 'drain') this.#toUs = event.at;
				this.#fates?.take(event);
				return;
			case 'pushes':
				if (event.change === 'counted') this.#fromUs = event.at;
				return;
			case 'session':
				this.#session(event);
				return;
			case 'tick':
				this.#tick(event);
				return;
			case 'sent':
				this.#sent(event);
				return;
			case 'push':
				this.#push(event);
		}
	}

	#session(event: SessionEvent): void {
		if (event.change === 'opened') this.#open.add(event.session);
		if (event.change === 'closed') this.#open.delete(event.session);
		this.#fates?.take(event);
	}

	#tick(event: TickEvent): void {
		const { at, pid, number } = event;
		for (const client of this.#fates ? this.#open : []) {
			this.#fates?.take({ is: 'emitted', at, pid, key: keyOf(client), number });
		}
		this.#fates?.take(event);
	}

	/** Of several processes that push the same number the first one counts. */
	#sent({ at, number }: SentEvent): void {
		if (!this.#flights.has(number)) this.#flights.set(number, { fromUs: at, arrived: new Marks(), latenciesUs: [] });
	}

	#push(event: PushEvent): void {
		const { at, session, number, polled } = event;
		if (number === undefined) return;
		if (polled) this.#fates?.take({ ...event, key: keyOf(session) });
		const flight = this.#flights.get(number);
		// Only the first arrival is a delivery; the others are counted as doubled.
		if (flight?.arrived.get(session) !== 0) return;
		flight.arrived.set(session, 1);
		flight.latenciesUs.push(at - flight.fromUs);
	}

	measures(): Measures {
		this.#measures ??= this.#isOn ? this.#settle() : {};
		return this.#measures;
	}

	/** Points of the delivery latency over percentile. */
	curve(): { x: number; us: number }[] {
		this.measures();
		return this.#histogram ? curveOf(this.#histogram) : [];
	}

	/** Joins the deliveries of another repeat. */
	merge(other: Deliveries): void {
		other.measures();
		this.#histogram ??= emptyHistogram();
		if (other.#histogram) this.#histogram.add(other.#histogram);
	}

	#settle(): Measures {
		const settledUs = settleUs + (this.#pollMs ?? 0) * 1000;
		const all = [...this.#flights.values()];
		const judged = all.filter(({ fromUs }) => fromUs >= this.#fromUs && fromUs <= this.#toUs - settledUs);
		this.#flights.clear();
		const histogram = emptyHistogram();
		this.#histogram = histogram;
		for (const { latenciesUs } of judged) for (const us of latenciesUs) histogram.recordValue(Math.max(0, us));
		const fates = this.#fates?.counts(settledUs);
		this.#fates = undefined;
		return {
			...(histogram.totalCount > 0 ? percentilesOf(histogram) : {}),
			...this.#trail.measures(),
			...this.#bill.measures(),
			...(fates && {
				...measured('pushesReceived', fates.received),
				...measured('pushesLost', fates.lost),
				...measured('pushesDoubled', fates.doubled),
				...measured('pushesOutOfOrder', fates.outOfOrder),
			}),
		};
	}
}

const percentiles: readonly [number, MeasureName][] = [
	[50, 'pushP50Us'],
	[90, 'pushP90Us'],
	[99, 'pushP99Us'],
	[100, 'pushMaxUs'],
];

function percentilesOf(histogram: Histogram): Measures {
	return Object.assign(
		{},
		...percentiles.map(([percentile, name]) => measured(name, histogram.getValueAtPercentile(percentile))),
	);
}

/** What a client that polls is called, since no server knows it. */
function keyOf(client: number): string {
	return `client ${client}`;
}
