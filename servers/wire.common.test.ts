import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { call, everywhere, jsonHeaders, post, request, type ServerName, start, within } from './testing.ts';

/** What all four servers do alike: guards, limits, malformed bodies. */

const names = ['sse', 'stateful', 'stateless', 'modern'] as const satisfies ServerName[];

/** Sends what fetch would not send: any Host. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
	const sent = httpRequest(url, { method: 'PUT', headers }).end();
	const [response] = (await within(once(sent, 'response'), 'response')) as [{ statusCode?: number; resume(): void }];
	response.resume();
	return response.statusCode;
}

for (const name of names) {
	everywhere(`${name} serves loopback names only`, async (start) => {
		await using server = await start(name);
		const allowed = 405;
		for (const host of ['localhost', 'localhost:1', '127.0.0.1', '127.1.2.3:80', '[::1]:9', 'LOCALHOST']) {
			assert.equal(await statusWith(server.url, { host }), allowed, host);
		}
		for (const host of ['example.com', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', 'a@localhost']) {
			assert.equal(await statusWith(server.url, { host }), 403, host);
		}
		for (const origin of ['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:1']) {
			assert.equal(await statusWith(server.url, { origin }), allowed, origin);
		}
		for (const origin of [
			'http://example.com',
			'null',
			'http://localhost.example.com',
			'localhost',
			'file://localhost',
		]) {
			assert.equal(await statusWith(server.url, { origin }), 403, origin);
		}
	});

	everywhere(`${name} refuses bodies that are not JSON, malformed, no message, or too long`, async (start) => {
		await using server = await start(name);
		const url = name === 'sse' ? await messagesUrl(server.url) : server.url;
		const form = await post(url, '{}', { 'Content-Type': 'text/plain' });
		assert.equal(form.status, 415);
		assert.equal((await post(url, '{}', { 'Content-Type': 'application/json-patch+json' })).status, 415);
		const broken = await post(url, '{"jsonrpc":', { 'Content-Type': 'Application/JSON; charset=utf-8' });
		assert.equal(broken.status, 400);
		assert.deepEqual(await errorOf(broken), { id: null, code: -32700 });
		for (const text of ['', '5', 'null', '"a"', '{}', '{"jsonrpc":"1.0","id":1,"method":"ping"}']) {
			const answered = await post(url, text);
			assert.equal(answered.status, 400, text);
			await answered.text();
		}
		for (const fault of [{ id: null }, { id: 1.5 }, { params: [] }, { method: 5 }]) {
			const answered = await post(url, { jsonrpc: '2.0', id: 1, method: 'ping', ...fault });
			assert.deepEqual([answered.status, (await errorOf(answered)).code], [400, -32600], JSON.stringify(fault));
		}
		const long = await post(url, JSON.stringify(call(1, 'echo', { text: 'x'.repeat(4 * 1024 * 1024) })));
		assert.equal(long.status, 413);
		assert.equal((await errorOf(long)).code, -32000);
	});

	everywhere(`${name} knows no other path, and survives clients that break off`, async (start) => {
		await using server = await start(name);
		assert.equal((await fetch(new URL('/other', server.url))).status, 404);
		const { port, hostname, pathname } = new URL(server.url);
		for (const text of [
			`POST ${pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nContent-Type: application/json\r\nAccept: ${jsonHeaders.Accept}\r\n\r\n{"json`,
			'GET / HTTP',
			'nonsense\r\n\r\n',
		]) {
			const socket = connect(Number(port), hostname).on('error', () => undefined);
			await once(socket, 'connect');
			socket.write(text, () => socket.resetAndDestroy());
			await within(once(socket, 'close'), 'close');
		}
		assert.equal((await server.state('state')).openStreams, 0);
	});
}

async function messagesUrl(url: string): Promise<string> {
	const stream = await fetch(url, { headers: { Accept: 'text/event-stream' } });
	const { value } = (await stream.body?.getReader().read()) ?? {};
	const endpoint = /data: (\S+)/.exec(new TextDecoder().decode(value))?.[1];
	return new URL(endpoint ?? '', url).href;
}

async function errorOf(response: Response): Promise<{ id: unknown; code: unknown }> {
	const { id, error } = (await response.json()) as { id: unknown; error: { code: number } };
	return { id, code: error.code };
}

test('an expired idle connection is closed after what the flag says, a busy one is not', async () => {
	await using server = await start('stateless', '--http-keep-alive-ms', '300');
	const { port, hostname } = new URL(server.url);
	const socket = connect(Number(port), hostname);
	const closed = once(socket, 'close');
	const body = JSON.stringify(call(1, 'sleep', { ms: 600 }));
	const head = Object.entries(jsonHeaders).map(([key, value]) => `${key}: ${value}\r\n`);
	socket.write(
		`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${head.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
	);
	const [answered] = (await within(once(socket, 'data'), 'answer')) as [Buffer];
	assert.match(answered.toString(), /slept 600 ms/);
	await within(closed, 'the idle connection is closed');
});

everywhere('a comment keeps idle streams busy when asked for', async (start) => {
	await using server = await start('sse', '--sse-comment-ms', '20');
	const stream = await fetch(server.url, { headers: { Accept: 'text/event-stream' } });
	const decoder = new TextDecoder();
	let text = '';
	await within(
		(async () => {
			for await (const chunk of stream.body ?? []) {
				text += decoder.decode(chunk);
				if (text.endsWith('\n\n:\n\n:\n\n')) break;
			}
		})(),
		'two comments',
	);
	assert.equal((await post(server.url, request(1, 'ping'))).status, 405);
});
