import type { Socket } from 'node:net';
import type { ConnectionCare } from '../model/target.ts';
import type { CookieJar } from './cookie-jar.ts';
import type { Inbox } from './inbox.ts';
import type { Traffic } from './traffic.ts';

/** What a virtual client must know of a server to speak with it. */
export interface Endpoint extends ConnectionCare {
	readonly url: string;
	/** Whether the client holds the stream on which the transport pushes; `sse` always does, `stateless` has none. */
	readonly stream: boolean;
	/** Sent with every request, as undici takes them: name, value, name, value. Never recorded. */
	readonly headers: readonly string[];
	/** The local address that connections come from; absent: the system chooses. */
	readonly sourceAddress?: string;
	/** Whether a client whose session is unknown to the server begins another, as the protocol demands; absent: it does. */
	readonly reinitializes?: boolean;
	/** Of this one client: what answers set is sent with its requests; absent: cookies are ignored. */
	readonly jar?: CookieJar;
	/** Counts what its connections carry; absent: nobody does. */
	readonly traffic?: Traffic;
	/** Where held streams may keep what arrives until there is time to look at it; absent: they look at once. */
	readonly inbox?: Inbox;
}

/** The kernel counts in whole seconds, and takes 0 for two hours. */
const shortestProbeMs = 1000;

/** TCP's own keep-alive, where the endpoint says anything of it. */
export function probeWhenSilent(socket: Pick<Socket, 'setKeepAlive'>, afterMs: number | undefined): void {
	if (afterMs === 0) socket.setKeepAlive(false);
	else if (afterMs !== undefined) socket.setKeepAlive(true, Math.max(shortestProbeMs, afterMs));
}

interface Place {
	readonly url: URL;
	readonly origin: URL;
	/** With the query. */
	readonly path: string;
}

const places = new WeakMap<object, Place>();

/** An endpoint's URL and origin, parsed once for all sessions that share it: thousands do, and a parsed URL is half a KB. */
export function placeOf(endpoint: Pick<Endpoint, 'url'>): Place {
	let place = places.get(endpoint);
	if (!place) {
		const url = new URL(endpoint.url);
		place = { url, origin: new URL(url.origin), path: url.pathname + url.search };
		places.set(endpoint, place);
	}
	return place;
}
