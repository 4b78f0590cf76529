import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import { keyVariable } from './shared/auth.ts';
import { handshake, jsonHeaders, openSession, request, type Started, start, stream, until } from './testing.ts';

/** Clients that leave before their request was looked at: nothing is held for them. */

const listen = request(1, 'subscriptions/listen', {
	notifications: { toolsListChanged: true },
	_meta: {
		'io.modelcontextprotocol/protocolVersion': '2026-07-28',
		'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
		'io.modelcontextprotocol/clientCapabilities': {},
	},
});
const ofListen = { ...jsonHeaders, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };

function written(method: string, { url }: Started, headers: Record<string, string>, body = ''): string {
	const { pathname, host } = new URL(url);
	const all = { Host: host, 'Content-Length': String(body.length), ...headers };
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${method} ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Writes on one connection and leaves, after an answer has begun or the server has cut it off. */
async function knock({ url }: Started, text: string): Promise<void> {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname).on('error', () => undefined);
	socket.write(text);
	await Promise.race([once(socket, 'data'), once(socket, 'close')]);
	socket.destroy();
}

const holdsNothing = (server: Started) => async (): Promise<boolean> => {
	const { openSessions, openStreams } = await server.state('state');
	return openSessions === 0 && openStreams === 0;
};

test('who asks again behind a stream on its connection is cut off, and nothing is held', async () => {
	for (const name of ['sse', 'modern'] as const) {
		await using server = await start(name);
		const one =
			name === 'sse' ? written('GET', server, stream) : written('POST', server, ofListen, JSON.stringify(listen));
		await knock(server, one.repeat(500));
		await until(holdsNothing(server), `${name} holds nothing`);
	}
});

test('a stream that was asked for with a long body ends with its client', async () => {
	await using server = await start('sse');
	await knock(server, written('GET', server, stream, 'x'.repeat(300_000)));
	await until(holdsNothing(server), 'the server holds nothing');
});

test('requests that come one behind the other are all answered, in their order', async () => {
	await using server = await start('stateful');
	const session = await openSession(server);
	const { hostname, port } = new URL(server.url);
	const socket = connect(Number(port), hostname);
	let said = '';
	socket.on('data', (chunk) => (said += chunk));
	for (const id of [1, 2, 3]) {
		const body = JSON.stringify(request(id, 'tools/list'));
		socket.write(written('POST', server, { ...jsonHeaders, ...session }, body));
	}
	const ids = (): string[] => [...said.matchAll(/"id":(\d)/g)].map(([, id]) => id ?? '');
	await until(() => ids().length === 3, 'three answers');
	assert.deepEqual(ids(), ['1', '2', '3']);
	socket.destroy();
});

test('who leaves while a token is verified is held no session', async () => {
	const secret = Buffer.alloc(32, 7);
	process.env[keyVariable] = JSON.stringify({ kty: 'oct', k: secret.toString('base64url') });
	const starting = start('sse', '--auth', 'hs256');
	delete process.env[keyVariable];
	await using server = await starting;
	const jwt = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setJti('a').setAudience('mcp-transport-bench');
	const headers = { ...stream, Authorization: `Bearer ${await jwt.setExpirationTime('1h').sign(secret)}` };
	const { hostname, port } = new URL(server.url);
	for (let left = 0; left < 200; left++) {
		const socket = connect(Number(port), hostname);
		await once(socket, 'connect');
		await new Promise((done) => socket.write(written('GET', server, headers), done));
		socket.resetAndDestroy();
	}
	// Answered after all of them were seen.
	await knock(server, written('POST', server, jsonHeaders, JSON.stringify(handshake())));
	await until(holdsNothing(server), 'the server holds nothing');
});
