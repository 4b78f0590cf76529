import { median } from 'simple-statistics';
import type { AskedEvent, GuestEvent, StalledEvent } from '../../model/guests.ts';
import type { GaugeEvent, HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { fitLine } from '../fit.ts';
import { type Account, measured } from './account.ts';
import { HeldMemory, heapAndExternalKb } from './held-memory.ts';

const kb = 1024;
const mb = 1024 * 1024;
/** More points no stall has. */
const mostPoints = 10_000;

/** A client that does not read, as the server's ledger knows it. */
interface Stalled {
	readonly sinceUs: number;
	bytes: number;
	/** Of the last push for it. */
	lastNumber: number | undefined;
	lastUs: number;
	isRefused: boolean;
}

/**
 * What clients that do not read cost a server, and whether and when it gives them up: by what it wrote down that it emitted for each, and by
 * its own memory. What it emitted after a stall is unread, but for what the kernel holds, which is counted apart.
 */
export class StalledClients implements Account {
	readonly #memory = new HeldMemory();
	readonly #byGuest = new Map<number, Stalled>();
	readonly #byKey = new Map<string, Stalled>();
	#pushBytes = 0;
	#lastTick: number | undefined;
	#isOver = false;
	#unreadBytes = 0;
	#overflows: number | undefined;
	#peakKb: number | undefined;
	#kernelBeforeKb: number | undefined;
	#kernelKb: number | undefined;
	/** Memory in KB over MB emitted, of the time in which somebody who does not read was served. */
	readonly #points: (readonly [mb: number, kb: number])[] = [];

	take(event: HistoryEvent): void {
		this.#memory.take(event);
		switch (event.is) {
			case 'guest':
				this.#guest(event);
				return;
			case 'emitted': {
				const stalled = this.#isOver ? undefined : this.#byKey.get(event.key);
				if (!stalled || event.at < stalled.sinceUs) return;
				this.#add(stalled, this.#pushBytes, event.at);
				stalled.lastNumber = event.number;
				return;
			}
			case 'tick':
				if (!this.#isOver) this.#lastTick = event.number;
				return;
			case 'gauge':
				this.#gauge(event);
		}
	}

	#guest(event: GuestEvent): void {
		if (event.what === 'began') this.#pushBytes = event.pushBytes ?? 0;
		else if (event.what === 'stalled') this.#stalled(event);
		else if (event.what === 'asked') this.#asked(event);
		else if (event.what === 'ended') this.#isOver = true;
	}

	#stalled({ guest, key, at }: StalledEvent): void {
		const stalled = { sinceUs: at, bytes: 0, lastNumber: undefined, lastUs: at, isRefused: false };
		this.#byGuest.set(guest, stalled);
		if (key !== undefined) this.#byKey.set(key, stalled);
	}

	#asked({ guest, bytes, why, at }: AskedEvent): void {
		const stalled = this.#byGuest.get(guest);
		if (!stalled) return;
		if (why === undefined) this.#add(stalled, bytes, at);
		else stalled.isRefused = true;
	}

	#add(stalled: Stalled, bytes: number, at: number): void {
		stalled.bytes += bytes;
		stalled.lastUs = at;
		this.#unreadBytes += bytes;
	}

	#gauge({ role, values }: GaugeEvent): void {
		if (role === 'machine' && values.tcpMemKb !== undefined) {
			if (this.#byGuest.size === 0) this.#kernelBeforeKb = values.tcpMemKb;
			else if (!this.#isOver) this.#kernelKb = Math.max(this.#kernelKb ?? 0, values.tcpMemKb);
		}
		if (role !== 'target' || this.#byGuest.size === 0) return;
		this.#overflows = values.overflows ?? this.#overflows;
		const heldKb = heapAndExternalKb(values);
		if (heldKb === undefined || this.#isOver) return;
		this.#peakKb = Math.max(this.#peakKb ?? 0, heldKb);
		const unreadMb = this.#unreadBytes / mb;
		// Once nobody is served any more who does not read, time goes on and what is emitted for them does not.
		if (unreadMb > (this.#points.at(-1)?.[0] ?? -1) && this.#points.length < mostPoints)
			this.#points.push([unreadMb, heldKb]);
	}

	#isGivenUp({ isRefused, lastNumber }: Stalled): boolean {
		if (isRefused) return true;
		// The line of a push comes after those of all whom it goes to.
		return lastNumber !== undefined && this.#lastTick !== undefined && this.#lastTick > lastNumber;
	}

	measures(): Measures {
		const all = [...this.#byGuest.values()];
		if (all.length === 0) return {};
		const left = all.filter((stalled) => this.#isGivenUp(stalled));
		const grownKb = this.#memory.grown(heapAndExternalKb);
		const beforeKb = this.#memory.before && heapAndExternalKb(this.#memory.before.target);
		const slope = fitLine(this.#points);
		const middle = (values: readonly number[]) => (values.length === 0 ? Number.NaN : median([...values]));
		return {
			...measured('unreadMb', this.#unreadBytes / mb / all.length),
			...measured('unreadHeapKb', grownKb / all.length),
			...measured('unreadUssKb', this.#memory.grown(({ ussKb }) => ussKb) / all.length),
			...measured('unreadPeakKb', ((this.#peakKb ?? Number.NaN) - (beforeKb ?? Number.NaN)) / all.length),
			...measured(
				'unreadKernelKb',
				((this.#kernelKb ?? Number.NaN) - (this.#kernelBeforeKb ?? Number.NaN)) / all.length,
			),
			...(slope ? measured('unreadKbPerMb', slope.slope, slope.slopeCi) : {}),
			...measured('unreadHeldShare', (100 * grownKb) / (this.#unreadBytes / kb)),
			...measured('givenUpShare', (100 * left.length) / all.length),
			...measured('givenUpMs', middle(left.map(({ lastUs, sinceUs }) => (lastUs - sinceUs) / 1000))),
			...measured('givenUpMb', middle(left.map(({ bytes }) => bytes / mb))),
			...measured('overflows', this.#overflows ?? Number.NaN),
		};
	}
}
