import type { Call, Connect, SessionEvents } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { ModernSession } from './modern.ts';
import { SseSession } from './sse.ts';
import { StatefulSession } from './stateful.ts';
import { StatelessSession } from './stateless.ts';
import type { CallRequest, StreamableSession } from './streamable.ts';

export type { Endpoint } from './endpoint.ts';
export type { CallRequest } from './streamable.ts';

/** How to open a session on each transport; a new transport is one line here. */
const clients: Readonly<Record<Transport, (endpoint: Endpoint) => Connect>> = {
	sse: (endpoint) => (events) => new SseSession(endpoint, events),
	stateful: (endpoint) => (events, token) => new StatefulSession(endpoint, events, token),
	stateless: (endpoint) => (events) => new StatelessSession(endpoint, events),
	modern: (endpoint) => (events) => new ModernSession(endpoint, events),
};

export function connectTo(transport: Transport, endpoint: Endpoint): Connect {
	return clients[transport](endpoint);
}

/** The transports on which the answer to a POST is the call's result; on `sse` it comes on another stream. */
const plain: Readonly<
	Partial<Record<Transport, new (endpoint: Endpoint, events: SessionEvents) => StreamableSession>>
> = { stateful: StatefulSession, stateless: StatelessSession, modern: ModernSession };

/** Whether a call on this transport is one request and its answer. */
export function isRequestResponse(transport: Transport): boolean {
	return plain[transport] !== undefined;
}

const deaf: SessionEvents = { connect() {}, push() {}, stray() {}, lost() {} };

/**
 * Opens a session without a stream and returns its call as plain HTTP, for a client of another kind.
 * @returns undefined where a call is more than a request and its answer; `end` closes the session. @throws SessionError
 */
export async function plainRequest(
	transport: Transport,
	endpoint: Endpoint,
	call: Call,
): Promise<{ readonly request: CallRequest; end(): Promise<void> } | undefined> {
	const PlainSession = plain[transport];
	if (!PlainSession) return undefined;
	const session = new PlainSession({ ...endpoint, stream: false }, deaf);
	try {
		await session.open();
	} catch (error) {
		session.destroy();
		throw error;
	}
	return { request: session.requestOf(call), end: () => session.close() };
}
