import type { IncomingMessage } from 'node:http';
import type { Balance, RequestFacts } from './balance.ts';
import { watchForEndpoint } from './endpoint-event.ts';
import { sessionHeader, sessionIdIn, sessionIdOf } from './session-name.ts';
import { Turn } from './turn.ts';

/** A session that was used longest ago is forgotten first. */
const mostSessions = 200_000;

/**
 * A request goes to the server of its session, if that may be asked, otherwise to the next in turn. What belongs to which session
 * is learnt from answers, as HAProxy does (`stick store-response`): a hash of the session's name would be none, because the first
 * request has no name yet.
 */
export class StickTable implements Balance {
	readonly #sessions = new Map<string, number>();
	readonly #mostSessions: number;
	readonly #turn = new Turn();

	constructor(most = mostSessions) {
		this.#mostSessions = most;
	}

	choose(request: RequestFacts, usable: readonly number[]): number {
		const session = sessionOf(request);
		const stuck = session === undefined ? undefined : this.#sessions.get(session);
		if (session !== undefined && stuck !== undefined) {
			this.stick(session, stuck);
			if (usable.includes(stuck)) return stuck;
		}
		return this.#turn.next(usable);
	}

	learned({ method, headers }: RequestFacts, answer: IncomingMessage, n: number): undefined {
		if (headers[sessionHeader] !== undefined) return;
		const named = answer.headers[sessionHeader];
		if (typeof named === 'string') this.stick(named, n);
		else if (method === 'GET' && answer.headers['content-type']?.startsWith('text/event-stream')) {
			watchForEndpoint(answer, (path) => this.stick(sessionIdIn(path) ?? path, n));
		}
	}

	/** From now on the session belongs to this server. */
	stick(session: string, n: number): void {
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

/** The name of the request's session: its id, or the very address to which a client of HTTP+SSE was told to POST. */
function sessionOf(request: RequestFacts): string | undefined {
	return sessionIdOf(request) ?? request.url;
}
