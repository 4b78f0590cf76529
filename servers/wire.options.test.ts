import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
	body,
	call,
	events,
	everywhere,
	handshake,
	openSession,
	post,
	request,
	start,
	stream,
	until,
} from './testing.ts';

/** The options of `stateful` and `modern` that bound sessions and refuse streams. */

everywhere('--stream off: GET is refused, DELETE is not', async (start) => {
	await using server = await start('stateful', '--stream', 'off');
	const headers = await openSession(server);
	for (const method of ['GET', 'PUT']) {
		const refused = await fetch(server.url, { method, headers: { ...headers, ...stream } });
		assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'POST, DELETE'], method);
	}
	assert.equal((await fetch(server.url, { method: 'DELETE', headers })).status, 200);
});

everywhere('--max-sessions: more are refused with 503 until one ends', async (start) => {
	await using server = await start('stateful', '--max-sessions', '2');
	const headers = await openSession(server);
	await openSession(server);
	const refused = await post(server.url, handshake());
	const { id, error } = await body(refused);
	assert.deepEqual([refused.status, id, error?.code], [503, 0, -32000]);
	assert.equal((await post(server.url, request(1, 'ping'), headers)).status, 200, 'the others are served');
	await fetch(server.url, { method: 'DELETE', headers });
	await openSession(server);
	assert.equal((await server.state('state')).openSessions, 2);
});

test('--max-sessions bounds the subscriptions of modern', async () => {
	await using server = await start('modern', '--max-sessions', '1');
	const prefix = 'io.modelcontextprotocol/';
	const _meta = { [`${prefix}protocolVersion`]: '2026-07-28', [`${prefix}clientCapabilities`]: {} };
	const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
	const listen = (): Promise<Response> =>
		post(server.url, request(1, 'subscriptions/listen', { notifications: { toolsListChanged: true }, _meta }), headers);
	const held = await listen();
	assert.equal(held.headers.get('content-type'), 'text/event-stream');
	assert.equal((await body(await listen())).error?.code, -32603);
	await held.body?.cancel();
	await until(async () => (await server.state('state')).openStreams === 0, 'the subscription ends');
	assert.equal((await listen()).headers.get('content-type'), 'text/event-stream');
});

test('--session-idle-ms: a session ends when it was idle, not while it is used, listens or works', async () => {
	const idleMs = 1500;
	await using server = await start('stateful', '--session-idle-ms', String(idleMs));
	const [idle, used, listening, working] = [
		await openSession(server),
		await openSession(server),
		await openSession(server),
		await openSession(server),
	];
	const held = await fetch(server.url, { headers: { ...listening, ...stream } });
	let answer = '';
	const worked = post(server.url, call(1, 'sleep', { ms: idleMs * 2 }), working).then(async (answered) => {
		answer = await answered.text();
	});
	while (answer === '') {
		assert.equal((await post(server.url, request(1, 'ping'), used)).status, 200, 'used in between');
		await wait(idleMs / 20);
	}
	await worked;
	assert.match(answer, /slept/);
	assert.equal((await server.state('state')).openSessions, 3);
	const gone = await post(server.url, request(1, 'ping'), idle);
	assert.deepEqual([gone.status, (await body(gone)).error?.code], [404, -32001]);
	assert.equal((await post(server.url, request(1, 'ping'), working)).status, 200, 'idle since its call only');
	await held.body?.cancel();
	await until(async () => (await server.state('state')).openSessions === 0, 'all are idle by now');
});

everywhere('without --session-idle-ms and --resumable nothing expires and nothing has an id', async (start) => {
	await using server = await start('stateful', '--reply', 'sse');
	const headers = await openSession(server);
	const sent = await Array.fromAsync(events(await post(server.url, call(1, 'notify', { count: 1 }), headers)));
	assert.deepEqual(
		sent.map(({ id, retry }) => [id, retry]),
		[
			[undefined, undefined],
			[undefined, undefined],
		],
	);
	const opened = await fetch(server.url, { headers: { ...headers, ...stream, 'Last-Event-ID': '0-1' } });
	assert.equal(opened.status, 200, 'a stale id is ignored');
});
