import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ReadyLine } from '../contract.ts';
import { benchTools } from '../shared/tools.ts';
import { sdks, v2Client } from '../testing.clients.ts';
import { call, events, jsonHeaders, next, patienceMs, post, request, start, until, within } from '../testing.ts';
import { servers } from './testing.ts';

/** The servers on the SDK keep to the contract and serve the official clients, with the tools of the reference servers. */

const toolNames = ['echo', 'notify', 'payload', 'sleep'];
const steps = [
	{ step: 1, of: 2 },
	{ step: 2, of: 2 },
];

for (const reply of ['json', 'sse']) {
	for (const sdk of sdks) {
		for (const { name, transport } of servers) {
			if (!sdk.servers.includes(transport)) continue;
			test(`the ${sdk.name} client talks to ${name}, --reply ${reply}`, async () => {
				await using server = await start(`sdk/${name}`, '--reply', reply);
				{
					await using client = await sdk.connect(transport, server.url);
					assert.deepEqual(await client.toolNames(), toolNames);
					for (const text of ['grüß', '', '  "\u2028\n']) assert.equal(await client.call('echo', { text }), text);
					assert.equal(await client.call('payload', { bytes: 100_000 }), 'x'.repeat(100_000));
					await client.call('notify', { count: 2 });
					// The JSON form of the SDK's Streamable transport drops what a call notifies; `modern` streams such an answer.
					const drops = reply === 'json' && (transport === 'stateful' || transport === 'stateless');
					assert.deepEqual(client.heard, drops ? [] : steps);
					const progress: number[] = [];
					const onprogress = (p: { progress: number }): void => void progress.push(p.progress);
					assert.equal(await client.call('notify', { count: 2, everyMs: 5 }, { onprogress }), 'sent 2 notifications');
					assert.equal(progress[0], drops ? undefined : 1);
				}
				await until(async () => (await server.state('state')).openStreams === 0, 'closing ends the streams');
				assert.equal(server.said.err, '');
			});
		}
	}
}

for (const { name, transport } of servers) {
	test(`${name} says one ready line, counts, and drains to exit 0 with a stream held`, async () => {
		await using server = await start(`sdk/${name}`, '--drain-ms', String(patienceMs));
		const ready = JSON.parse(server.said.out) as ReadyLine;
		assert.deepEqual([Object.keys(ready), ready.pid], [['ready', 'url', 'pid'], server.child.pid]);
		const sdk = sdks.find((each) => each.servers.includes(transport));
		await using client = await within(sdk?.connect(transport, server.url) ?? Promise.reject(), 'connect');
		await client.call('echo', { text: 'x' });
		const held = transport === 'sse' || transport === 'stateful' ? 1 : 0;
		await until(async () => (await server.state('state')).openStreams === held, 'the client holds its stream');
		const figures = await server.state('collect');
		assert.deepEqual([figures.callsExecuted, figures.openSessions], [1, held]);
		assert.ok(figures.heapUsedBytes > 1_000_000 && figures.externalBytes > 0);
		const answered = client.call('sleep', { ms: 300 });
		await until(async () => (await server.state('state')).callsExecuted === 2, 'the call runs');
		server.child.kill('SIGTERM');
		assert.equal(await within(answered, 'the call in flight is answered'), 'slept 300 ms');
		assert.equal(await server.exited(), 0);
		assert.deepEqual([server.said.out.split('\n').length, server.said.err], [2, '']);
	});

	test(`${name} refuses a foreign Host or Origin with 403, ends with its parent, and refuses a wrong flag`, async () => {
		{
			await using server = await start(`sdk/${name}`);
			const ask = request(1, 'ping');
			assert.equal((await post(server.url, ask, { Origin: 'http://evil.example' })).status, 403);
			assert.equal(await statusWithHost(server.url, 'evil.example'), 403);
			server.child.disconnect();
			assert.equal(await server.exited(), 0);
		}
		await assert.rejects(start(`sdk/${name}`, '--host', '8.8.8.8'), /exited with 2: .*servers\/sdk/);
	});
}

function statusWithHost(url: string, host: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const req = httpRequest(url, { method: 'POST', headers: { ...jsonHeaders, host } }, (res) => {
			res.resume();
			resolve(res.statusCode);
		});
		req.on('error', reject).end('{}');
	});
}

for (const name of ['sdk1-stateless', 'sdk2-stateless', 'sdk2-modern'] as const) {
	test(`${name} closes the connection with an answer that a drain waited for`, async () => {
		await using server = await start(`sdk/${name}`);
		const modern = name === 'sdk2-modern';
		const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'sleep' };
		const meta = {
			'io.modelcontextprotocol/protocolVersion': '2026-07-28',
			'io.modelcontextprotocol/clientCapabilities': {},
		};
		const ask = call(1, 'sleep', { ms: 200 }, modern ? meta : undefined);
		const answered = post(server.url, ask, modern ? headers : {});
		await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
		server.child.kill('SIGTERM');
		assert.equal((await answered).headers.get('connection'), 'close');
		assert.match(await (await answered).text(), /slept 200 ms/);
		assert.equal(await server.exited(), 0);
	});
}

test('both SDKs list the tools as the reference servers do', async () => {
	const wanted = JSON.parse(benchTools.listing) as { name: string; description: string; inputSchema: object }[];
	for (const name of ['sdk1-stateless', 'sdk2-stateless'] as const) {
		await using server = await start(`sdk/${name}`);
		const answer = (await (await post(server.url, request(1, 'tools/list'))).json()) as {
			result: { tools: { name: string; description: string; inputSchema: Record<string, unknown> }[] };
		};
		const listed = answer.result.tools.map(({ name: tool, description, inputSchema }) => {
			const { type, properties, required } = inputSchema;
			return { name: tool, description, inputSchema: { type, properties, required } };
		});
		assert.deepEqual(listed, wanted);
	}
});

for (const name of ['sdk1-stateless', 'sdk2-stateless'] as const) {
	test(`${name} answers wrong arguments with a result marked isError`, async () => {
		await using server = await start(`sdk/${name}`);
		const wrong = await (await post(server.url, call(1, 'echo', { text: 5 }))).text();
		assert.match(wrong, /"isError":true/);
		assert.equal((await server.state('state')).callsExecuted, 0);
	});
}

for (const name of ['sdk1-stateful', 'sdk2-stateful'] as const) {
	test(`${name}: 404 for an unknown session, 400 without one, 503 when full, DELETE ends a session`, async () => {
		await using server = await start(`sdk/${name}`, '--max-sessions', '1');
		const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } };
		const opened = await post(server.url, request(1, 'initialize', params));
		const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
		assert.equal(opened.status, 200);
		assert.equal((await post(server.url, request(1, 'initialize', params))).status, 503);
		assert.equal((await post(server.url, request(2, 'ping'), { 'Mcp-Session-Id': 'x' })).status, 404);
		assert.equal((await post(server.url, request(2, 'ping'))).status, 400);
		assert.equal((await fetch(server.url, { method: 'DELETE', headers: session })).status, 200);
		assert.equal((await server.state('state')).openSessions, 0);
		assert.equal((await post(server.url, request(2, 'ping'), session)).status, 404);
	});
}

for (const name of ['sdk1-sse', 'sdk2-sse'] as const) {
	test(`${name} forgets a session with its stream, and says that comments are not to be had`, async () => {
		await using server = await start(`sdk/${name}`, '--sse-comment-ms', '10');
		const leave = new AbortController();
		const heard = events(await fetch(server.url, { signal: leave.signal }));
		const url = new URL((await next(heard)).data, server.url).href;
		assert.equal((await server.state('state')).openSessions, 1);
		leave.abort();
		await until(async () => (await server.state('state')).openSessions === 0, 'the session ends');
		assert.equal((await post(url, request(1, 'ping'))).status, 404);
		assert.match(server.said.err, /--sse-comment-ms has no effect/);
	});
}

test('a subscription to sdk2-modern is acknowledged, counted, and ends gracefully when the server drains', async () => {
	await using server = await start('sdk/sdk2-modern');
	const client = v2Client({ pin: '2026-07-28' });
	await using _ = { [Symbol.asyncDispose]: () => client.close() };
	await within(client.connect(new StreamableHTTPClientTransport(new URL(server.url))), 'connect');
	const subscription = await within(client.listen({ toolsListChanged: true }), 'acknowledgement');
	assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true });
	assert.equal((await server.state('state')).openStreams, 1);
	server.child.kill('SIGTERM');
	assert.equal(await within(subscription.closed, 'close'), 'graceful');
	assert.equal(await server.exited(), 0);
});
