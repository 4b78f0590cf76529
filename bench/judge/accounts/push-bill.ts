import type { CallEvent, GaugeEvent, HistoryEvent, PushEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { PushesEvent, TrafficEvent } from '../../model/push-events.ts';
import { measured } from './account.ts';

/** A counter when the measured phase began, when pushes began, when they began to count, and at the end. */
type Counter = [first: number, begun: number, counted: number, last: number];

/** What was done while nothing was pushed, and while something was. */
interface Parts {
	idle: number;
	pushing: number;
}

const usPerHour = 3.6e9;

/** What it costs a server, and the wire, that clients listen or poll: while nothing is pushed, and while something is. */
export class PushBill {
	#sessions = 0;
	#polls = false;
	#isMeasuring = false;
	/** In which part things are: 0 idle, 1 while pushes do not count, 2 while they do. */
	#part = 0;
	#fromUs = Number.NaN;
	#begunUs = Number.NaN;
	readonly #cpuUs = new Map<number, Counter>();
	/** Of each worker, in the order in which it said them. */
	readonly #bytes = new Map<number, number[]>();
	/** Of each worker, since it began. */
	readonly #hurried = new Map<number, number>();
	readonly #pollCount: Parts = { idle: 0, pushing: 0 };
	/** Polls that brought messages. */
	#full = 0;
	#arrivals = 0;
	/** Between the third and the fourth word of the first worker, which are not quite when CPU time was read. */
	#carried = 0;
	#bookUs = 0;
	/** Whose poll fetched the last message, and when. */
	#lastFetch: { readonly session: number; readonly at: number } | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'listen') {
			this.#sessions = event.sessions;
			this.#polls = event.pollMs !== undefined;
		}
		if (event.is === 'phase') {
			this.#isMeasuring = event.phase === 'measure';
			if (this.#isMeasuring) this.#fromUs = event.at;
		}
		// A worker's last word of its traffic may come a moment after the phase has ended.
		if (event.is === 'traffic') this.#traffic(event);
		if (event.is === 'push' && event.number !== undefined && this.#bytes.get(0)?.length === 3) this.#carried++;
		if (!this.#isMeasuring) return;
		if (event.is === 'pushes') this.#pushes(event);
		if (event.is === 'gauge' && event.role === 'target') this.#gauge(event);
		if (event.is === 'call') this.#call(event);
		if (event.is === 'push' && event.number !== undefined) this.#push(event);
		if (event.is === 'sent' && this.#part === 2) this.#bookUs += event.bookUs;
	}

	#pushes({ at, change }: PushesEvent): void {
		this.#part = change === 'begun' ? 1 : 2;
		if (change === 'begun') this.#begunUs = at;
	}

	#traffic({ worker, bytesIn, bytesOut, hurried = 0 }: TrafficEvent): void {
		this.#hurried.set(worker, hurried);
		const known = this.#bytes.get(worker);
		if (known) known.push(bytesIn + bytesOut);
		else this.#bytes.set(worker, [bytesIn + bytesOut]);
	}

	/** It is read anew just before each part begins. */
	#gauge({ pid, values: { cpuUs } }: GaugeEvent): void {
		if (cpuUs === undefined) return;
		const counter = this.#cpuUs.get(pid);
		if (counter) counter.fill(cpuUs, this.#part + 1);
		else this.#cpuUs.set(pid, [cpuUs, cpuUs, cpuUs, cpuUs]);
	}

	#call({ outcome }: CallEvent): void {
		if (outcome.is !== 'ok' || this.#part === 1) return;
		this.#pollCount[this.#part === 0 ? 'idle' : 'pushing']++;
	}

	#push({ at, session, polled }: PushEvent): void {
		if (this.#part < 2) return;
		this.#arrivals++;
		if (!polled || (this.#lastFetch?.at === at && this.#lastFetch.session === session)) return;
		this.#full++;
		this.#lastFetch = { session, at };
	}

	/** Pushes that had others read before their turn, because a worker kept as many as it may. */
	get hurried(): number {
		return this.#hurried.values().reduce((sum, of) => sum + of, 0);
	}

	measures(): Measures {
		if (this.#part < 2 || this.#sessions === 0) return {};
		const cpuUs = partsOf(this.#cpuUs);
		const bytes = partsOf(this.#bytes);
		const clientHours = (this.#sessions * (this.#begunUs - this.#fromUs)) / usPerHour;
		const pushingUs = cpuUs && cpuUs.pushing - this.#bookUs;
		return {
			...(cpuUs && measured('idleCpuMsPerClientHour', cpuUs.idle / 1000 / clientHours)),
			...(bytes && measured('idleKbPerClientHour', bytes.idle / 1024 / clientHours)),
			// Microseconds for one are milliseconds for a thousand.
			...(pushingUs !== undefined && measured('cpuMsPer1000Pushes', pushingUs / this.#arrivals)),
			...(bytes && measured('bytesPerPush', bytes.pushing / this.#carried)),
			...(this.#polls && cpuUs ? this.#pollMeasures(cpuUs) : {}),
		};
	}

	#pollMeasures(cpuUs: Parts): Measures {
		const idleUs = cpuUs.idle / this.#pollCount.idle;
		const emptyUs = idleUs * Math.max(0, this.#pollCount.pushing - this.#full);
		return {
			...measured('cpuUsPerIdlePoll', idleUs),
			...measured('cpuUsPerFullPoll', (cpuUs.pushing - this.#bookUs - emptyUs) / this.#full),
			...measured('pushesPerFullPoll', this.#arrivals / this.#full),
		};
	}
}

/** Undefined where nothing was counted, or not to the end. */
function partsOf(counters: ReadonlyMap<number, readonly number[]>): Parts | undefined {
	const all = [...counters.values()];
	if (all.length === 0 || all.some((counter) => counter.length < 4)) return undefined;
	const parts = { idle: 0, pushing: 0 };
	for (const [first = 0, begun = 0, counted = 0, last = 0] of all) {
		parts.idle += begun - first;
		parts.pushing += last - counted;
	}
	return parts;
}
