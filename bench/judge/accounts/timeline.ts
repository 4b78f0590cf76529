import type { Fault } from '../../model/fault.ts';
import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { TimelineSeries } from '../../model/scenario.ts';
import type { Account } from './account.ts';

/** A point of a timeline stands for this long. */
export const bucketMs = 250;
const bucketUs = bucketMs * 1000;

/** Rates and levels over time, in buckets; bucket 0 starts with the measured phase, all that came before it is bucket −1. */
export class Timeline implements Account {
	readonly #callsOk = new Map<number, number>();
	readonly #connects = new Map<number, number>();
	readonly #openDelta = new Map<number, number>();
	/** Sessions that count as open: lost and closed ones leave, so that each is subtracted once. */
	readonly #open = new Set<number>();
	measureFromUs: number | undefined;
	measureToUs: number | undefined;
	readonly outages: { readonly kind: Fault['kind']; readonly fromUs: number; toUs?: number }[] = [];

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'phase':
				if (event.phase === 'measure') this.measureFromUs = event.at;
				if (event.phase === 'drain') this.measureToUs = event.at;
				return;
			case 'fault': {
				const { kind } = event.fault;
				const open = this.outages.findLast((outage) => outage.kind === kind && outage.toUs === undefined);
				if (event.change === 'applied') this.outages.push({ kind, fromUs: event.at });
				else if (open) open.toUs = event.at;
				return;
			}
			case 'call':
				if (event.outcome.is === 'ok') this.#add(this.#callsOk, event.at, 1);
				return;
			case 'connect':
				this.#add(this.#connects, event.at, 1);
				return;
			case 'session':
				this.#session(event.at, event.session, event.change === 'opened' || event.change === 'reopened');
		}
	}

	measures(): Measures {
		return {};
	}

	/** Values per bucket over the measured phase, in order. */
	series(of: TimelineSeries): number[] {
		if (this.measureFromUs === undefined || this.measureToUs === undefined) return [];
		const buckets = Math.floor((this.measureToUs - this.measureFromUs) / bucketUs);
		if (of === 'openSessions') return this.#levels(buckets);
		const counts = of === 'callsOkPerS' ? this.#callsOk : this.#connects;
		return range(buckets).map((n) => (counts.get(n) ?? 0) * (1000 / bucketMs));
	}

	#levels(buckets: number): number[] {
		let level = this.#openDelta.get(-1) ?? 0;
		return range(buckets).map((n) => {
			level += this.#openDelta.get(n) ?? 0;
			return level;
		});
	}

	#session(atUs: number, session: number, open: boolean): void {
		if (this.#open.has(session) === open) return;
		if (open) this.#open.add(session);
		else this.#open.delete(session);
		this.#add(this.#openDelta, atUs, open ? 1 : -1);
	}

	#add(counts: Map<number, number>, atUs: number, count: number): void {
		const bucket = this.measureFromUs === undefined ? -1 : Math.floor((atUs - this.measureFromUs) / bucketUs);
		counts.set(bucket, (counts.get(bucket) ?? 0) + count);
	}
}

function range(length: number): number[] {
	return Array.from({ length }, (_, n) => n);
}
