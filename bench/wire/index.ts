import type { Connect } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { ModernSession } from './modern.ts';
import { SseSession } from './sse.ts';
import { StatefulSession } from './stateful.ts';
import { StatelessSession } from './stateless.ts';

export type { Endpoint } from './endpoint.ts';

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
