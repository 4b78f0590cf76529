import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { clientsPerAddress, connectSpread, sourceAddressOf } from './spread.ts';

const silent = { connect() {}, push() {}, stray() {}, lost() {} };

/** Servers that speak `modern` far enough to open a session; notes which clients came to which, and from where. */
async function servers(count: number) {
	const seen: { server: number; from: string }[] = [];
	const shown: (string | undefined)[] = [];
	const started = Array.from({ length: count }, (_, server) =>
		createServer(async (req, res) => {
			shown.push(req.headers.authorization);
			const { id } = JSON.parse(await text(req)) as { id: number };
			seen.push({ server, from: req.socket.remoteAddress ?? '' });
			res.setHeader('content-type', 'application/json');
			res.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
		}).listen(0, '127.0.0.1'),
	);
	await Promise.all(started.map((server) => once(server, 'listening')));
	const urls = started.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
	const close = () => {
		for (const server of started) {
			server.closeAllConnections();
			server.close();
		}
	};
	return { urls, seen, shown, close };
}

test('client n speaks with server n modulo their count in every life, from the address of its neighbourhood', async () => {
	const { urls, seen, close } = await servers(3);
	try {
		const connect = connectSpread('modern', { places: [{ urls, stream: false }], manyAddresses: true, headers: [] });
		for (const client of [0, 1, 2, 3, 100, 1, 100]) {
			const session = connect(silent, undefined, client);
			await session.open();
			session.destroy();
		}
		assert.deepEqual(
			seen.map(({ server }) => server),
			[0, 1, 2, 0, 1, 1, 1],
		);
		const [first, second, ...rest] = seen.map(({ from }) => from);
		assert.equal(first, sourceAddressOf(0));
		assert.equal(second, first, 'neighbours share an address');
		assert.deepEqual([rest[2], rest[4]], [sourceAddressOf(100), sourceAddressOf(100)]);
		assert.notEqual(rest[2], first);
	} finally {
		close();
	}
});

test('each client shows the token that is its own, in all its lives; one of a place without tokens shows none', async () => {
	const { urls, shown, close } = await servers(1);
	try {
		const places = [
			{ urls, stream: false, tokens: ['first', 'second'] },
			{ urls, stream: false },
		];
		const connect = connectSpread('modern', { places, manyAddresses: false, headers: ['x-other', 'kept'] });
		for (const client of [0, 1, 2, 3, 0]) {
			const session = connect(silent, undefined, client);
			await session.open();
			session.destroy();
		}
		assert.deepEqual(shown, ['Bearer first', undefined, 'Bearer second', undefined, 'Bearer first']);
	} finally {
		close();
	}
});

test('a small swarm comes from 127.0.0.1', async () => {
	const { urls, seen, close } = await servers(1);
	try {
		const connect = connectSpread('modern', { places: [{ urls, stream: false }], manyAddresses: false, headers: [] });
		const session = connect(silent, undefined, 5000);
		await session.open();
		session.destroy();
		assert.deepEqual(seen, [{ server: 0, from: '127.0.0.1' }]);
	} finally {
		close();
	}
});

test('a million clients share addresses of 127.64.0.0/10 only as often as they should', () => {
	const clients = new Map<string, number>();
	for (let client = 0; client < 1_000_000; client++) {
		const address = sourceAddressOf(client);
		clients.set(address, (clients.get(address) ?? 0) + 1);
	}
	assert.equal(Math.max(...clients.values()), clientsPerAddress);
	for (const address of clients.keys()) {
		const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
		assert.ok(a === 127 && b >= 64 && b < 128 && c < 256 && d > 0 && d < 255, address);
	}
});
