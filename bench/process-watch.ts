import { constants, monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { threadTimes } from './collect/waiting.ts';
import type { GeneratorEvent } from './model/history.ts';

const loopResolutionMs = 10;

/** The figures of a process over the time it was watched; see `GeneratorEvent`. */
export type WatchedFigures = Pick<
	GeneratorEvent,
	'spanUs' | 'cpuUs' | 'waitedUs' | 'loopDelayP99Us' | 'loopDelayMaxUs' | 'gc'
>;

/**
 * Watches this process from its construction to `end`: what its CPU, its event loop and its garbage collector did. Counters
 * of the kernel are read at both ends only; in between runs a timer every 10 ms, and a few µs for each collection.
 */
export class ProcessWatch implements Disposable {
	readonly #loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
	readonly #collections: PerformanceEntry[] = [];
	readonly #observer = new PerformanceObserver((list) => this.#collections.push(...list.getEntries()));
	readonly #startedMs = performance.now();
	readonly #cpu = process.cpuUsage();
	readonly #waitedUs = waitedUs();

	constructor() {
		this.#loopDelay.enable();
		this.#observer.observe({ entryTypes: ['gc'] });
	}

	/** The figures until now; the watch is over. Takes two turns of the loop, so that the last collection is known. */
	async end(): Promise<WatchedFigures> {
		const endedMs = performance.now();
		const { user, system } = process.cpuUsage(this.#cpu);
		const waited = waitedUs();
		this.#loopDelay.disable();
		await turn();
		await turn();
		this.#collections.push(...this.#observer.takeRecords());
		this.#observer.disconnect();
		const within = this.#collections.filter(({ startTime }) => startTime >= this.#startedMs && startTime <= endedMs);
		return {
			spanUs: Math.round((endedMs - this.#startedMs) * 1000),
			cpuUs: user + system,
			...(waited === undefined || this.#waitedUs === undefined ? {} : { waitedUs: waited - this.#waitedUs }),
			loopDelayP99Us: delayUs(this.#loopDelay.percentile(99)),
			loopDelayMaxUs: delayUs(this.#loopDelay.max),
			gc: summary(within),
		};
	}

	[Symbol.dispose](): void {
		this.#loopDelay.disable();
		this.#observer.disconnect();
	}
}

/** The monitor records whole intervals; what exceeds the asked one is the delay. */
function delayUs(ns: number): number {
	return Math.max(0, Math.round(ns / 1000) - loopResolutionMs * 1000);
}

function summary(collections: readonly PerformanceEntry[]): GeneratorEvent['gc'] {
	const longest = collections.reduce<PerformanceEntry | undefined>(
		(most, entry) => (most && most.duration >= entry.duration ? most : entry),
		undefined,
	);
	return {
		count: collections.length,
		major: collections.filter(isMajor).length,
		totalUs: Math.round(collections.reduce((sum, { duration }) => sum + duration, 0) * 1000),
		maxUs: Math.round((longest?.duration ?? 0) * 1000),
		...(longest ? { longest: isMajor(longest) ? 'major' : 'minor' } : {}),
	};
}

/** Everything but a collection of young objects works on the whole heap. */
function isMajor(entry: PerformanceEntry): boolean {
	return (entry as { detail?: { kind?: number } }).detail?.kind !== constants.NODE_PERFORMANCE_GC_MINOR;
}

/** How long the main thread was ready to run and had no core; undefined where the kernel does not say. */
function waitedUs(): number | undefined {
	const times = threadTimes(process.pid);
	return times && Math.round(times.mainWaitedUs);
}
