/** So many places that were taken from are kept, so that a short queue is not copied over and over. */
const spare = 1024;

/** A queue whose `take` does not move the rest: `Array.shift` does, and shows in the latency of long queues. */
export class Fifo<T> {
	#items: (T | undefined)[];
	#head = 0;

	constructor(items: readonly T[] = []) {
		this.#items = [...items];
	}

	get length(): number {
		return this.#items.length - this.#head;
	}

	/** Places in memory, those that were taken from included: never more than twice the length and a constant. */
	get places(): number {
		return this.#items.length;
	}

	push(item: T): void {
		this.#items.push(item);
	}

	take(): T | undefined {
		const item = this.#items[this.#head];
		if (item === undefined) return undefined;
		// What was taken must not be kept alive by the place it left.
		this.#items[this.#head++] = undefined;
		if (this.#head > spare && this.#head * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}
}
