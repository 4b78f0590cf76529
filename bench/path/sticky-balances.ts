import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Balance, RequestFacts } from './balance.ts';
import { sessionIdOf, stickyCookie } from './session-name.ts';
import { Turn } from './turn.ts';

/** The methods that look at a request for whose it is; of what they learn from answers see `stick-table.ts`. */

/** Every client of an address goes to the same server, and so do all behind one NAT. */
export class SourceAddress implements Balance {
	choose({ socket }: RequestFacts, usable: readonly number[]): number {
		return hashed(socket.remoteAddress ?? '', usable);
	}
}

/** By the id of the session. The request that begins one has no id yet: it goes in turn, and the id decides only afterwards. */
export class SessionHash implements Balance {
	readonly #turn = new Turn();

	choose(request: RequestFacts, usable: readonly number[]): number {
		const id = sessionIdOf(request);
		return id === undefined ? this.#turn.next(usable) : hashed(id, usable);
	}
}

/** By the number that the server wrote at the end of the id: `….2`. */
export class InstanceInId implements Balance {
	readonly #turn = new Turn();

	choose(request: RequestFacts, usable: readonly number[]): number {
		const written = /\.(\d{1,4})$/.exec(sessionIdOf(request) ?? '')?.[1];
		const n = Number(written);
		return written !== undefined && usable.includes(n) ? n : this.#turn.next(usable);
	}
}

const ownCookie = new RegExp(`(?:^|;\\s*)${stickyCookie}=(\\d{1,4})(?:;|$)`);

/** By a cookie of its own, which a client is given with the first answer and whenever it was served elsewhere. */
export class CookieBalance implements Balance {
	readonly #turn = new Turn();

	choose(request: RequestFacts, usable: readonly number[]): number {
		const n = instanceOf(request);
		return n !== undefined && usable.includes(n) ? n : this.#turn.next(usable);
	}

	learned(request: RequestFacts, _answer: IncomingMessage, n: number): readonly string[] | undefined {
		return instanceOf(request) === n ? undefined : ['set-cookie', `${stickyCookie}=${n}; Path=/; HttpOnly`];
	}
}

function instanceOf({ headers }: RequestFacts): number | undefined {
	const found = ownCookie.exec(headers.cookie ?? '')?.[1];
	return found === undefined ? undefined : Number(found);
}

/** Rendezvous: when a server is out its keys go to the others, and the keys of the others stay where they are. */
function hashed(key: string, usable: readonly number[]): number {
	const weight = (n: number): string => hash('sha1', `${key} ${n}`);
	let best = usable[0] as number;
	for (const n of usable) if (weight(n) > weight(best)) best = n;
	return best;
}
