import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ControlReply } from './contract.ts';
import { keyVariable } from './shared/auth.ts';
import {
	events,
	launch,
	next,
	post,
	request,
	type ServerName,
	type Started,
	start,
	stream,
	until,
	within,
} from './testing.ts';

/** Bearer tokens at the boundary: who is let in, who is not and how that is said, and what becomes of what is held. */

const audience = 'mcp-transport-bench';
const secret = randomBytes(32);
const secretKey = JSON.stringify({ kty: 'oct', k: secret.toString('base64url') });
const pair = await generateKeyPair('ES256');
const publicKey = JSON.stringify(await exportJWK(pair.publicKey));

interface Made {
	readonly id?: string;
	readonly lastsS?: number;
	readonly for?: string;
	readonly key?: Uint8Array;
}

function token({ id = 'a', lastsS = 600, for: whom = audience, key = secret }: Made = {}): Promise<string> {
	const now = Math.floor(Date.now() / 1000);
	const jwt = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setJti(id).setAudience(whom);
	return jwt.setExpirationTime(now + lastsS).sign(key);
}

const shown = (text: string) => ({ Authorization: `Bearer ${text}` });
const initialize = request(1, 'initialize', {
	protocolVersion: '2025-11-25',
	capabilities: {},
	clientInfo: { name: 'test', version: '1' },
});

/** Starts a server that asks for tokens; its key is in its environment. */
function guarded(name: ServerName, key: string, ...args: string[]): Promise<Started> {
	process.env[keyVariable] = key;
	const starting = start(name, ...args);
	// It has its environment by now; those that start meanwhile have another.
	delete process.env[keyVariable];
	return starting;
}

let lastId = 1_000_000;

/** Has the server refuse these tokens, or take them again. */
async function revoke({ child }: Started, tokens: readonly string[], on = true): Promise<ControlReply> {
	const id = ++lastId;
	const told = new Promise<ControlReply>((resolve) => {
		child.on('message', (message: ControlReply) => message.id === id && resolve(message));
	});
	child.send({ id, control: 'revoke', tokens, on });
	return within(told, 'answer to revoke');
}

/** What a stream brings until it ends. */
async function ended(of: AsyncGenerator<unknown, void>): Promise<void> {
	while (!(await within(of.next(), 'end of the stream')).done);
}

describe('stateless, every request', { concurrency: true }, () => {
	let server: Started;
	before(async () => {
		server = await guarded('stateless', secretKey, '--auth', 'hs256');
	});
	after(() => server[Symbol.asyncDispose]());
	const ask = (headers = {}) => post(server.url, initialize, headers);

	test('who shows a token that counts is let in', async () => {
		const response = await ask(shown(await token()));
		assert.equal(response.status, 200);
		assert.equal(((await response.json()) as { id: number }).id, 1);
		assert.equal(
			(await ask({ Authorization: `bearer ${await token()}` })).status,
			200,
			'whatever the case of the scheme',
		);
	});

	test('who shows none is told no more than that one is needed', async () => {
		for (const headers of [{}, { Authorization: 'Basic abc' }, { Authorization: 'Bearer' }]) {
			const response = await ask(headers);
			assert.equal(response.status, 401);
			assert.equal(response.headers.get('www-authenticate'), `Bearer realm="${audience}"`);
			assert.match(((await response.json()) as { error: { message: string } }).error.message, /^Unauthorized: /);
		}
	});

	test('a token of another key, for another server, that has expired, or without a signature does not count', async () => {
		const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1]}.`;
		const wrong = [
			await token({ key: randomBytes(32) }),
			await token({ for: 'somebody else' }),
			await token({ lastsS: -1 }),
			unsigned,
			'no.jwt.atall',
		];
		for (const each of wrong) {
			const response = await ask(shown(each));
			assert.equal(response.status, 401, each);
			assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"$/);
			await response.body?.cancel();
		}
	});

	test('one that is revoked does not count, another does, and what is restored counts again', async () => {
		const mine = shown(await token({ id: 'mine' }));
		assert.equal((await ask(mine)).status, 200);
		const reply = await revoke(server, ['mine', 'unheard-of']);
		assert.ok('state' in reply && (reply.state.revokedUs ?? 0) > 0, 'it says since when');
		assert.equal((await ask(mine)).status, 401);
		assert.equal((await ask(shown(await token({ id: 'other' })))).status, 200);
		await revoke(server, ['mine'], false);
		assert.equal((await ask(mine)).status, 200);
	});

	test('a session’s id opens nothing where there are no sessions', async () => {
		assert.equal((await ask({ 'Mcp-Session-Id': 'made-up' })).status, 401);
	});

	test('a revocation without tokens is refused in a sentence, and the key stands in nothing that is said', async () => {
		const reply = await revoke(server, [7 as unknown as string]);
		assert.match('error' in reply ? reply.error : '', /^a revocation needs/);
		assert.ok(!`${server.said.out}${server.said.err}`.includes(secret.toString('base64url')));
	});
});

describe('ES256, and what is held', { concurrency: true }, () => {
	test('a token signed with ES256 counts; one whose signature is of the wrong kind does not', async () => {
		await using server = await guarded('stateless', publicKey, '--auth', 'es256');
		const jwt = new SignJWT().setProtectedHeader({ alg: 'ES256' }).setJti('e').setAudience(audience);
		const good = await jwt.setExpirationTime('1h').sign(pair.privateKey);
		assert.equal((await post(server.url, initialize, shown(good))).status, 200);
		assert.equal((await post(server.url, initialize, shown(await token()))).status, 401);
	});

	test('sse, once per stream: only GET asks for the token, and nobody looks again', async () => {
		await using server = await guarded('sse', secretKey, '--auth', 'hs256', '--auth-at', 'stream');
		assert.equal((await fetch(server.url)).status, 401);
		const opened = await fetch(server.url, { headers: shown(await token()) });
		assert.equal(opened.status, 200);
		const heard = events(opened);
		const url = new URL((await next(heard)).data, server.url).href;
		await revoke(server, ['a']);
		assert.equal((await post(url, initialize)).status, 202, 'without a token, by the session’s id');
		assert.match((await next(heard)).data, /"id":1/);
		assert.equal((await post(new URL('/messages?sessionId=other', server.url).href, initialize)).status, 404);
	});

	test('sse, every request: a POST is refused after the revocation, and the stream stays', async () => {
		await using server = await guarded('sse', secretKey, '--auth', 'hs256');
		const mine = shown(await token());
		const heard = events(await fetch(server.url, { headers: mine }));
		const url = new URL((await next(heard)).data, server.url).href;
		assert.equal((await post(url, initialize)).status, 401);
		assert.equal((await post(url, initialize, mine)).status, 202);
		assert.match((await next(heard)).data, /"id":1/);
		await revoke(server, ['a']);
		assert.equal((await post(url, initialize, mine)).status, 401);
		assert.equal((await server.state('state')).openStreams, 1);
	});

	test('stateful: a session is not bound to the token that opened it, but a session’s id alone lets nobody in', async () => {
		await using server = await guarded('stateful', secretKey, '--auth', 'hs256');
		const opened = await post(server.url, initialize, shown(await token({ id: 'one' })));
		const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
		const ping = request(2, 'ping');
		assert.equal((await post(server.url, ping, { ...session, ...shown(await token({ id: 'two' })) })).status, 200);
		assert.equal((await post(server.url, ping, session)).status, 401);
	});

	const looking = ['--auth', 'hs256', '--auth-streams', 'recheck', '--auth-recheck-ms', '50'];

	test('sse, looked at again: the stream of a revoked token ends, that of another stays', async () => {
		await using server = await guarded('sse', secretKey, ...looking);
		const mine = events(await fetch(server.url, { headers: shown(await token({ id: 'mine' })) }));
		const other = await fetch(server.url, { headers: shown(await token({ id: 'other' })) });
		await next(mine);
		await revoke(server, ['mine']);
		await ended(mine);
		await until(async () => (await server.state('state')).openSessions === 1, 'its session is gone');
		await other.body?.cancel();
	});

	test('a server on the SDK, looked at again: it refuses whom the reference servers refuse, and its stream ends', async () => {
		await using server = await guarded('sdk/sdk1-sse', secretKey, ...looking);
		assert.equal((await fetch(server.url)).status, 401);
		const heard = events(await fetch(server.url, { headers: shown(await token({ id: 'mine' })) }));
		await next(heard);
		await revoke(server, ['mine']);
		await ended(heard);
		await until(async () => (await server.state('state')).openSessions === 0, 'its session is gone');
	});

	test('stateful, once per session, looked at again: stream and session of an expired token end', async () => {
		await using server = await guarded('stateful', secretKey, ...looking, '--auth-at', 'stream');
		const opened = await post(server.url, initialize, shown(await token({ lastsS: 5 })));
		assert.equal(opened.status, 200);
		const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
		assert.equal((await post(server.url, request(2, 'ping'), session)).status, 200, 'its id lets it in');
		assert.equal((await post(server.url, initialize)).status, 401, 'nothing lets in who opens another');
		const held = await fetch(server.url, { headers: { ...session, ...stream } });
		assert.equal(held.status, 200);
		await ended(events(held));
		assert.equal((await post(server.url, request(3, 'ping'), session)).status, 404);
		assert.equal((await server.state('state')).openSessions, 0);
	});
});

describe('with --tickets', { concurrency: true }, () => {
	let server: Started;
	before(async () => {
		server = await guarded('sse', secretKey, '--auth', 'hs256', '--tickets');
	});
	after(() => server[Symbol.asyncDispose]());
	const buy = (headers = {}) => fetch(new URL('/tickets', server.url), { method: 'POST', headers });
	const bought = async (text: string): Promise<string> => {
		const answer = await buy(shown(text));
		assert.equal(answer.status, 201);
		return ((await answer.json()) as { ticket: string }).ticket;
	};
	const use = async (ticket: string): Promise<number> => {
		const opened = await fetch(`${server.url}?ticket=${ticket}`, { headers: stream });
		await opened.body?.cancel();
		return opened.status;
	};

	test('a token that does not count buys no ticket', async () => {
		for (const headers of [
			{},
			shown('anything'),
			shown(await token({ lastsS: -1 })),
			shown(await token({ for: 'b' })),
		]) {
			const answer = await buy(headers);
			assert.equal(answer.status, 401);
			assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm=/);
			await answer.body?.cancel();
		}
	});

	test('a ticket stands for its token: it lets in once, and not after the token was revoked', async () => {
		const good = await bought(await token({ id: 'buyer' }));
		assert.equal(await use(good), 200);
		assert.equal(await use(good), 401);
		const late = await bought(await token({ id: 'buyer' }));
		await revoke(server, ['buyer']);
		assert.equal(await use(late), 401);
	});

	test('a URL with no ticket still needs a token', async () => {
		assert.equal((await fetch(server.url, { headers: stream })).status, 401);
	});
});

describe('a wrong start is told in a sentence', { concurrency: true }, () => {
	const refused: readonly (readonly [key: string | undefined, wanted: RegExp, ...args: string[]])[] = [
		[undefined, /takes its key from MCP_BENCH_AUTH_KEY, which is not set; give a JWK/, '--auth', 'hs256'],
		[secretKey, /which holds something else; give a JWK such as .*P-256/, '--auth', 'es256'],
		['{"kty":"oct","k":"c2hvcnQ"}', /which holds something else/, '--auth', 'hs256'],
		[undefined, /--auth-at stream needs --auth/, '--auth-at', 'stream'],
		[undefined, /--auth-streams recheck needs --auth/, '--auth-streams', 'recheck'],
	];
	for (const file of ['workerd/stateless.ts', 'serverless/cloud-run.ts']) {
		test(`${file}: it would serve everyone`, async () => {
			await using server = launch(file, '--auth', 'hs256', ...(file.startsWith('s') ? ['--serves', 'stateless'] : []));
			assert.equal(await server.exited(), 2);
			assert.match(server.said.err, /--auth hs256 works only with servers that are a Node process/);
		});
	}

	for (const [key, wanted, ...args] of refused) {
		test(`${args.join(' ')} ${wanted.source.slice(0, 40)}`, async () => {
			if (key !== undefined) process.env[keyVariable] = key;
			await using server = launch('stateful.ts', ...args);
			delete process.env[keyVariable];
			assert.equal(await server.exited(), 2);
			assert.match(server.said.err, wanted);
			assert.ok(key === undefined || !server.said.err.includes(JSON.parse(key).k), 'what was given is not repeated');
		});
	}
});
