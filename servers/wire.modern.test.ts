import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events, everywhere, next, post, type Started, start, until } from './testing.ts';

/** Revision 2026-07-28 by raw requests. */

const version = '2026-07-28';
const prefix = 'io.modelcontextprotocol/';
const envelope = { [`${prefix}protocolVersion`]: version, [`${prefix}clientCapabilities`]: {} };

/** A request with everything that is demanded. `headers` and `_meta` replace; undefined removes. */
async function send(
	server: Started,
	method: string,
	params: Record<string, unknown> = {},
	headers: Record<string, string | undefined> = {},
	_meta: object = envelope,
): Promise<Response> {
	const all: Record<string, string | undefined> = { 'MCP-Protocol-Version': version, 'Mcp-Method': method };
	if (typeof params.name === 'string') all['Mcp-Name'] = params.name;
	const sent = Object.entries({ ...all, ...headers }).filter(
		(entry): entry is [string, string] => entry[1] !== undefined,
	);
	const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
	return post(server.url, message, Object.fromEntries(sent));
}

async function fault(response: Response): Promise<[status: number, code: number | undefined]> {
	const { error } = (await response.json()) as { error?: { code: number } };
	return [response.status, error?.code];
}

const echo = { name: 'echo', arguments: { text: 'a' } };

everywhere('modern: discover, list and call carry what the revision demands', async (start) => {
	await using server = await start('modern');
	const discovered = (await (await send(server, 'server/discover')).json()) as { result: Record<string, unknown> };
	assert.deepEqual(discovered.result.supportedVersions, [version]);
	for (const method of ['server/discover', 'tools/list']) {
		const { result } = (await (await send(server, method)).json()) as { result: Record<string, unknown> };
		assert.deepEqual([result.resultType, result.ttlMs, result.cacheScope], ['complete', 0, 'private'], method);
	}
	const { result } = (await (await send(server, 'tools/call', echo)).json()) as { result: Record<string, unknown> };
	assert.equal(result.resultType, 'complete');
	assert.deepEqual(result.content, [{ type: 'text', text: 'a' }]);
	const stale = { 'Mcp-Session-Id': 'stale', 'Last-Event-ID': '5' };
	assert.equal((await send(server, 'tools/call', echo, stale)).status, 200);
});

everywhere('modern: POST only, one request or notification a body', async (start) => {
	await using server = await start('modern');
	for (const method of ['GET', 'DELETE']) {
		const refused = await fetch(server.url, { method });
		assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'POST']);
	}
	assert.equal((await post(server.url, { jsonrpc: '2.0', method: 'notifications/cancelled' })).status, 202);
	assert.deepEqual(await fault(await post(server.url, { jsonrpc: '2.0', id: 1, result: {} })), [400, -32600]);
	assert.deepEqual(await fault(await post(server.url, [])), [400, -32600]);
	assert.equal((await send(server, 'tools/list', {}, { Accept: 'application/json' })).status, 406);
});

everywhere('modern: headers and envelope must be there and agree', async (start) => {
	await using server = await start('modern');
	const mismatch = [400, -32020];
	for (const headers of [
		{ 'MCP-Protocol-Version': undefined },
		{ 'MCP-Protocol-Version': '2025-11-25' },
		{ 'Mcp-Method': undefined },
		{ 'Mcp-Method': 'tools/list' },
		{ 'Mcp-Name': undefined },
		{ 'Mcp-Name': 'sleep' },
		{ 'Mcp-Name': '=?base64?c2xlZXA=?=' },
	]) {
		assert.deepEqual(await fault(await send(server, 'tools/call', echo, headers)), mismatch, JSON.stringify(headers));
	}
	const coded = `=?base64?${Buffer.from('echo').toString('base64')}?=`;
	assert.equal((await send(server, 'tools/call', echo, { 'Mcp-Name': coded })).status, 200);
	const bare = { [`${prefix}protocolVersion`]: version };
	assert.deepEqual(await fault(await send(server, 'tools/list', {}, {}, bare)), [400, -32602]);
	assert.deepEqual(await fault(await send(server, 'tools/list', {}, {}, {})), [400, -32602]);
});

everywhere('modern: other revisions are told what is spoken', async (start) => {
	await using server = await start('modern');
	const future = { ...envelope, [`${prefix}protocolVersion`]: '2099-01-01' };
	for (const response of [
		await send(server, 'tools/list', {}, { 'MCP-Protocol-Version': '2099-01-01' }, future),
		await send(server, 'initialize', { protocolVersion: '2099-01-01' }, { 'MCP-Protocol-Version': undefined }, {}),
	]) {
		assert.equal(response.status, 400);
		const { error } = (await response.json()) as { error: { code: number; data: unknown } };
		assert.equal(error.code, -32022);
		assert.deepEqual(error.data, { supported: [version], requested: '2099-01-01' });
	}
});

everywhere('modern: unknown methods 404, wrong params in-band, wrong arguments a result', async (start) => {
	await using server = await start('modern');
	for (const method of ['ping', 'initialize', 'no/such', 'logging/setLevel']) {
		assert.deepEqual(await fault(await send(server, method)), [404, -32601], method);
	}
	assert.deepEqual(await fault(await send(server, 'tools/call', { name: 'nothing' })), [200, -32602]);
	assert.deepEqual(await fault(await send(server, 'subscriptions/listen')), [200, -32602]);
	const wrong = await send(server, 'tools/call', { name: 'sleep', arguments: { ms: 'long' } });
	assert.equal(((await wrong.json()) as { result: { isError: boolean } }).result.isError, true);
});

everywhere('modern: log messages only for a request that asks', async (start) => {
	await using server = await start('modern');
	const notify = { name: 'notify', arguments: { count: 2 } };
	assert.equal((await send(server, 'tools/call', notify)).headers.get('content-type'), 'application/json');
	const asking = { ...envelope, [`${prefix}logLevel`]: 'info' };
	const heard = await Array.fromAsync(events(await send(server, 'tools/call', notify, {}, asking)));
	assert.equal(heard.length, 3);
	const loud = { ...envelope, [`${prefix}logLevel`]: 'error' };
	assert.equal((await send(server, 'tools/call', notify, {}, loud)).headers.get('content-type'), 'application/json');
});

everywhere('modern: a subscription is acknowledged, held and ended with a result', async (start) => {
	await using server = await start('modern');
	const listened = await send(server, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
	assert.equal(listened.headers.get('x-accel-buffering'), 'no');
	const heard = events(listened);
	assert.deepEqual(JSON.parse((await next(heard)).data), {
		jsonrpc: '2.0',
		method: 'notifications/subscriptions/acknowledged',
		params: { _meta: { [`${prefix}subscriptionId`]: 1 }, notifications: { toolsListChanged: true } },
	});
	assert.equal((await server.state('state')).openStreams, 1);
	server.child.kill('SIGTERM');
	const { id, result } = JSON.parse((await next(heard)).data);
	assert.deepEqual([id, result.resultType, result._meta[`${prefix}subscriptionId`]], [1, 'complete', 1]);
	assert.equal((await heard.next()).done, true);
	assert.equal(await server.exited(), 0);
});

everywhere('modern: a subscription to nothing ends at once', async (start) => {
	await using server = await start('modern');
	const listened = await send(server, 'subscriptions/listen', { notifications: { promptsListChanged: true } });
	const all = await Array.fromAsync(events(listened), ({ data }) => JSON.parse(data));
	assert.deepEqual([all.length, all[0].params.notifications, all[1].id], [2, {}, 1]);
});

test('modern: closing the response cancels the call', async () => {
	await using server = await start('modern', '--drain-ms', '600000');
	const controller = new AbortController();
	const message = { name: 'sleep', arguments: { ms: 600_000 }, _meta: envelope };
	const left = fetch(server.url, {
		method: 'POST',
		headers: {
			'Content-Type': 'application/json',
			Accept: 'application/json, text/event-stream',
			'MCP-Protocol-Version': version,
			'Mcp-Method': 'tools/call',
			'Mcp-Name': 'sleep',
		},
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: message }),
		signal: controller.signal,
	});
	await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
	controller.abort();
	await assert.rejects(left);
	// A call that still ran would hold the drain.
	server.child.kill('SIGTERM');
	assert.equal(await server.exited(), 0);
});
