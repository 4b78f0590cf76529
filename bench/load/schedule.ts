import type { Clock } from '../clock.ts';
import type { Arrival } from './pacer.ts';

/** How the loop waits; replaced by a virtual one in tests. */
export interface Waiter {
	/** Run after the events that are ready now. */
	soon(run: () => void): void;
	after(ms: number, run: () => void): void;
}

export const realWaiter: Waiter = {
	soon: (run) => void setImmediate(run),
	after: (ms, run) => void setTimeout(run, ms),
};

/**
 * Timers of the event loop have a grain of a millisecond and are late by up to one more; closer than this the loop looks
 * at the clock on every turn instead. It costs a core while calls are dense, which the generator has for itself.
 */
const spinWithinUs = 2500;

/** At most this many overdue arrivals are started before the loop looks at its sockets again. */
const batch = 64;

/**
 * Starts every arrival when it is due, whatever became of the earlier ones. Arrivals that are overdue, because the
 * process was busy, are started at once and keep their due instant.
 * @returns when the last arrival was started, or the signal ended it
 */
export function runSchedule(
	schedule: Iterator<Arrival, undefined>,
	start: (arrival: Arrival) => void,
	clock: Clock,
	signal: AbortSignal,
	waiter: Waiter = realWaiter,
): Promise<void> {
	return new Promise((resolve, reject) => {
		let next = schedule.next();
		const turn = (): void => {
			try {
				for (let started = 0; started < batch; started++) {
					if (next.done || signal.aborted) {
						resolve();
						return;
					}
					const waitUs = next.value.dueUs - clock();
					if (waitUs > 0) {
						if (waitUs > spinWithinUs) waiter.after(Math.floor((waitUs - spinWithinUs) / 1000) + 1, turn);
						else waiter.soon(turn);
						return;
					}
					start(next.value);
					next = schedule.next();
				}
				waiter.soon(turn);
			} catch (error) {
				reject(error);
			}
		};
		turn();
	});
}
