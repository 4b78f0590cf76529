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
 * A turn of the loop that is over within this, from one look at the clock to the next, did nothing but look: it takes 1 to 3 µs,
 * while to read a socket and hand on what came takes more than 10. `empty-turn.ts` measures what a slower machine needs.
 * Longer turns count as work, also those in which the kernel gave the core to somebody else.
 */
export const leastEmptyTurnUs = 10;

/** What the loop did while it only waited for an instant to come: time of a core that was used and not needed. */
export interface Spin {
	/** Empty turns, and how long they took together. Both only grow. */
	turns: number;
	us: number;
}

interface ScheduleOptions {
	readonly waiter?: Waiter;
	/** Told of empty turns. */
	readonly spin?: Spin;
	/** Up to how long a turn is empty. */
	readonly emptyTurnUs?: number;
	/**
	 * Whether calls leave to some tens of microseconds, at the price of a core; otherwise a timer starts them, up to two
	 * milliseconds late, and who shares the machine with others does not take it from them.
	 */
	readonly exact?: boolean;
}

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
	{
		waiter = realWaiter,
		spin = { turns: 0, us: 0 },
		emptyTurnUs = leastEmptyTurnUs,
		exact = true,
	}: ScheduleOptions = {},
): Promise<void> {
	const withinUs = exact ? spinWithinUs : 0;
	return new Promise((resolve, reject) => {
		let next = schedule.next();
		/** When the turn before this one found nothing due, and left the loop to whatever else there is. */
		let leftUs: number | undefined;
		const turn = (): void => {
			try {
				let nowUs = clock();
				if (leftUs !== undefined && nowUs - leftUs <= emptyTurnUs) {
					spin.turns++;
					spin.us += nowUs - leftUs;
				}
				leftUs = undefined;
				for (let started = 0; started < batch; started++) {
					if (next.done || signal.aborted) {
						resolve();
						return;
					}
					const waitUs = next.value.dueUs - nowUs;
					if (waitUs > withinUs) {
						waiter.after(Math.floor((waitUs - withinUs) / 1000) + 1, turn);
						return;
					}
					if (waitUs > 0) {
						// What was just started goes on in microtasks: the rest of this turn is work, however short.
						if (started === 0) leftUs = nowUs;
						waiter.soon(turn);
						return;
					}
					start(next.value);
					next = schedule.next();
					nowUs = clock();
				}
				waiter.soon(turn);
			} catch (error) {
				reject(error);
			}
		};
		turn();
	});
}
