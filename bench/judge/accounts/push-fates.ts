import type { HistoryEvent, PushEvent, SessionEvent } from '../../model/history.ts';
import type { EmittedEvent } from '../../model/ledger.ts';

/** What was pushed at the very end may still be under way when the clients close: it is not judged. */
export const settleUs = 500_000;

const emitted = 1;
const received = 2;

/** A session, by the name that its server gave it. */
interface Session {
	/** By tick: whether the push was emitted, whether received. */
	readonly marks: Marks;
	/** Who received something on it; undefined while nobody has. */
	client: number | undefined;
	latest: number;
}

interface Client {
	/** By tick: whether it received that number, or it was lost on one of its sessions. */
	readonly marks: Marks;
	openedUs: number;
	closedUs: number;
}

/** How many numbered pushes of the measured phase went where. */
export interface PushCounts {
	/** Pairs of session and number that arrived. */
	readonly received: number;
	/** Pairs that were emitted and arrived nowhere. */
	readonly lost: number;
	/** Pairs of client and number for which there was no session to emit to. */
	readonly missed: number;
	/** Arrivals of what had arrived before. */
	readonly doubled: number;
	/** First arrivals after that of a higher number on the same session. */
	readonly outOfOrder: number;
}

/**
 * Joins what servers emitted with what clients received, in any order. A byte for every session and number, and one for every
 * client and number: a hundred clients with ten pushes a second take 120 KB a minute.
 */
export class PushFates {
	/** The place of a number in all marks, in the order in which numbers were first heard of. */
	readonly #places = new Map<number, number>();
	/** By place: when a server reached the number; undefined while no ledger says so. */
	readonly #tickUs: (number | undefined)[] = [];
	readonly #doubled = new Tally();
	readonly #outOfOrder = new Tally();
	readonly #sessions = new Map<string, Session>();
	readonly #clients = new Map<number, Client>();
	/** Places of pushes that were not for everybody. */
	readonly #chosen = new Set<number>();
	#fromUs = Number.NaN;
	#toUs = Number.NaN;
	/** Whether anything was pushed at all. */
	any = false;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'emitted':
				this.#emitted(event);
				return;
			case 'tick': {
				if (event.to !== undefined && event.to > 0) this.any = true;
				const place = this.#placeOf(event.number);
				if (event.chosen) this.#chosen.add(place);
				this.#tickUs[place] = Math.min(this.#tickUs[place] ?? Number.POSITIVE_INFINITY, event.at);
				return;
			}
			case 'push':
				this.#received(event);
				return;
			case 'session':
				this.#session(event);
				return;
			case 'phase':
				if (event.phase === 'measure') this.#fromUs = event.at;
				if (event.phase === 'drain') this.#toUs = event.at;
		}
	}

	/** @param settledUs what was pushed so shortly before the end is not judged */
	counts(settledUs = settleUs): PushCounts {
		const judged = [...this.#places.values()].filter((place) => {
			const atUs = this.#tickUs[place] ?? Number.NaN;
			return atUs >= this.#fromUs && atUs <= this.#toUs - settledUs;
		});
		const lostOnStrangers = new Tally();
		let [got, lost, missed, doubled, outOfOrder] = [0, 0, 0, 0, 0];
		for (const { marks, client } of this.#sessions.values()) {
			for (const place of judged) {
				const mark = marks.get(place);
				if (mark & received) got++;
				if (mark !== emitted) continue;
				lost++;
				const owner = client === undefined ? undefined : this.#clients.get(client);
				if (owner) owner.marks.set(place, 1);
				else lostOnStrangers.add(place);
			}
		}
		for (const place of judged) {
			const atUs = this.#tickUs[place] as number;
			let without = 0;
			for (const { marks, openedUs, closedUs } of this.#clients.values()) {
				if (openedUs <= atUs && atUs < closedUs && marks.get(place) === 0) without++;
			}
			// A session that nobody ever heard of belongs to one of those who are without: lost there, it was not missed.
			if (!this.#chosen.has(place)) missed += Math.max(0, without - lostOnStrangers.get(place));
			doubled += this.#doubled.get(place);
			outOfOrder += this.#outOfOrder.get(place);
		}
		return { received: got, lost, missed, doubled, outOfOrder };
	}

	#emitted({ key, number }: EmittedEvent): void {
		this.any = true;
		const { marks } = this.#sessionOf(key);
		const place = this.#placeOf(number);
		marks.set(place, marks.get(place) | emitted);
	}

	#received({ key, number, session: client }: PushEvent): void {
		if (key === undefined || number === undefined) return;
		const place = this.#placeOf(number);
		const session = this.#sessionOf(key);
		session.client ??= client;
		this.#clientOf(client).marks.set(place, 1);
		const mark = session.marks.get(place);
		if (mark & received) {
			this.#doubled.add(place);
			return;
		}
		session.marks.set(place, mark | received);
		if (number < session.latest) this.#outOfOrder.add(place);
		session.latest = Math.max(session.latest, number);
	}

	#session({ session, change, at }: SessionEvent): void {
		if (change === 'opened') this.#clientOf(session).openedUs = at;
		if (change === 'closed') this.#clientOf(session).closedUs = at;
	}

	#placeOf(number: number): number {
		const known = this.#places.get(number);
		if (known !== undefined) return known;
		const place = this.#places.size;
		this.#places.set(number, place);
		return place;
	}

	#sessionOf(key: string): Session {
		const known = this.#sessions.get(key);
		if (known) return known;
		const session: Session = { marks: new Marks(), client: undefined, latest: Number.NEGATIVE_INFINITY };
		this.#sessions.set(key, session);
		return session;
	}

	#clientOf(number: number): Client {
		const known = this.#clients.get(number);
		if (known) return known;
		const never = Number.POSITIVE_INFINITY;
		const client: Client = { marks: new Marks(), openedUs: never, closedUs: never };
		this.#clients.set(number, client);
		return client;
	}
}

const nothing = new Uint8Array(0);
const firstBytes = 16;

/** A byte for every place, 0 where nothing was said. Takes no memory until something is. */
export class Marks {
	#bytes = nothing;

	get(place: number): number {
		return this.#bytes[place] ?? 0;
	}

	set(place: number, mark: number): void {
		if (place >= this.#bytes.length) {
			const grown = new Uint8Array(Math.max(firstBytes, 2 * this.#bytes.length, place + 1));
			grown.set(this.#bytes);
			this.#bytes = grown;
		}
		this.#bytes[place] = mark;
	}
}

/** A count for every place. */
class Tally {
	readonly #counts = new Map<number, number>();

	get(place: number): number {
		return this.#counts.get(place) ?? 0;
	}

	add(place: number): void {
		this.#counts.set(place, this.get(place) + 1);
	}
}
