import type { Connect } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import { ModernSession } from './modern.ts';
import { SseSession } from './sse.ts';
import { StatefulSession, StatelessSession } from './streamable.ts';

/** What a virtual client must know of a server to speak with it. */
export interface Endpoint {
	readonly url: string;
	/** Whether the client holds the stream on which the transport pushes; `sse` always does, `stateless` has none. */
	readonly stream: boolean;
}

/** How to open a session on each transport; a new transport is one line here. */
const clients: Readonly<Record<Transport, (endpoint: Endpoint) => Connect>> = {
	sse:
		({ url }) =>
		(events) =>
			new SseSession(url, events),
	stateful:
		({ url, stream }) =>
		(events, token) =>
			new StatefulSession(url, events, stream, token),
	stateless:
		({ url }) =>
		(events) =>
			new StatelessSession(url, events),
	modern:
		({ url, stream }) =>
		(events) =>
			new ModernSession(url, events, stream),
};

export function connectTo(transport: Transport, endpoint: Endpoint): Connect {
	return clients[transport](endpoint);
}
