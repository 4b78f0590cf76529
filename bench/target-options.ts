import { UserError } from './exit.ts';
import { type PolicyId, policies } from './model/policy.ts';
import { pollMsOf, type Target, withPolicy, withPolling } from './model/target.ts';

const mostInstances = 32;

/** What may be asked of a server of this project, and the flags that it becomes. */
const options: Readonly<
	Record<string, { readonly takes: string; flags(value: string): readonly string[] | undefined }>
> = {
	reply: {
		takes: 'json or sse: the form of an answer to POST',
		flags: (value) => (value === 'json' || value === 'sse' ? ['--reply', value] : undefined),
	},
	stream: {
		takes: 'on or off: whether the server offers the stream for pushes',
		flags: (value) => (value === 'on' || value === 'off' ? ['--stream', value] : undefined),
	},
	resumable: {
		takes: 'on: streams can be resumed',
		flags: (value) => (value === 'on' ? ['--resumable'] : undefined),
	},
	instances: {
		takes: `a whole number up to ${mostInstances}: processes of the server, which share the clients`,
		flags: (value) => (/^[1-9]\d?$/.test(value) && Number(value) <= mostInstances ? [] : undefined),
	},
	commentMs: {
		takes: 'a whole number: a comment on every held stream at this interval',
		flags: (value) => (/^\d{1,9}$/.test(value) ? ['--sse-comment-ms', value] : undefined),
	},
	tcpKeepAliveMs: {
		takes: 'a whole number from 1000: the server has TCP probe a client that was silent for so long',
		flags: (value) => (/^[1-9]\d{3,6}$/.test(value) ? ['--tcp-keep-alive-ms', value] : undefined),
	},
};

/** How often clients may poll; as in `push`. */
const pollNames = ['poll-1s', 'poll-5s'] as const;

/**
 * A target with options, named as `stateful?reply=sse&resumable=on`: an arm of its own, compared like any other. What its clients do
 * stands behind the options: `stateful?reply=sse/none`.
 * @throws UserError that names what is allowed
 */
export function withOptions(name: string, known: readonly Target[]): Target {
	const [id = '', query = ''] = name.split('?', 2);
	const target = known.find((other) => other.id === id);
	if (target?.server.kind !== 'node') throw noServer(id, query, known);
	const slash = query.lastIndexOf('/');
	if (slash < 0) return withServerOptions(name, target, query);
	const server = withServerOptions(`${id}?${query.slice(0, slash)}`, target, query.slice(0, slash));
	return withClients(server, query.slice(slash + 1));
}

/** Why options cannot be given to what a name begins with. */
function noServer(id: string, query: string, known: readonly Target[]): UserError {
	const slash = id.lastIndexOf('/');
	const server = known.find((other) => other.server.kind === 'node' && other.id === id.slice(0, slash));
	if (slash > 0 && server) {
		const right = `${server.id}?${query}${id.slice(slash)}`;
		return new UserError(
			`In "${id}?${query}" the options of the server stand behind its clients, "${id.slice(slash + 1)}"; give '${right}', the options first.`,
		);
	}
	return new UserError(
		`Options belong to a server of this project, and "${id}" is none; \`npm run bench -- list\` names them.`,
	);
}

/** The same server with other clients: another reconnect policy, or clients that poll. */
function withClients(target: Target, clients: string): Target {
	if (Object.hasOwn(policies, clients)) return withPolicy(target, clients as PolicyId);
	const pollMs = pollNames.some((each) => each === clients) ? pollMsOf(`/${clients}`) : undefined;
	if (pollMs !== undefined && !target.client.stream) return withPolling(target, pollMs);
	const polls = target.client.stream ? '' : `, or ${pollNames.join(', ')}`;
	throw new UserError(
		`"${clients}" behind "${target.id}" is nothing that its clients can do. Allowed are the policies ${Object.keys(policies).join(', ')}${polls}.`,
	);
}

function withServerOptions(name: string, target: Target, query: string): Target {
	const asked = [...new URLSearchParams(query)];
	const twice = asked.find(([key], n) => asked.findIndex(([other]) => other === key) < n);
	if (twice) throw new UserError(`The option "${twice[0]}" stands twice in "${name}"; give it once.`);
	const args = asked.flatMap(([key, value]) => {
		const flags = Object.hasOwn(options, key) ? options[key]?.flags(value) : undefined;
		if (flags) return flags;
		const allowed = Object.entries(options).map(([option, { takes }]) => `${option}=… (${takes})`);
		throw new UserError(`"${key}=${value}" is no option of a target. Allowed are ${allowed.join('; ')}.`);
	});
	const chosen = new URLSearchParams(query);
	const stream = target.client.stream && chosen.get('stream') !== 'off';
	const instances = Number(chosen.get('instances') ?? 1);
	return {
		...target,
		id: name,
		title: `${target.title}, ${asked.map((pair) => pair.join('=')).join(', ')}`,
		server:
			target.server.kind === 'node' ? { ...target.server, args: [...target.server.args, ...args] } : target.server,
		...(instances > 1 && { instances }),
		client: { ...target.client, stream },
		features: stream ? target.features : target.features.filter((feature) => feature !== 'push'),
	};
}
