import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Channel } from './channel.ts';
import { failureOf } from './failure.ts';

/** What a server that answers everything saw: the addresses that connections came from, in order. */
async function seenBy(run: (url: string, server: Server) => Promise<void>): Promise<string[]> {
	const seen: string[] = [];
	const server = createServer((_req, res) => res.end('ok'));
	server.on('connection', ({ remoteAddress }) => seen.push(remoteAddress ?? ''));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server);
		return seen;
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

/** The body of an answer. */
function get(channel: Channel): Promise<string> {
	return new Promise((resolve, reject) => {
		let body = '';
		channel.send(
			{ method: 'GET', path: '/' },
			{
				onRequestStart() {},
				onResponseStart() {},
				onResponseData: (_controller, chunk) => {
					body += chunk.toString();
				},
				onResponseEnd: () => resolve(body),
				onResponseError: (_controller, error) => reject({ why: failureOf(error) }),
			},
		);
	});
}

const silent = { connect() {} };

test('a channel connects anew after its idle connection was closed, by either side', async () => {
	const attempts: boolean[] = [];
	const seen = await seenBy(async (url, server) => {
		const channel = new Channel({ url, idleConnectionMs: 20 }, { connect: (ok) => attempts.push(ok) });
		assert.equal(await get(channel), 'ok');
		assert.equal(await get(channel), 'ok');
		assert.equal(attempts.length, 1, 'one connection carries requests that follow each other');
		while ((await connectionsOf(server)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
		assert.equal(await get(channel), 'ok');
		server.closeIdleConnections();
		await new Promise((resolve) => setTimeout(resolve, 20));
		assert.equal(await get(channel), 'ok');
		channel.destroy();
	});
	assert.equal(seen.length, 3);
	assert.deepEqual(attempts, [true, true, true]);
});

test('a request that waits behind another is sent though the first ends its connection', async () => {
	const seen = await seenBy(async (url, server) => {
		server.removeAllListeners('request');
		server.on('request', (_req, res) => res.writeHead(200, { connection: 'close' }).end('last'));
		const channel = new Channel({ url }, silent);
		const answers = await Promise.all([get(channel), get(channel)]);
		assert.deepEqual(answers, ['last', 'last']);
		channel.destroy();
	});
	assert.equal(seen.length, 2);
});

test('connections come from the source address that the endpoint names', async () => {
	const seen = await seenBy(async (url) => {
		const channel = new Channel({ url, sourceAddress: '127.64.3.2' }, silent);
		await get(channel);
		channel.destroy();
	});
	assert.deepEqual(seen, ['127.64.3.2']);
});

test('a channel that was destroyed refuses requests, whether or not it ever connected', async () => {
	await seenBy(async (url) => {
		for (const used of [true, false]) {
			const channel = new Channel({ url }, silent);
			if (used) await get(channel);
			channel.destroy();
			await assert.rejects(get(channel), { why: 'aborted' });
		}
	});
});

function connectionsOf(server: Server): Promise<number> {
	return new Promise((resolve, reject) => {
		server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
	});
}
