import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { type Started, start } from '../../servers/testing.ts';
import { callMaker, echoTemplate } from '../model/call-template.ts';
import { callOnce, type Session, type SessionEvents } from '../model/session.ts';
import { Hop } from '../path/hop.ts';
import { CookieJar } from './cookie-jar.ts';
import { connectSpread } from './spread.ts';

describe('what a jar keeps', () => {
	test('a cookie goes back, the newest of its name, several in one header', () => {
		const jar = new CookieJar();
		assert.equal(jar.headerFor('/mcp'), undefined);
		jar.take('a=1; Path=/; HttpOnly');
		jar.take(['b=x=y', 'a=2; Path=/']);
		assert.equal(jar.headerFor('/mcp?x=1'), 'b=x=y; a=2');
		jar.take('c=3; Expires=Wed, 21 Oct 2099 07:28:00 GMT\nd=4');
		assert.equal(jar.headerFor('/mcp'), 'b=x=y; a=2; c=3; d=4');
	});

	test('paths and ages are obeyed, and what is only for TLS', () => {
		const jar = new CookieJar();
		jar.take(['p=1; Path=/mcp', 'old=1; Max-Age=0', 'past=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT', 's=1; Secure']);
		assert.deepEqual(
			['/mcp', '/mcp/x', '/mcp?a', '/mcpx', '/'].map((path) => jar.headerFor(path)),
			['p=1', 'p=1', 'p=1', undefined, undefined],
		);
		jar.take('p=; Path=/mcp; Max-Age=0');
		assert.equal(jar.headerFor('/mcp'), undefined, 'it was taken back');
		const secure = new CookieJar(true);
		secure.take('s=1; Secure');
		assert.equal(secure.headerFor('/'), 's=1');
	});

	test('nonsense and floods are not taken', () => {
		const jar = new CookieJar();
		jar.take(['', '=', `big=${'x'.repeat(5000)}`]);
		assert.equal(jar.headerFor('/'), undefined);
		jar.take(Array.from({ length: 500 }, (_, n) => `c${n}=1`));
		assert.equal(jar.headerFor('/')?.split('; ').length, 50);
	});
});

const silent: SessionEvents = { connect() {}, push() {}, stray() {}, lost() {} };

test('every request of a client carries what it was given, and only its own', async () => {
	const seen: IncomingMessage[] = [];
	let given = 0;
	const server = createServer((req, res) => {
		seen.push(req);
		if (!req.headers.cookie)
			res.setHeader('set-cookie', [`who=${++given}`, 'date=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT']);
		req.resume().on('end', () => {
			res.setHeader('content-type', 'application/json');
			res.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
	try {
		const open = async (cookies: boolean, client: number): Promise<void> => {
			const places = [{ urls: [url], stream: false, ...(cookies && { cookies: true as const }) }];
			const connect =
				connects.get(cookies) ?? connectSpread('stateless', { places, manyAddresses: false, headers: [] });
			connects.set(cookies, connect);
			const session = connect(silent, undefined, client);
			await session.open();
			session.destroy();
		};
		const connects = new Map<boolean, ReturnType<typeof connectSpread>>();
		// Each opening is two requests; the second life of client 0 is on a connection of its own.
		for (const client of [0, 1, 0]) await open(true, client);
		assert.deepEqual(
			seen.map(({ headers }) => headers.cookie),
			[undefined, 'who=1; date=1', undefined, 'who=2; date=1', 'who=1; date=1', 'who=1; date=1'],
		);
		seen.length = 0;
		await open(false, 0);
		assert.deepEqual(
			seen.map(({ headers }) => headers.cookie),
			[undefined, undefined],
			'clients of the official SDKs have no jar',
		);
	} finally {
		server.close().closeAllConnections();
	}
});

for (const transport of ['sse', 'stateful'] as const) {
	test(`${transport} behind a balancer by cookie: a client with a jar stays, also in its next life; without one it fails`, async () => {
		await using one = await start(transport);
		await using other = await start(transport);
		const hop = new Hop(
			{ place: 0, balance: 'cookie', faults: [], expected: [], servers: [one.url, other.url] },
			1,
			() => {},
		);
		await hop.listen(0);
		const url = new URL(new URL(one.url).pathname, hop.url).href;
		const makeCall = callMaker(echoTemplate);
		const connectWith = (cookies?: true) => {
			const places = [{ urls: [url], stream: true, ...(cookies && { cookies }) }];
			return connectSpread(transport, { places, manyAddresses: false, headers: [] });
		};
		const counts = (of: readonly Started[]) =>
			Promise.all(of.map(async (each) => (await each.state('state')).callsExecuted));
		try {
			const connect = connectWith(true);
			const lives: Session[] = [];
			for (const client of [0, 1, 0, 0]) {
				const session = connect(silent, undefined, client);
				lives.push(session);
				await session.open();
				await callOnce(
					session,
					makeCall(`0-${lives.length}`, lives.length, () => ''),
				);
			}
			for (const session of lives) session.destroy();
			assert.deepEqual((await counts([one, other])).toSorted(), [1, 3], 'three lives of one client, one of another');
			const without = connectWith()(silent, undefined, 0);
			await assert.rejects(without.open(), /404|session-unknown/);
			without.destroy();
		} finally {
			await hop.perform({ do: 'down', on: true });
		}
	});
}
