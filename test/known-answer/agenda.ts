import { monotonicUs } from '../../bench/clock.ts';

/** Timers of the loop have a grain of a millisecond and may be late by one more: closer than this, every turn looks at the clock. */
const spinWithinUs = 2500;

interface Entry {
	readonly dueUs: number;
	readonly run: () => void;
}

/**
 * Runs things at instants of `monotonicUs`, to some microseconds. It is the server's own, and not the one of the generator: an
 * error in common would cancel out.
 */
export class Agenda {
	/** Latest first, so that the next one is taken from the end. */
	readonly #entries: Entry[] = [];
	#timer: NodeJS.Timeout | undefined;
	#timerUs = Number.POSITIVE_INFINITY;
	#spinning = false;

	get waiting(): number {
		return this.#entries.length;
	}

	/** What is due already runs at once. Of the same instant, what was asked for first runs first. */
	at(dueUs: number, run: () => void): void {
		if (dueUs <= monotonicUs() && this.#entries.length === 0) {
			run();
			return;
		}
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.#entries[middle] as Entry).dueUs > dueUs) low = middle + 1;
			else high = middle;
		}
		this.#entries.splice(low, 0, { dueUs, run });
		this.#wait();
	}

	#wait(): void {
		const next = this.#entries.at(-1);
		if (this.#spinning || next === undefined || next.dueUs >= this.#timerUs) return;
		clearTimeout(this.#timer);
		this.#timerUs = Number.POSITIVE_INFINITY;
		const waitUs = next.dueUs - monotonicUs();
		if (waitUs <= spinWithinUs) {
			this.#spinning = true;
			setImmediate(() => this.#turn());
			return;
		}
		this.#timerUs = next.dueUs;
		this.#timer = setTimeout(
			() => {
				this.#timerUs = Number.POSITIVE_INFINITY;
				this.#turn();
			},
			Math.floor((waitUs - spinWithinUs) / 1000) + 1,
		);
	}

	#turn(): void {
		this.#spinning = false;
		for (let next = this.#entries.at(-1); next && next.dueUs <= monotonicUs(); next = this.#entries.at(-1)) {
			this.#entries.pop();
			next.run();
		}
		this.#wait();
	}
}
