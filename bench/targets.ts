import { echoTemplate } from './model/call-template.ts';
import type { PolicyId } from './model/policy.ts';
import type { Target } from './model/target.ts';
import type { Transport } from './model/transport.ts';

/** A reference server with the clients that its protocol revision expects. */
function reference(
	transport: Transport,
	title: string,
	client: { stream: boolean; policy: PolicyId },
	suffix = '',
): Target {
	return {
		id: `${transport}${suffix}`,
		base: `${transport}${suffix}`,
		title,
		transport,
		implementation: 'reference',
		server: { kind: 'node', file: `servers/${transport}.ts`, args: [] },
		client,
		call: echoTemplate,
		headerNames: [],
		features: ['memory', 'control', 'restart', ...(client.stream ? (['push'] as const) : [])],
	};
}

/**
 * The targets this project knows. A client holds the stream that the official SDK's client opens by itself: always for
 * `sse`, for `stateful` after initialize; a 2026-07-28 client listens only when the application subscribes.
 */
export const knownTargets: readonly Target[] = [
	reference('sse', 'HTTP+SSE (2024-11-05)', { stream: true, policy: 'fixed-3s' }),
	reference('stateful', 'Streamable HTTP with sessions, stream held', { stream: true, policy: 'full-jitter' }),
	reference(
		'stateful',
		'Streamable HTTP with sessions, no stream',
		{ stream: false, policy: 'full-jitter' },
		'-no-stream',
	),
	reference('stateless', 'Streamable HTTP without sessions', { stream: false, policy: 'full-jitter' }),
	reference('modern', 'Streamable HTTP (2026-07-28)', { stream: false, policy: 'full-jitter' }),
	reference('modern', 'Streamable HTTP (2026-07-28), listening', { stream: true, policy: 'full-jitter' }, '-listen'),
];
