import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** How soon clients succeed again after the last fault healed, and how hard they reconnect. */
export class Recovery implements Account {
	#appliedUs: number | undefined;
	#healedUs: number | undefined;
	readonly #clients = new Set<number>();
	readonly #firstSuccessUs = new Map<number, number>();
	readonly #connectsUs: number[] = [];

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
				if (this.#appliedUs !== undefined) this.#connectsUs.push(event.at);
				return;
			case 'call':
				if (this.#healedUs === undefined || event.outcome.is !== 'ok' || event.sentUs < this.#healedUs) return;
				if (!this.#firstSuccessUs.has(event.session)) this.#firstSuccessUs.set(event.session, event.at);
		}
	}

	measures(): Measures {
		if (this.#appliedUs === undefined) return {};
		return {
			...measured('recovery95Ms', this.#recoveredMs(0.95)),
			...measured('recovery99Ms', this.#recoveredMs(0.99)),
			...measured('connectsPeakPerS', peakPerSecond(this.#connectsUs)),
		};
	}

	/** Clients that never succeeded again within the trial. */
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

/** The most instants that fall into any window of one second; the input is in order. */
export function peakPerSecond(instantsUs: readonly number[]): number {
	let peak = 0;
	let from = 0;
	for (let to = 0; to < instantsUs.length; to++) {
		while ((instantsUs[to] as number) - (instantsUs[from] as number) >= 1_000_000) from++;
		peak = Math.max(peak, to - from + 1);
	}
	return peak;
}
