/** A server behind the balancer. */
export interface Backend {
	readonly hostname: string;
	readonly port: number;
}

/** A session that was used longest ago is forgotten first. */
const mostSessions = 200_000;

/**
 * Which server a request goes to: that of its session, if the server is registered, otherwise the next in turn. What belongs
 * to which session is learnt from answers, as a stick table does (HAProxy's `stick store-response`): a hash of the session's
 * name would be none, because the first request has no name yet.
 */
export class Backends {
	#all: readonly Backend[] = [];
	readonly #registered = new Set<number>();
	readonly #sessions = new Map<string, number>();
	readonly #mostSessions: number;
	#next = 0;

	constructor(most = mostSessions) {
		this.#mostSessions = most;
	}

	/** New servers take the places of the old ones, and their sessions: those they do not know, they refuse. */
	replace(all: readonly Backend[]): void {
		this.#all = all;
		this.#registered.clear();
		for (const n of all.keys()) this.#registered.add(n);
	}

	/** @throws RangeError where there is no such server */
	register(n: number, on: boolean): void {
		if (!this.#all[n]) throw new RangeError(`there is no server ${n}: there are ${this.#all.length}`);
		if (on) this.#registered.add(n);
		else this.#registered.delete(n);
	}

	at(n: number): Backend | undefined {
		return this.#all[n];
	}

	/**
	 * @param session the name under which it may have been learnt
	 * @param tried servers that refused this very request
	 * @returns the number of a registered server, or undefined where none is left
	 */
	choose(session: string | undefined, tried: readonly number[] = []): number | undefined {
		const stuck = session === undefined ? undefined : this.#sessions.get(session);
		if (session !== undefined && stuck !== undefined) {
			this.learn(session, stuck);
			if (this.#registered.has(stuck) && !tried.includes(stuck)) return stuck;
		}
		for (let step = 0; step < this.#all.length; step += 1) {
			const n = (this.#next + step) % this.#all.length;
			if (!this.#registered.has(n) || tried.includes(n)) continue;
			this.#next = n + 1;
			return n;
		}
		return undefined;
	}

	/** From now on the session belongs to this server. */
	learn(session: string, n: number): void {
		// A map keeps the order of insertion: in again is last to go.
		this.#sessions.delete(session);
		this.#sessions.set(session, n);
		if (this.#sessions.size <= this.#mostSessions) return;
		for (const oldest of this.#sessions.keys()) {
			this.#sessions.delete(oldest);
			return;
		}
	}
}
