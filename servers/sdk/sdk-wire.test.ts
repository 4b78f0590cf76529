import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, callOnce, type Failure, type SessionEvents } from '../../bench/model/session.ts';
import { connectTo } from '../../bench/wire/index.ts';
import { start, until, within } from '../testing.ts';
import { servers } from './testing.ts';

/** The harness's own clients measure the servers on the SDK as they measure the reference servers. */

interface Heard extends SessionEvents {
	readonly lostBecause: Failure[];
	readonly pushed: string[];
	strays: number;
	connects: number;
}

function listener(): Heard {
	const heard: Heard = {
		lostBecause: [],
		pushed: [],
		strays: 0,
		connects: 0,
		connect: () => void heard.connects++,
		push: ({ method }) => void heard.pushed.push(method),
		stray: () => void heard.strays++,
		lost: (why) => void heard.lostBecause.push(why),
	};
	return heard;
}

function echo(number: number): Call {
	const id = `0-${number}-ü`;
	return { id, seq: number, tool: 'echo', arguments: JSON.stringify({ text: id }), expect: id };
}

/** Each server with the streams its clients may hold. */
const streams = { sse: [true], stateful: [true, false], stateless: [false], modern: [false, true] };
const arms = servers.flatMap((server) => streams[server.transport].map((stream) => ({ ...server, stream })));

for (const { name, transport, stream } of arms) {
	for (const reply of transport === 'sse' ? ['json'] : ['json', 'sse']) {
		test(`${name}, stream ${stream}, --reply ${reply}: 100 verified calls, then the crash is noticed`, async () => {
			await using server = await start(`sdk/${name}`, '--reply', reply);
			const heard = listener();
			const session = connectTo(transport, { url: server.url, stream, headers: [] })(heard);
			await within(session.open(), 'open');
			for (let number = 0; number < 100; number++) await callOnce(session, echo(number));
			const listed = (await session.request('tools/list')) as { tools: unknown[] };
			assert.equal(listed.tools.length, 4);
			assert.deepEqual([heard.strays, heard.lostBecause], [0, []]);
			assert.equal(heard.connects, stream ? 2 : 1, 'a connection for the calls, one for the stream');
			const { callsExecuted, openStreams } = await server.state('state');
			assert.deepEqual([callsExecuted, openStreams], [100, stream ? 1 : 0]);
			server.child.kill('SIGKILL');
			if (stream) {
				await until(() => heard.lostBecause.length === 1, 'the loss is noticed');
				assert.match(heard.lostBecause[0] ?? '', /^(closed|reset)$/);
			} else {
				await server.exited();
				await assert.rejects(callOnce(session, echo(100)));
			}
			session.destroy();
		});
	}
}

for (const name of ['sdk1-stateful', 'sdk2-stateful'] as const) {
	test(`${name}: a client that closes ends its session; one that returns after a restart initializes again`, async () => {
		await using server = await start(`sdk/${name}`);
		const connect = connectTo('stateful', { url: server.url, stream: true, headers: [] });
		const polite = connect(listener());
		await within(polite.open(), 'open');
		await within(polite.close(), 'close');
		assert.equal((await server.state('state')).openSessions, 0);
		const returning = connect(listener(), { sessionId: 'a session of the server before' });
		await within(returning.open(), 'open');
		assert.equal(returning.initialized, true);
		await callOnce(returning, echo(0));
		// A client that only lost its stream takes its session up again.
		const token = returning.resumeToken;
		assert.ok(token);
		returning.destroy();
		await until(async () => (await server.state('state')).openStreams === 0, 'the server sees the stream end');
		const resumed = connect(listener(), token);
		await within(resumed.open(), 'resume');
		assert.equal(resumed.initialized, false);
		await callOnce(resumed, echo(1));
		assert.equal((await server.state('state')).openSessions, 1);
		resumed.destroy();
	});
}
