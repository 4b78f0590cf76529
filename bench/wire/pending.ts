/** A promise that is settled from outside, once; later calls do nothing, and a rejection nobody awaits is not an error. */
export class Pending<T> {
	readonly promise: Promise<T>;
	settled = false;
	#resolve!: (value: T) => void;
	#reject!: (error: Error) => void;

	constructor() {
		this.promise = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		this.promise.catch(() => {});
	}

	resolve(value: T): void {
		this.settled = true;
		this.#resolve(value);
	}

	reject(error: Error): void {
		this.settled = true;
		this.#reject(error);
	}
}
