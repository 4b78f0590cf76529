import type { TokensEvent } from '../../model/auth.ts';
import type { CallEvent, HistoryEvent, PushEvent, SessionEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** A push that was sent so shortly before the end may still have been under way. */
const settleUs = 300_000;
/** More numbers of pushes are not told apart by when they were sent. */
const mostTicks = 200_000;

/** What a server does for clients whose tokens have lapsed, by revocation or by their time, until they count again or the load ends. */
export class Revocation implements Account {
	/** Clients with an open session, as they see it. */
	readonly #open = new Set<number>();
	/** When the push of a number was sent. */
	readonly #ticks = new Map<number, number>();
	#arePushed = false;
	#watch: Watch | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'tokens':
				this.#tokens(event);
				return;
			case 'phase':
				if (event.phase === 'drain') this.#watch?.end(event.at);
				return;
			case 'session':
				this.#session(event);
				return;
			case 'tick':
				if (this.#ticks.size < mostTicks) this.#ticks.set(event.number, event.at);
				return;
			case 'push':
				this.#push(event);
				return;
			case 'call':
				this.#watch?.call(event);
		}
	}

	#tokens({ at, change }: TokensEvent): void {
		if (change === 'restored') this.#watch?.end(at);
		else if (change !== 'issued') this.#watch = new Watch(at, this.#open);
	}

	#session({ at, session, change }: SessionEvent): void {
		if (change === 'opened' || change === 'reopened') this.#open.add(session);
		if (change === 'lost' || change === 'closed') this.#open.delete(session);
		if (change === 'lost') this.#watch?.lost(at, session);
	}

	#push({ at, session, number }: PushEvent): void {
		if (number === undefined) return;
		this.#arePushed = true;
		// What arrives after the lapse may have been sent before it.
		this.#watch?.push({ atUs: at, client: session, number, sentUs: this.#ticks.get(number) ?? at });
	}

	measures(): Measures {
		return this.#watch?.measures(this.#arePushed ? this.#ticks : undefined) ?? {};
	}
}

/** A push that arrived, and when it was sent. */
interface Arrived {
	readonly atUs: number;
	readonly client: number;
	readonly number: number;
	readonly sentUs: number;
}

/** What happened from one lapse on. What it keeps is bounded by the clients. */
class Watch {
	readonly #fromUs: number;
	/** Those that were open when it began. */
	readonly #clients: ReadonlySet<number>;
	#endUs = Number.POSITIVE_INFINITY;
	#pushes = 0;
	#lastPushUs = 0;
	/** Of each client: the highest number that it received. */
	readonly #lastNumber = new Map<number, number>();
	#calls = 0;
	#served = 0;
	#lastServedUs = 0;
	/** Of each client: when it sent its last call, if that was answered with success. */
	readonly #servedUs = new Map<number, number>();
	readonly #refusedUs = new Map<number, number>();
	readonly #ended = new Set<number>();

	constructor(fromUs: number, open: ReadonlySet<number>) {
		this.#fromUs = fromUs;
		this.#clients = new Set(open);
	}

	end(atUs: number): void {
		this.#endUs = Math.min(this.#endUs, atUs);
	}

	lost(atUs: number, client: number): void {
		if (atUs <= this.#endUs && this.#clients.has(client)) this.#ended.add(client);
	}

	push({ atUs, client, number, sentUs }: Arrived): void {
		if (sentUs < this.#fromUs || atUs > this.#endUs) return;
		this.#pushes++;
		this.#lastPushUs = atUs;
		this.#lastNumber.set(client, Math.max(number, this.#lastNumber.get(client) ?? number));
	}

	call({ at, sentUs, session, outcome, status }: CallEvent): void {
		if (sentUs < this.#fromUs || at > this.#endUs) return;
		this.#calls++;
		this.#servedUs.delete(session);
		if (outcome.is === 'ok') {
			this.#servedUs.set(session, sentUs);
			this.#served++;
			this.#lastServedUs = at;
		}
		if (status === 401 && !this.#refusedUs.has(session)) this.#refusedUs.set(session, at - this.#fromUs);
	}

	/** @param ticks when pushes were sent; undefined where no client was ever pushed anything */
	measures(ticks: ReadonlyMap<number, number> | undefined): Measures {
		const sinceUs = (atUs: number) => (atUs === 0 ? 0 : (atUs - this.#fromUs) / 1000);
		const clients = [...this.#clients];
		const share = (has: (client: number) => boolean) => (100 * clients.filter(has).length) / clients.length;
		const refused = [...this.#refusedUs.values()].sort((a, b) => a - b);
		const wasSeen = (client: number) => this.#refusedUs.has(client) || this.#ended.has(client);
		const pushes = ticks && {
			...measured('pushesAfterLapse', this.#pushes),
			...bounded('pushesAfterLapseMs', sinceUs(this.#lastPushUs), this.#isPushedAtEnd(ticks)),
		};
		const calls = this.#calls > 0 && {
			...measured('callsAfterLapse', this.#served),
			...bounded('callsAfterLapseMs', sinceUs(this.#lastServedUs), this.#isServedAtEnd()),
		};
		return {
			...pushes,
			...(calls || {}),
			...measured(
				'refusedShare',
				share((client) => this.#refusedUs.has(client)),
			),
			...measured('refusedMs', (refused[Math.ceil(refused.length / 2) - 1] ?? Number.NaN) / 1000),
			...measured(
				'streamsEndedShare',
				share((client) => this.#ended.has(client)),
			),
			...measured(
				'unawareShare',
				share((client) => !wasSeen(client)),
			),
		};
	}

	/** Whether somebody was served in the last third of the watch, and not refused since: one that never called again says nothing. */
	#isServedAtEnd(): boolean {
		const lateUs = this.#endUs - (this.#endUs - this.#fromUs) / 3;
		return this.#servedUs.values().some((sentUs) => sentUs >= lateUs);
	}

	/** Whether somebody whose stream has not ended received the last push that had its time to arrive. */
	#isPushedAtEnd(ticks: ReadonlyMap<number, number>): boolean {
		const settled = [...ticks].filter(([, at]) => at >= this.#fromUs && at <= this.#endUs - settleUs);
		const last = Math.max(...settled.map(([number]) => number));
		const reached = [...this.#lastNumber].filter(([client]) => !this.#ended.has(client));
		return settled.length > 0 && reached.some(([, number]) => number >= last);
	}
}

function bounded(name: MeasureName, value: number, isBound: boolean): Measures {
	const found = measured(name, value)[name];
	return found ? { [name]: isBound ? { ...found, atLeast: true } : found } : {};
}
