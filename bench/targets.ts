import { echoTemplate } from './model/call-template.ts';
import { type PolicyId, policies } from './model/policy.ts';
import { type Target, withPolicy } from './model/target.ts';
import type { Transport } from './model/transport.ts';
import { serverlessTargets } from './serverless-targets.ts';

type Client = Target['client'];

/** How the clients of a transport's main arm behave, whoever wrote the server. */
const clients: Readonly<Record<Transport, Client>> = {
	sse: { stream: true, policy: 'fixed-3s' },
	stateful: { stream: true, policy: 'full-jitter' },
	stateless: { stream: false, policy: 'full-jitter' },
	modern: { stream: false, policy: 'full-jitter' },
};

/** What the targets with a server of this project have in common. */
function ownServer(id: string, transport: Transport, file: string, client: Client) {
	return {
		id,
		base: id,
		transport,
		server: { kind: 'node', file, args: [] },
		client,
		call: echoTemplate,
		headerNames: [],
		features: ['memory', 'control', 'restart', 'ledger', 'auth', ...(client.stream ? (['push'] as const) : [])],
	} as const satisfies Partial<Target>;
}

/** A reference server with the clients that its protocol revision expects; `suffix` names an arm with other clients. */
function reference(transport: Transport, title: string, suffix = '', client = clients[transport]): Target {
	const server = ownServer(`${transport}${suffix}`, transport, `servers/${transport}.ts`, client);
	return { ...server, title, implementation: 'reference' };
}

/** A server on the official SDK with the same clients as the transport's reference arm. */
function sdk(implementation: 'sdk1' | 'sdk2', transport: Transport, title: string): Target {
	const id = `${implementation}-${transport}`;
	return {
		...ownServer(id, transport, `servers/sdk/${id}.ts`, clients[transport]),
		title,
		implementation,
		reference: transport,
	};
}

/** A reference server on workerd, the runtime of Cloudflare's Workers, with the same clients. It can keep no ledger, and asks for no tokens. */
function onWorkerd(transport: Transport, title: string): Target {
	const server = ownServer(`workerd-${transport}`, transport, `servers/workerd/${transport}.ts`, clients[transport]);
	const features = server.features.filter((feature) => feature !== 'ledger' && feature !== 'auth');
	return { ...server, features, title, implementation: 'serverless', reference: transport };
}

/** The servers of this project as they are. */
const ownServers: readonly Target[] = [
	reference('sse', 'HTTP+SSE (2024-11-05)'),
	reference('stateful', 'Streamable HTTP with sessions, stream held'),
	reference('stateful', 'Streamable HTTP with sessions, no stream', '-no-stream', {
		...clients.stateful,
		stream: false,
	}),
	reference('stateless', 'Streamable HTTP without sessions'),
	reference('modern', 'Streamable HTTP (2026-07-28)'),
	reference('modern', 'Streamable HTTP (2026-07-28), listening', '-listen', { ...clients.modern, stream: true }),
	sdk('sdk1', 'sse', 'HTTP+SSE (2024-11-05), SDK v1'),
	sdk('sdk1', 'stateful', 'Streamable HTTP with sessions, stream held, SDK v1'),
	sdk('sdk1', 'stateless', 'Streamable HTTP without sessions, SDK v1'),
	sdk('sdk2', 'sse', 'HTTP+SSE (2024-11-05), SDK v2'),
	sdk('sdk2', 'stateful', 'Streamable HTTP with sessions, stream held, SDK v2'),
	sdk('sdk2', 'stateless', 'Streamable HTTP without sessions, SDK v2'),
	sdk('sdk2', 'modern', 'Streamable HTTP (2026-07-28), SDK v2'),
	onWorkerd('sse', 'HTTP+SSE (2024-11-05) on workerd'),
	onWorkerd('stateful', 'Streamable HTTP with sessions, stream held, on workerd'),
	onWorkerd('stateless', 'Streamable HTTP without sessions on workerd'),
	onWorkerd('modern', 'Streamable HTTP (2026-07-28) on workerd'),
];

/**
 * The targets this project knows. A client holds the stream that the official SDK's client opens by itself: always for
 * `sse`, for `stateful` after initialize; a 2026-07-28 client listens only when the application subscribes.
 */
export const knownTargets: readonly Target[] = [
	...ownServers,
	...serverlessTargets(ownServers.filter(({ implementation }) => implementation === 'reference')),
];

/** Names that stand for several targets: `--target sdk`. */
const groups = {
	reference: ({ implementation }) => implementation === 'reference',
	sdk: ({ implementation }) => implementation === 'sdk1' || implementation === 'sdk2',
	serverless: ({ implementation }) => implementation === 'serverless',
	all: () => true,
} as const satisfies Record<string, (target: Target) => boolean>;

/** The names of the groups, for a help text. */
export const targetGroups = Object.keys(groups) as readonly (keyof typeof groups)[];

/**
 * Replaces the names of groups by the ids of their targets, in the order of `known`; other names stay as they are, known or
 * not. Each id comes once, where it was named first.
 */
export function expandTargets(names: readonly string[], known: readonly Target[] = knownTargets): readonly string[] {
	const ids = names.flatMap((name) => {
		if (!Object.hasOwn(groups, name)) return [name];
		return known.filter(groups[name as keyof typeof groups]).map(({ id }) => id);
	});
	return [...new Set(ids)];
}

/** `sse/none`: a target whose clients reconnect by any policy there is. @returns none where the name is no such */
export function withNamedPolicy(name: string, known: readonly Target[]): Target[] {
	const at = name.lastIndexOf('/');
	const [id, policy] = [name.slice(0, at), name.slice(at + 1)];
	const target = at > 0 ? known.find((other) => other.id === id) : undefined;
	return target && Object.hasOwn(policies, policy) ? [withPolicy(target, policy as PolicyId)] : [];
}
