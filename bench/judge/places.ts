import type {
	ClosingEvent,
	ConnectEvent,
	HistoryEvent,
	PushEvent,
	SessionEvent,
	StrayEvent,
} from '../model/history.ts';

/** An event and whose it is; `undefined`: it concerns all places. */
export interface Routed {
	readonly places: readonly number[] | undefined;
	readonly event: HistoryEvent;
}

/** More keys of sessions than this no history has; those of later pushes are nobody's. */
const mostKeys = 200_000;
/** More pushes whose receiver is not known yet are not kept. */
const mostHeldBack = 200_000;

/**
 * Takes the one history of cases that ran side by side apart: each event is given to the place that it belongs to, as if that
 * had been a trial of its own. Session n belongs to place n modulo the places, and is its session n divided by them; of calls
 * the same holds (`load/swarm.ts`). What a server pushed to a session belongs to whoever received something on it.
 */
export class Places {
	readonly #count: number;
	/** By the server's name for the session: whose it is. */
	readonly #placeOfKey = new Map<string, number>();
	/** Pushes to sessions of which it is not known yet whose they are. */
	readonly #heldBack = new Map<string, HistoryEvent[]>();
	#held = 0;
	/** Which places a process of the target serves; absent: all. */
	readonly #served = new Map<number, readonly number[]>();

	constructor(count: number) {
		this.#count = Math.max(1, count);
	}

	route(event: HistoryEvent): readonly Routed[] {
		switch (event.is) {
			case 'call': {
				const { place, callId } = this.#call(event.callId);
				return [{ places: [place], event: { ...event, callId, session: this.#sessionOf(event.session) } }];
			}
			case 'resent': {
				const { place, callId } = this.#call(event.callId);
				return [{ places: [place], event: { ...event, callId, session: this.#sessionOf(event.session) } }];
			}
			case 'ran': {
				const { place, callId } = this.#call(event.callId);
				return [{ places: [place], event: { ...event, callId } }];
			}
			case 'session':
			case 'connect':
			case 'stray':
			case 'closing':
				return [this.#ofSession(event)];
			case 'push':
				return [this.#ofSession(event), ...this.#learn(event.key, event.session % this.#count)];
			case 'emitted':
				return this.#emitted(event);
			case 'cut':
			case 'place':
			case 'tokens':
				return [{ places: [event.place], event: { ...event, place: 0 } }];
			case 'process':
				if (event.places) this.#served.set(event.pid, event.places);
				return [{ places: this.#served.get(event.pid), event }];
			case 'tick':
			case 'gauge':
				return [{ places: this.#served.get(event.pid), event }];
			case 'histogram':
				// Of the calls of all places together: of one alone it says nothing, and is read once for the generator's sake.
				return [{ places: [0], event }];
			default:
				return [{ places: undefined, event }];
		}
	}

	#sessionOf(session: number): number {
		return Math.floor(session / this.#count);
	}

	#ofSession(event: SessionEvent | ConnectEvent | StrayEvent | ClosingEvent | PushEvent): Routed {
		const { session } = event;
		return { places: [session % this.#count], event: { ...event, session: this.#sessionOf(session) } };
	}

	/** Of a call that is none of the swarm's: it is the first place's, as one of an unknown name. */
	#call(callId: string): { readonly place: number; readonly callId: string } {
		const [, worker, number] = /^(\d+)-(\d+)$/.exec(callId) ?? [];
		if (worker === undefined || number === undefined) return { place: 0, callId };
		const place = Number(number) % this.#count;
		return { place, callId: `${worker}-${Math.floor(Number(number) / this.#count)}` };
	}

	#emitted(event: Extract<HistoryEvent, { is: 'emitted' }>): readonly Routed[] {
		const served = this.#served.get(event.pid);
		const place = this.#placeOfKey.get(event.key) ?? (served?.length === 1 ? served[0] : undefined);
		if (place !== undefined) return [{ places: [place], event }];
		if (this.#held < mostHeldBack) {
			this.#held++;
			const before = this.#heldBack.get(event.key);
			if (before) before.push(event);
			else this.#heldBack.set(event.key, [event]);
		}
		return [];
	}

	/** Something was received on a session: now it is known whose it is. @returns what was pushed to it before */
	#learn(key: string | undefined, place: number): readonly Routed[] {
		if (key === undefined || this.#placeOfKey.has(key) || this.#placeOfKey.size >= mostKeys) return [];
		this.#placeOfKey.set(key, place);
		const before = this.#heldBack.get(key) ?? [];
		this.#heldBack.delete(key);
		this.#held -= before.length;
		return before.map((event) => ({ places: [place], event }));
	}
}
