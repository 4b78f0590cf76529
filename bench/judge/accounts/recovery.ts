import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** How soon clients succeed again after the last fault healed, and how hard they reconnect. */
export class Recovery implements Account {
	#appliedUs: number | undefined;
	#healedUs: number | undefined;
	readonly #clients = new Set<number>();
	readonly #firstSuccessUs = new Map<number, number>();
	#isAnySuccess = false;
	readonly #connects = new SecondPeak();

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'fault':
				if (event.change === 'applied') this.#appliedUs = event.at;
				else {
					this.#healedUs = event.at;
					this.#firstSuccessUs.clear();
				}
				return;
			case 'session':
				if (event.change === 'opened') this.#clients.add(event.session);
				return;
			case 'connect':
				if (this.#appliedUs !== undefined) this.#connects.add(event.at);
				return;
			case 'call':
				if (event.outcome.is !== 'ok') return;
				this.#isAnySuccess = true;
				if (this.#healedUs === undefined || event.at < this.#healedUs) return;
				if (!this.#firstSuccessUs.has(event.session)) this.#firstSuccessUs.set(event.session, event.at);
		}
	}

	measures(): Measures {
		if (this.#appliedUs === undefined) return {};
		return {
			...measured('recovery95Ms', this.#recoveredMs(0.95)),
			...measured('recovery99Ms', this.#recoveredMs(0.99)),
			...measured('recovery100Ms', this.#recoveredMs(1)),
			...measured('connectsPeakPerS', this.#connects.peak),
		};
	}

	/** Whether any client ever succeeded, before the fault or after it. */
	get isAnySuccess(): boolean {
		return this.#isAnySuccess;
	}

	/** Clients that never succeeded within the trial after the fault was over; some may not have before it either. */
	get neverRecovered(): number {
		return this.#healedUs === undefined ? 0 : this.#clients.size - this.#firstSuccessUs.size;
	}

	/** From the heal until this share of the clients has succeeded; not a number where it never happened. */
	#recoveredMs(share: number): number {
		if (this.#healedUs === undefined) return Number.NaN;
		const times = [...this.#firstSuccessUs.values()].sort((a, b) => a - b);
		const at = times[Math.ceil(this.#clients.size * share) - 1];
		return at === undefined ? Number.NaN : (at - this.#healedUs) / 1000;
	}
}

/** The most instants that fall into any window of one second. They come in order; only those of the last second are kept. */
export class SecondPeak {
	#instantsUs: number[] = [];
	#from = 0;
	peak = 0;

	add(atUs: number): void {
		this.#instantsUs.push(atUs);
		while (atUs - (this.#instantsUs[this.#from] as number) >= 1_000_000) this.#from++;
		this.peak = Math.max(this.peak, this.#instantsUs.length - this.#from);
		// Moved together only when most of it is old, so that an addition costs the same however many there are.
		if (this.#from > 1024 && this.#from * 2 > this.#instantsUs.length) {
			this.#instantsUs = this.#instantsUs.slice(this.#from);
			this.#from = 0;
		}
	}
}
