import { realWaiter, type Waiter } from './schedule.ts';

/** A turn of the event loop that is shorter than this did nothing: taking in one answer takes longer. */
const emptyTurnMs = 0.03;

/**
 * Waits as the schedule wants, and adds up how long it really had nothing to do. The schedule spins while the next call is
 * near, so CPU time alone would call every worker busy.
 */
export class IdleMeter implements Waiter {
	readonly #waiter: Waiter;
	readonly #nowMs: () => number;
	#sinceMs: number;
	#idleMs = 0;

	/** @param nowMs a clock in milliseconds */
	constructor(waiter: Waiter = realWaiter, nowMs = () => performance.now()) {
		this.#waiter = waiter;
		this.#nowMs = nowMs;
		this.#sinceMs = nowMs();
	}

	soon(run: () => void): void {
		const fromMs = this.#nowMs();
		this.#waiter.soon(() => {
			const tookMs = this.#nowMs() - fromMs;
			if (tookMs < emptyTurnMs) this.#idleMs += tookMs;
			run();
		});
	}

	/** Whatever is done while a timer runs counts as idle: calls are then further apart than they take. */
	after(ms: number, run: () => void): void {
		const fromMs = this.#nowMs();
		this.#waiter.after(ms, () => {
			this.#idleMs += this.#nowMs() - fromMs;
			run();
		});
	}

	/** Starts anew. */
	reset(): void {
		this.#sinceMs = this.#nowMs();
		this.#idleMs = 0;
	}

	/** The share (0 to 1) of the time since the start in which there was something to do. */
	busyShare(): number {
		const elapsedMs = this.#nowMs() - this.#sinceMs;
		return elapsedMs > 0 ? Math.max(0, 1 - this.#idleMs / elapsedMs) : 0;
	}
}
