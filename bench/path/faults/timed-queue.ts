import type { Out } from './stage.ts';

/** Timers may fire up to this much before their time. */
const earlyMs = 1;

/** Bytes on their way, and the end after them, each with its instant; the order never changes. */
export class TimedQueue {
	readonly #out: Out;
	#items: { readonly what: Buffer | 'end'; readonly dueMs: number }[] = [];
	/** Of the next to go. */
	#head = 0;
	#timer: NodeJS.Timeout | undefined;
	/** When the last that was added is due. */
	lastDueMs = 0;

	constructor(out: Out) {
		this.#out = out;
	}

	/** @param dueMs on the clock of `performance.now()`; not before what was added before */
	add(what: Buffer | 'end', dueMs: number): void {
		this.lastDueMs = Math.max(dueMs, this.lastDueMs);
		this.#items.push({ what, dueMs: this.lastDueMs });
		if (this.#timer === undefined) this.#deliver(performance.now());
	}

	/** Everything goes now. */
	flush(): void {
		this.#deliver(Number.POSITIVE_INFINITY);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#items = [];
		this.#head = 0;
	}

	#deliver(nowMs: number): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (;;) {
			const item = this.#items[this.#head];
			if (!item) break;
			const waitMs = item.dueMs - nowMs;
			if (waitMs > earlyMs) {
				this.#timer = setTimeout(() => this.#deliver(performance.now()), waitMs).unref();
				break;
			}
			this.#head += 1;
			if (item.what === 'end') this.#out.end();
			else this.#out.pass(item.what);
		}
		// What is gone is let go, now and then, rather than moving all the others each time.
		if (this.#head * 2 >= this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
	}
}
