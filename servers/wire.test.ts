import assert from 'node:assert/strict';
import {
	body,
	call,
	events,
	everywhere,
	handshake,
	initialized,
	openSession,
	post,
	request,
	stream,
	until,
} from './testing.ts';

/** The statuses and codes of `stateful` and `stateless`, by raw requests. */

everywhere('stateful: sessions begin, are needed, and end', async (start) => {
	await using server = await start('stateful');
	const headers = await openSession(server);
	const id = headers['Mcp-Session-Id'] ?? '';
	assert.match(id, /^[0-9a-f-]{36}$/);
	assert.equal((await post(server.url, initialized, headers)).status, 202);
	assert.equal((await post(server.url, { jsonrpc: '2.0', id: 1, result: {} }, headers)).status, 202);
	assert.equal((await body(await post(server.url, request(1, 'ping'), headers))).id, 1);
	const missing = await post(server.url, request(1, 'ping'));
	assert.deepEqual([missing.status, (await body(missing)).error?.code], [400, -32000]);
	const unknown = await post(server.url, request(1, 'ping'), { 'Mcp-Session-Id': 'x' });
	assert.deepEqual([unknown.status, (await body(unknown)).error?.code], [404, -32001]);
	const again = await post(server.url, handshake(), headers);
	assert.deepEqual([again.status, (await body(again)).error?.code], [400, -32600]);
	assert.equal((await post(server.url, handshake(), { 'Mcp-Session-Id': 'x' })).status, 404);
	const version = await post(server.url, request(1, 'ping'), { ...headers, 'MCP-Protocol-Version': '1999-01-01' });
	assert.deepEqual([version.status, (await body(version)).error?.code], [400, -32000]);
	assert.equal((await post(server.url, request(1, 'ping'), { 'Mcp-Session-Id': id })).status, 200, 'no version header');
	assert.equal((await post(server.url, request(1, 'ping'), { ...headers, Accept: 'application/json' })).status, 406);
	assert.equal((await server.state('state')).openSessions, 1);
	assert.equal((await fetch(server.url, { method: 'DELETE' })).status, 400);
	assert.equal((await fetch(server.url, { method: 'DELETE', headers })).status, 200);
	assert.equal((await fetch(server.url, { method: 'DELETE', headers })).status, 404);
	assert.equal((await post(server.url, request(1, 'ping'), headers)).status, 404);
	assert.equal((await server.state('state')).openSessions, 0);
	const put = await fetch(server.url, { method: 'PUT' });
	assert.deepEqual([put.status, put.headers.get('allow')], [405, 'GET, POST, DELETE']);
});

everywhere('stateful: one stream a session, ended by DELETE', async (start) => {
	await using server = await start('stateful');
	const headers = await openSession(server);
	assert.equal((await fetch(server.url, { headers })).status, 406);
	assert.equal((await fetch(server.url, { headers: stream })).status, 400);
	const opened = await fetch(server.url, { headers: { ...headers, ...stream } });
	assert.equal(opened.status, 200);
	assert.equal(opened.headers.get('x-accel-buffering'), 'no');
	assert.equal((await fetch(server.url, { headers: { ...headers, ...stream } })).status, 409);
	assert.equal((await server.state('state')).openStreams, 1);
	await opened.body?.cancel();
	await until(async () => (await server.state('state')).openStreams === 0, 'the stream is forgotten');
	const anew = await fetch(server.url, { headers: { ...headers, ...stream } });
	assert.equal(anew.status, 200);
	await fetch(server.url, { method: 'DELETE', headers });
	assert.deepEqual(await Array.fromAsync(events(anew)), []);
});

everywhere('stateful: a call is cancelled by notification, and log levels are kept', async (start) => {
	await using server = await start('stateful');
	const headers = await openSession(server);
	const cancelled = post(server.url, call(7, 'sleep', { ms: 600_000 }), headers);
	await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
	await post(server.url, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }, headers);
	assert.equal((await cancelled).status, 204);
	assert.equal((await post(server.url, request(8, 'logging/setLevel', { level: 'error' }), headers)).status, 200);
	const quiet = await post(server.url, call(9, 'notify', { count: 3 }), headers);
	assert.equal(quiet.headers.get('content-type'), 'application/json');
	const wrong = await body(await post(server.url, request(8, 'logging/setLevel', { level: 'loud' }), headers));
	assert.equal(wrong.error?.code, -32602);
});

everywhere('stateless: every POST alone, nothing else', async (start) => {
	await using server = await start('stateless');
	for (const method of ['GET', 'DELETE', 'PUT']) {
		const refused = await fetch(server.url, { method, headers: stream });
		assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'POST']);
	}
	const answered = await post(server.url, handshake());
	assert.equal(answered.headers.get('mcp-session-id'), null);
	assert.equal((await body(answered)).result?.protocolVersion, '2025-11-25');
	assert.equal((await body(await post(server.url, handshake('2025-03-26')))).result?.protocolVersion, '2025-03-26');
	assert.equal((await body(await post(server.url, handshake('1999-01-01')))).result?.protocolVersion, '2025-11-25');
	const stale = await post(server.url, request(1, 'ping'), { 'Mcp-Session-Id': 'stale' });
	assert.equal(stale.status, 200);
	assert.equal((await post(server.url, initialized)).status, 202);
	assert.equal((await body(await post(server.url, request(1, 'no/such')))).error?.code, -32601);
});

everywhere('stateless: wrong arguments are an error before 2025-11-25 and a result since', async (start) => {
	await using server = await start('stateless');
	const wrong = call(1, 'sleep', { ms: 600_001 });
	assert.equal(
		(await body(await post(server.url, wrong, { 'MCP-Protocol-Version': '2025-06-18' }))).error?.code,
		-32602,
	);
	const since = await body(await post(server.url, wrong, { 'MCP-Protocol-Version': '2025-11-25' }));
	assert.equal(since.result?.isError, true);
	const unknown = await post(server.url, call(1, 'nothing', {}), { 'MCP-Protocol-Version': '2025-11-25' });
	assert.equal((await body(unknown)).error?.code, -32602);
});

everywhere('stateless: batches in 2025-03-26 only', async (start) => {
	await using server = await start('stateless');
	const batch = [call(1, 'echo', { text: 'a' }), initialized, request(2, 'no/such')];
	const answered = (await (await post(server.url, batch)).json()) as { id: number }[];
	assert.deepEqual(answered.map(({ id }) => id).sort(), [1, 2]);
	const mixed = await post(server.url, [call(1, 'notify', { count: 1 }), request(2, 'ping')]);
	const sent = await Array.fromAsync(events(mixed), ({ data }) => JSON.parse(data).id ?? 'notification');
	assert.deepEqual(sent.sort(), [1, 2, 'notification']);
	assert.equal((await post(server.url, [initialized])).status, 202);
	assert.equal((await post(server.url, batch, { 'MCP-Protocol-Version': '2025-06-18' })).status, 400);
	assert.equal((await post(server.url, [])).status, 400);
	assert.equal((await post(server.url, [handshake()])).status, 400);
	assert.equal((await post(server.url, Array(101).fill(initialized))).status, 400);
});

everywhere('streamable: JSON unless notifications come or --reply sse', async (start) => {
	await using json = await start('stateless');
	assert.equal((await post(json.url, call(1, 'echo', { text: 'a' }))).headers.get('content-type'), 'application/json');
	const streamed = await post(json.url, call(2, 'notify', { count: 2 }, { progressToken: 'p' }));
	assert.equal(streamed.headers.get('content-type'), 'text/event-stream');
	const messages = await Array.fromAsync(events(streamed), ({ data }) => JSON.parse(data));
	assert.deepEqual(
		messages.map((message) => message.params?.progress ?? message.id),
		[1, 2, 2],
	);
	assert.equal(messages[0].params.progressToken, 'p');
	await using sse = await start('stateless', '--reply', 'sse');
	for (const message of [call(1, 'echo', { text: 'a' }), call(1, 'sleep', { ms: 1 })]) {
		const answered = await post(sse.url, message);
		assert.equal(answered.headers.get('content-type'), 'text/event-stream');
		assert.equal((await Array.fromAsync(events(answered))).length, 1);
	}
	const big = await body(await post(json.url, call(3, 'payload', { bytes: 16 * 1024 * 1024 })));
	assert.ok(JSON.stringify(big.result).length > 16 * 1024 * 1024);
});
