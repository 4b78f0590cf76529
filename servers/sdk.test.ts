import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as V1Streamable } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { type ServerName, start, within } from './testing.ts';

/** The official clients connect, list, call and hear a notification. */

const me = { name: 'test', version: '1' };
/** The clients drop the progress that arrives in one piece with the answer: the answer takes the handler away first. */
const lastMayBeLost = 'the first progress is heard';
const toolNames = ['echo', 'notify', 'payload', 'sleep'];

/** Closes the client however the test ends: an open one reconnects for ever and keeps the test process alive. */
function closing(client: { close(): Promise<void> }): AsyncDisposable {
	return { [Symbol.asyncDispose]: () => client.close() };
}

function textOf(result: object): unknown {
	return (result as { content: { text?: unknown }[] }).content[0]?.text;
}

for (const reply of ['json', 'sse']) {
	for (const name of ['sse', 'stateful', 'stateless'] as const satisfies ServerName[]) {
		test(`the v1 client talks to ${name}, --reply ${reply}`, async () => {
			await using server = await start(name, '--reply', reply);
			const url = new URL(server.url);
			const client = new V1Client(me);
			await using _ = closing(client);
			const heard: unknown[] = [];
			client.setNotificationHandler(LoggingMessageNotificationSchema, (n) => void heard.push(n.params.data));
			const progress: unknown[] = [];
			// The package's own types are looser than exactOptionalPropertyTypes wants.
			const transport = name === 'sse' ? new V1Sse(url) : (new V1Streamable(url) as unknown as V1Sse);
			await within(client.connect(transport), 'connect');
			assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), toolNames);
			assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'grüß' } })), 'grüß');
			await client.callTool({ name: 'notify', arguments: { count: 2 } });
			assert.deepEqual(heard, [
				{ step: 1, of: 2 },
				{ step: 2, of: 2 },
			]);
			const onprogress = (p: { progress: number }): void => void progress.push(p.progress);
			await client.callTool({ name: 'notify', arguments: { count: 2, everyMs: 1 } }, undefined, { onprogress });
			assert.equal(progress[0], 1, lastMayBeLost);
			await client.ping();
		});
	}
}

for (const reply of ['json', 'sse']) {
	for (const name of ['sse', 'stateful', 'stateless', 'modern'] as const satisfies ServerName[]) {
		test(`the v2 client talks to ${name}, --reply ${reply}`, async () => {
			await using server = await start(name, '--reply', reply);
			const url = new URL(server.url);
			const mode = name === 'modern' ? { pin: '2026-07-28' } : 'legacy';
			const client = new v2.Client(me, { versionNegotiation: { mode } });
			await using _ = closing(client);
			const heard: unknown[] = [];
			client.setNotificationHandler('notifications/message', (n) => void heard.push(n.params.data));
			const transport = name === 'sse' ? new v2.SSEClientTransport(url) : new v2.StreamableHTTPClientTransport(url);
			await within(client.connect(transport), 'connect');
			assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), toolNames);
			assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'grüß' } })), 'grüß');
			const _meta = { 'io.modelcontextprotocol/logLevel': 'info' };
			await client.callTool({ name: 'notify', arguments: { count: 1 }, ...(name === 'modern' && { _meta }) });
			assert.deepEqual(heard, [{ step: 1, of: 1 }]);
			const progress: number[] = [];
			const onprogress = (p: { progress: number }): void => void progress.push(p.progress);
			await client.callTool({ name: 'notify', arguments: { count: 2, everyMs: 1 } }, { onprogress });
			assert.equal(progress[0], 1, lastMayBeLost);
		});
	}
}

test('the v2 client finds the modern server by probing', async () => {
	await using server = await start('modern');
	const client = new v2.Client(me, { versionNegotiation: { mode: 'auto' } });
	await using _ = closing(client);
	await within(client.connect(new v2.StreamableHTTPClientTransport(new URL(server.url))), 'connect');
	assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
});

test('the v2 client, probing, falls back to initialize on stateful', async () => {
	await using server = await start('stateful');
	const client = new v2.Client(me, { versionNegotiation: { mode: 'auto' } });
	await using _ = closing(client);
	await within(client.connect(new v2.StreamableHTTPClientTransport(new URL(server.url))), 'connect');
	assert.equal(client.getNegotiatedProtocolVersion(), '2025-11-25');
});

test('a subscription of the v2 client ends gracefully when the modern server drains', async () => {
	await using server = await start('modern');
	const client = new v2.Client(me, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
	await using _ = closing(client);
	await within(client.connect(new v2.StreamableHTTPClientTransport(new URL(server.url))), 'connect');
	const subscription = await within(client.listen({ toolsListChanged: true }), 'acknowledgement');
	assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true });
	server.child.kill('SIGTERM');
	assert.equal(await within(subscription.closed, 'close'), 'graceful');
	assert.equal(await server.exited(), 0);
});
