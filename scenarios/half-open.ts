import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';

/** What may notice that the path is dead. */
const cases: readonly Case[] = [
	{ id: 'nothing', title: 'no keep-alive at all' },
	{ id: 'client-tcp', title: 'TCP keep-alive of the client, 1 s', size: { client: { tcpKeepAliveMs: 1000 } } },
	{
		id: 'server-tcp',
		title: 'TCP keep-alive of the server, 1 s',
		size: { serverFlags: ['--tcp-keep-alive-ms', '1000'] },
	},
	{
		id: 'heartbeat',
		title: 'heartbeats every 1 s, client waits 3 s for one',
		size: { serverFlags: ['--sse-comment-ms', '1000'], client: { silenceMs: 3000 } },
		// Who holds no stream has nothing to hear.
		arms: (arms) => arms.filter(({ client }) => client.stream),
	},
];

function size(sessions: number, silentMs: number, forMs: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 12_000, forMs },
		warmMs: 500,
		faults: [{ atMs: 1000, fault: { kind: 'half_open', forMs: silentMs } }],
		repeats: 1,
		path: { kind: 'namespace' },
		ledger: true,
		cases,
	};
}

export const halfOpen: Scenario = {
	id: 'half-open',
	title: 'Half-open',
	question: 'The path drops everything silently: who notices, when, and by which keep-alive?',
	method:
		'Server and clients run in a network namespace of their own. A packet filter drops every packet between them, without a ' +
		'word to either side, as a balancer does that forgot the connection. Clients call every 12 s and give a call up after 10 s; ' +
		'three of the four cases have something that might notice sooner. What counts is when a client says that its stream is lost, and ' +
		'how many sessions the server still believes in at the end.',
	needs: ['control'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'modern-listen', 'stateless'),
	atOnce: 15,
	sizes: { standard: size(20, 13_000, 14_000), full: size(50, 60_000, 62_000) },
	// No claim waits for it, and `standard` has ten minutes.
	inProfiles: ['full'],
	shows: [
		'noticedShare',
		'noticedMs',
		'noticedMaxMs',
		'noticedByTimeout',
		'noticedBySilence',
		'serverNoticedShare',
		'serverNoticedMs',
		'ghostStreams',
		'ghostSessions',
		'callsStuckMs',
		'callsStuckAnswered',
		'callsFailed',
		'callsUnknown',
		'callsNeverArrived',
		'callsUnanswered',
		'sessionsLost',
	],
	compares: ['noticedMs'],
	charts: [
		{ kind: 'cases', measure: 'noticedMs', title: 'Time until half of those who noticed had noticed' },
		{ kind: 'cases', measure: 'ghostStreams', title: 'Streams that the server still believed in' },
	],
	claims: [],
};
