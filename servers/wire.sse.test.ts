import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	body,
	call,
	events,
	everywhere,
	handshake,
	initialized,
	next,
	post,
	request,
	type Started,
	type StreamEvent,
	start,
	stream,
	until,
} from './testing.ts';

/** Revision 2024-11-05 by raw requests. No suite covers it: these are the rules of its transport, one by one. */

interface Opened {
	readonly response: Response;
	readonly heard: AsyncGenerator<StreamEvent, void>;
	/** Where the session's messages go. */
	readonly url: string;
	/** The next message on the stream. */
	message(): Promise<{ id?: unknown; method?: string; result?: Record<string, unknown>; error?: { code: number } }>;
}

async function open(server: Started, headers: Record<string, string> = {}): Promise<Opened> {
	const response = await fetch(server.url, { headers: { ...stream, ...headers } });
	assert.equal(response.status, 200);
	const heard = events(response);
	const first = await next(heard);
	assert.equal(first.event, 'endpoint', 'the first event');
	return {
		response,
		heard,
		url: new URL(first.data, server.url).href,
		async message() {
			const { event, data, id } = await next(heard);
			assert.deepEqual([event, id], ['message', undefined], 'every answer is a message, and none has an id');
			return JSON.parse(data);
		},
	};
}

everywhere('sse: the stream begins with the endpoint, a new one for each stream', async (start) => {
	await using server = await start('sse');
	const one = await open(server);
	assert.equal(one.response.headers.get('content-type'), 'text/event-stream');
	assert.equal(one.response.headers.get('x-accel-buffering'), 'no');
	assert.equal(one.response.headers.get('mcp-session-id'), null);
	assert.match(one.url, /\/messages\?sessionId=[0-9a-f-]{36}$/);
	const other = await open(server, { 'Last-Event-ID': '1-1' });
	assert.notEqual(other.url, one.url, 'nothing is resumed');
	assert.equal((await server.state('state')).openSessions, 2);
});

everywhere(
	'sse: a message is taken with an empty 202, its answer comes on the stream of its session',
	async (start) => {
		await using server = await start('sse');
		const mine = await open(server);
		const other = await open(server);
		for (const message of [handshake(), initialized, { jsonrpc: '2.0', id: 9, result: {} }, request(1, 'ping')]) {
			const taken = await post(mine.url, message);
			assert.deepEqual([taken.status, await taken.text()], [202, '']);
		}
		const { id, result } = await mine.message();
		assert.deepEqual([id, result?.protocolVersion], [0, '2024-11-05'], 'whatever revision was asked for');
		assert.equal((await mine.message()).id, 1);
		await post(other.url, request(2, 'ping'));
		assert.equal((await other.message()).id, 2, 'the first message on the other stream');
	},
);

everywhere('sse: errors travel on the stream too', async (start) => {
	await using server = await start('sse');
	const { url, message } = await open(server);
	for (const [sent, code] of [
		[call(2, 'sleep', { ms: -1 }), -32602],
		[call(3, 'nothing', {}), -32602],
		[request(4, 'no/such'), -32601],
	] as const) {
		assert.equal((await post(url, sent)).status, 202);
		assert.equal((await message()).error?.code, code);
	}
});

test('sse: notifications come on the stream, before the answer they belong to and unasked', async () => {
	await using server = await start('sse', '--tools', 'conformance');
	const { url, message } = await open(server);
	await post(url, call(1, 'test_tool_with_progress', {}, { progressToken: 'p' }));
	for (let count = 0; count < 3; count++) assert.equal((await message()).method, 'notifications/progress');
	assert.equal((await message()).id, 1);
	const other = await open(server);
	await post(other.url, call(2, 'test_trigger_tool_change', {}));
	assert.equal((await message()).method, 'notifications/tools/list_changed');
	assert.equal((await other.message()).method, 'notifications/tools/list_changed');
	assert.equal((await other.message()).id, 2);
});

everywhere('sse: the session lives as long as its stream, and leaving cancels its calls', async (start) => {
	await using server = await start('sse', '--drain-ms', '600000');
	const { url, heard } = await open(server);
	await post(url, call(1, 'sleep', { ms: 600_000 }));
	await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
	await heard.return();
	await until(async () => (await server.state('state')).openSessions === 0, 'the session ends with its stream');
	const late = await post(url, request(4, 'ping'));
	assert.deepEqual([late.status, (await body(late)).error?.code], [404, -32001]);
	// A call that still ran would hold the drain.
	server.child.kill('SIGTERM');
	assert.equal(await server.exited(), 0);
});

everywhere('sse: strangers, missing ids and wrong methods are refused; there is no DELETE', async (start) => {
	await using server = await start('sse');
	const { origin } = new URL(server.url);
	const { url, message } = await open(server);
	const stranger = await post(`${origin}/messages?sessionId=x`, request(4, 'ping'));
	assert.deepEqual([stranger.status, (await body(stranger)).error?.code], [404, -32001]);
	assert.equal((await post(`${origin}/messages`, request(4, 'ping'))).status, 400);
	for (const [address, method, allow] of [
		[server.url, 'POST', 'GET'],
		[server.url, 'DELETE', 'GET'],
		[url, 'GET', 'POST'],
		[url, 'DELETE', 'POST'],
	] as const) {
		const refused = await fetch(address, { method });
		assert.deepEqual([refused.status, refused.headers.get('allow')], [405, allow], `${method} ${address}`);
	}
	assert.equal((await fetch(server.url, { headers: { Accept: 'application/json' } })).status, 406);
	await post(url, request(5, 'ping'));
	assert.equal((await message()).id, 5, 'the session is still there');
});

everywhere('sse: a cancelled call has no answer', async (start) => {
	await using server = await start('sse');
	const { url, message } = await open(server);
	await post(url, call(1, 'sleep', { ms: 600_000 }));
	await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	await post(url, request(2, 'ping'));
	assert.equal((await message()).id, 2);
});

everywhere('sse: --max-sessions bounds the streams', async (start) => {
	await using server = await start('sse', '--max-sessions', '1');
	const { heard } = await open(server);
	const refused = await fetch(server.url, { headers: stream });
	assert.deepEqual([refused.status, (await body(refused)).error?.code], [503, -32000]);
	await heard.return();
	await until(async () => (await server.state('state')).openSessions === 0, 'the session ends with its stream');
	await open(server);
});

test('a client that does not read is held up or cut off, and memory stays bounded', async () => {
	await using server = await start('sse');
	const opened = await fetch(server.url, { headers: stream });
	const heard = events(opened);
	const url = new URL((await next(heard)).data, server.url).href;
	// Nobody reads from here on: notify waits for its client, the answers to the other calls pile up until the bound.
	await post(url, call(1, 'notify', { count: 100_000 }));
	await until(async () => (await server.state('state')).callsExecuted === 1, 'notify runs');
	assert.ok((await server.state('collect')).heapUsedBytes < 50 * 1024 * 1024);
	assert.equal((await server.state('state')).openStreams, 1);
	for (let id = 2; id < 8; id++) await (await post(url, call(id, 'payload', { bytes: 4 * 1024 * 1024 }))).text();
	await until(async () => (await server.state('state')).openStreams === 0, 'the stream is destroyed');
	assert.ok((await server.state('collect')).heapUsedBytes < 100 * 1024 * 1024);
	await opened.body?.cancel().catch(() => undefined);
});
