import { UserError } from './exit.ts';
import type { Target } from './model/target.ts';

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

/**
 * A target with options, named as `stateful?reply=sse&resumable=on`: an arm of its own, compared like any other.
 * @throws UserError that names what is allowed
 */
export function withOptions(name: string, known: readonly Target[]): Target {
	const [id = '', query = ''] = name.split('?', 2);
	const target = known.find((other) => other.id === id);
	if (target?.server.kind !== 'node') {
		throw new UserError(
			`Options belong to a server of this project, and "${id}" is none; \`npm run bench -- list\` names them.`,
		);
	}
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
		server: { ...target.server, args: [...target.server.args, ...args] },
		...(instances > 1 && { instances }),
		client: { ...target.client, stream },
		features: stream ? target.features : target.features.filter((feature) => feature !== 'push'),
	};
}
