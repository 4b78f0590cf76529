import type { CallEvent, FaultEvent, GaugeEvent, HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { Failure } from '../../model/session.ts';
import { type Account, measured } from './account.ts';

/** How a client noticed, by what its session was lost for; the balancer can reset and end streams, a silent network cannot. */
const noticedBy: Readonly<Record<string, MeasureName>> = {
	timeout: 'noticedByTimeout',
	silent: 'noticedBySilence',
	reset: 'noticedByReset',
	closed: 'noticedByClose',
	ended: 'noticedByClose',
};

/** What a server said of itself, summed over the processes of the target. */
interface Held {
	readonly streams: number;
	readonly sessions: number;
}

/** Who notices a path that drops everything in silence, when and how; of several silences in a trial the last one. */
export class HalfOpen implements Account {
	readonly #server = new ServerView();
	/** Clients with an open session, as they see it. */
	readonly #open = new Set<number>();
	#silence: Silence | undefined;
	/** Open sessions beyond those of the clients, when the server was last asked. */
	#ghostsLeft: number | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'fault':
				this.#fault(event);
				return;
			case 'session':
				this.#session(event);
				return;
			case 'call':
				this.#silence?.call(event);
				return;
			case 'gauge':
				this.#gauge(event);
				return;
			case 'process':
				if (event.role === 'target' && event.change === 'exited') this.#server.forget(event.pid);
		}
	}

	#fault({ at, fault, change, healingUs }: FaultEvent): void {
		if (fault.kind !== 'half_open') return;
		if (change === 'applied') this.#silence = new Silence(at, this.#open, this.#server.held);
		else this.#silence?.heal(at, healingUs ?? at);
	}

	#session(event: SessionEvent): void {
		if (event.change === 'opened' || event.change === 'reopened') this.#open.add(event.session);
		if (event.change === 'lost' || event.change === 'closed') this.#open.delete(event.session);
		if (event.change === 'lost') this.#silence?.lost(event.at, event.session, event.why);
	}

	#gauge(event: GaugeEvent): void {
		const held = this.#server.take(event);
		if (!held || !this.#silence) return;
		if (this.#silence.healedUs === undefined) this.#silence.said(event.at, held);
		else this.#ghostsLeft = Math.max(0, held.sessions - this.#open.size);
	}

	measures(): Measures {
		if (!this.#silence) return {};
		return {
			...this.#silence.measures(),
			...(this.#ghostsLeft === undefined ? {} : measured('ghostSessionsLeft', this.#ghostsLeft)),
		};
	}
}

/** The last word of every process of the target. */
class ServerView {
	readonly #processes = new Map<number, Held>();

	/** @returns what all processes hold together, where this event says something of it */
	take({ role, pid, values }: GaugeEvent): Held | undefined {
		const { openStreams, openSessions } = values;
		if (role !== 'target' || openStreams === undefined || openSessions === undefined) return undefined;
		this.#processes.set(pid, { streams: openStreams, sessions: openSessions });
		return this.held;
	}

	forget(pid: number): void {
		this.#processes.delete(pid);
	}

	/** Undefined where the server never said anything. */
	get held(): Held | undefined {
		const all = [...this.#processes.values()];
		if (all.length === 0) return undefined;
		const sum = (of: keyof Held) => all.reduce((total, held) => total + held[of], 0);
		return { streams: sum('streams'), sessions: sum('sessions') };
	}
}

/** One silence, from its beginning to what its heal sets free. What it keeps is bounded by the clients and their calls. */
class Silence {
	/** When the path was known to be open again. */
	healedUs: number | undefined;
	readonly #appliedUs: number;
	/** Clients that were open when it began. */
	readonly #clients: ReadonlySet<number>;
	readonly #before: Held | undefined;
	#after: Held | undefined;
	#serverNoticedUs: number | undefined;
	/** By client: when it noticed, and by what. */
	readonly #noticed = new Map<number, { atUs: number; by: MeasureName | undefined }>();
	readonly #stuckUs: number[] = [];
	/** Calls answered before the path was known to be open: before the rules held, or while they were taken away. */
	readonly #early: Pick<CallEvent, 'at' | 'sentUs'>[] = [];
	#answered = 0;

	constructor(appliedUs: number, open: ReadonlySet<number>, before: Held | undefined) {
		this.#appliedUs = appliedUs;
		this.#clients = new Set(open);
		this.#before = before;
	}

	/** What got through since `healingUs` is the doing of the heal, though it was done only at `healedUs`. */
	heal(healedUs: number, healingUs: number): void {
		this.healedUs = healedUs;
		for (const [client, { atUs }] of this.#noticed) if (atUs >= healingUs) this.#noticed.delete(client);
		for (const { at, sentUs } of this.#early) if (at >= healingUs) this.#freed(at - sentUs);
	}

	lost(atUs: number, session: number, why: Failure | undefined): void {
		if (this.healedUs !== undefined || !this.#clients.has(session) || this.#noticed.has(session)) return;
		this.#noticed.set(session, { atUs, by: why === undefined ? undefined : noticedBy[why] });
	}

	/** A call has ended. One for which there was no session was never sent. */
	call({ at, sentUs, outcome }: CallEvent): void {
		if (outcome.is !== 'ok' && outcome.why === 'no-session') return;
		if (this.healedUs === undefined) {
			if (outcome.is === 'ok') this.#early.push({ at, sentUs });
			else this.#stuckUs.push(at - sentUs);
		} else if (sentUs < this.healedUs) {
			if (outcome.is === 'ok') this.#freed(at - sentUs);
			else this.#stuckUs.push(at - sentUs);
		}
	}

	/** A call that had waited for the path was answered. */
	#freed(waitedUs: number): void {
		this.#answered++;
		this.#stuckUs.push(waitedUs);
	}

	said(atUs: number, held: Held): void {
		this.#after = held;
		if (this.#before && this.#before.streams > 0 && held.streams <= this.#before.streams / 2) {
			this.#serverNoticedUs ??= atUs - this.#appliedUs;
		}
	}

	measures(): Measures {
		const stuck = this.#stuckUs.sort((a, b) => a - b);
		return {
			...this.#clientMeasures(),
			...measured('callsStuck', stuck.length),
			...measured('callsStuckAnswered', this.#answered),
			...measured('callsStuckMs', median(stuck) / 1000),
			...measured('callsStuckMaxMs', (stuck.at(-1) ?? Number.NaN) / 1000),
			...this.#serverMeasures(),
		};
	}

	/** Nothing where no client held a stream: a client without one has nothing to lose. */
	#clientMeasures(): Measures {
		const all = [...this.#noticed.values()];
		const noticed = all.map(({ atUs }) => atUs - this.#appliedUs).sort((a, b) => a - b);
		const streams = this.#before?.streams;
		// Where the server does not say, only a loss tells that there were streams.
		if (streams === 0 || (streams === undefined && noticed.length === 0)) return {};
		const names = [...new Set(Object.values(noticedBy))];
		const how = names.map((name) => measured(name, all.filter(({ by }) => by === name).length));
		return Object.assign(
			{
				...measured('noticedShare', (100 * noticed.length) / this.#clients.size),
				...measured('noticedMs', median(noticed) / 1000),
				...measured('noticedMaxMs', (noticed.at(-1) ?? Number.NaN) / 1000),
			},
			...how,
		);
	}

	#serverMeasures(): Measures {
		if (!this.#before || !this.#after) return {};
		const { streams, sessions } = this.#after;
		return {
			...measured('serverNoticedShare', 100 * Math.max(0, 1 - streams / this.#before.streams)),
			...measured('serverNoticedMs', (this.#serverNoticedUs ?? Number.NaN) / 1000),
			...measured('ghostStreams', streams),
			...measured('ghostSessions', sessions),
		};
	}
}

/** Of sorted values: the lower of the two in the middle; not a number where there are none. */
function median(sorted: readonly number[]): number {
	return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}
