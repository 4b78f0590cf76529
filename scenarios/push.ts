import type { Case, Profile, Scenario, Size } from '../bench/model/scenario.ts';
import { type Target, withPolling } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { pushAnswer, pushesBySse, pushesByStreamable } from './push-claims.ts';

/** Who polls once a second and who does so every five. */
const pollsMs = [1000, 5000] as const;

/** How often all are told something, and, where each push is for one client, somebody. */
const everyMs = 150;
const toOneEveryMs = 5;

/**
 * A client that polls lets its connection go a good while before the server does, which by Node's default is after 5 s: undici, and so
 * `fetch` and the official SDKs, take 2 s off. Whoever polls every 5 s makes a connection for each poll, and races nobody.
 */
const idleConnectionMs = 3000;

/** The main question: everybody is told the same. */
function broadcast(sessions: number): Case {
	return { id: `all-${sessions}`, title: `to all of ${sessions} clients` };
}

/** The same to another number of clients. */
function broadcastTo(sessions: number, { load }: Size, more: Case['size'] = {}): Case {
	const listen = load.kind === 'listen' ? { ...load, sessions } : load;
	return { ...broadcast(sessions), size: { load: listen, ...more }, arms: few };
}

function size(
	sessions: number,
	[idleMs, settleMs, pushMs]: readonly [number, number, number],
	warmMs: number,
	repeats: number,
): Size {
	return {
		load: { kind: 'listen', sessions, idleMs, settleMs, forMs: idleMs + settleMs + pushMs },
		warmMs,
		faults: [],
		repeats,
		pushEveryMs: everyMs,
		client: { idleConnectionMs },
		ledger: true,
		cases: [broadcast(sessions)],
	};
}

const few = (arms: readonly Target[]) =>
	arms.filter(({ id }) => ['sse', 'stateful', 'modern-listen', 'stateless/poll-1s'].includes(id));
const held = (arms: readonly Target[]) => arms.filter(({ client }) => client.stream);

function fullSize(): Size {
	const base = size(1000, [2000, 1000, 6000], 1000, 3);
	const cases = [
		broadcast(1000),
		broadcastTo(100, base),
		broadcastTo(5000, base, { pushEveryMs: 1000 }),
		{
			id: 'one-1000',
			title: 'to one of 1000 clients',
			size: { pushEveryMs: toOneEveryMs, pushToOne: true },
			// Who polls asks for what is new, whomever it is meant for.
			arms: held,
		},
	] satisfies Case[];
	return { ...base, cases };
}

function arms(targets: readonly Target[], profile: Profile): readonly Target[] {
	const streams = pick(targets, 'sse', 'stateful', 'modern-listen');
	const polling = (id: string, ...intervals: readonly number[]) =>
		pick(targets, id).flatMap((target) => intervals.map((ms) => withPolling(target, ms)));
	if (profile === 'smoke') return [...pick(targets, 'sse', 'stateful'), ...polling('stateless', pollsMs[0])];
	if (profile === 'standard') return [...streams, ...polling('stateless', ...pollsMs)];
	return [
		...streams,
		...polling('stateless', ...pollsMs),
		...polling('modern', ...pollsMs),
		...pick(targets, 'sdk1-sse', 'sdk1-stateful', 'sdk2-sse', 'sdk2-stateful'),
	];
}

export const push: Scenario = {
	id: 'push',
	title: 'Push',
	question: 'The server has something to say: how soon do its clients know, and what do listening and polling cost?',
	method:
		'Clients hold their stream, or poll with a tool that answers with what is new to them. For a time nothing is pushed; then ' +
		'a numbered message goes to everybody every 150 ms, or to somebody every 5 ms. A delivery counts on one clock from the ' +
		'instant at which the server began to hand the message out, its ledger written and no client served, until the client’s process ' +
		'had read it: the last of a thousand waits for all before. CPU time is without that of the ledger; bytes are those of HTTP, heads ' +
		'and framing included. Who polls lets its connection go after 3 s, as fetch does; streams carry no heartbeat, and nothing cuts them.',
	needs: ['push', 'ledger'],
	arms,
	sizes: {
		smoke: size(50, [200, 100, 750], 100, 1),
		standard: size(1000, [350, 250, 900], 300, 3),
		full: fullSize(),
	},
	// `smoke` has a minute.
	inProfiles: ['standard', 'full'],
	shows: [
		'pushP50Us',
		'pushP90Us',
		'pushP99Us',
		'pushMaxUs',
		'fanOutUs',
		'pushTrailUs',
		'pushesReceived',
		'pushesLost',
		'pushesDoubled',
		'pushesOutOfOrder',
		'cpuMsPer1000Pushes',
		'bytesPerPush',
		'idleCpuMsPerClientHour',
		'idleKbPerClientHour',
		'cpuUsPerIdlePoll',
		'cpuUsPerFullPoll',
		'pushesPerFullPoll',
		'lagP99Us',
		'generatorBusyShare',
	],
	answer: pushAnswer,
	compares: ['pushP50Us', 'pushP99Us', 'cpuMsPer1000Pushes'],
	againIn: ['standard', 'full'],
	charts: [
		{ kind: 'percentiles', of: 'deliveries', title: 'Time until a push had arrived, by percentile' },
		{ kind: 'push-cost', title: 'What a client costs in an hour, over the messages for it' },
		{ kind: 'cases', measure: 'pushP99Us', title: 'p99 of the time until a push had arrived', log: true },
	],
	claims: [
		{
			id: 'push-sse',
			text: 'Where the server must speak unasked, SSE is the better choice.',
			rule: pushesBySse,
		},
		{
			id: 'push-streamable',
			text: 'Streamable HTTP can push as well: the stream that its client holds delivers what SSE’s does.',
			rule: pushesByStreamable,
		},
	],
};
