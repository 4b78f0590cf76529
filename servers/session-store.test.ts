import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTool } from '../bench/fleet/tools.ts';
import { type SessionStoreProcess, startSessionStore } from '../bench/session-store.ts';
import { temporaryFolder } from '../test/support/folders.ts';
import {
	body,
	call,
	events,
	handshake,
	initialized,
	openSession,
	post,
	request,
	type Started,
	start,
	stream,
	until,
} from './testing.ts';

/** `--session-store` with a real Redis, and `--instance`: what several processes of a server need of each other. */

const skip =
	findTool('redis-server') !== null || process.env.REQUIRE_REAL === '1'
		? false
		: 'redis-server is missing; apt-get install redis-server';

interface Pair extends AsyncDisposable {
	readonly redis: SessionStoreProcess;
	readonly first: Started;
	readonly second: Started;
}

/** Two processes that keep their sessions in one Redis. */
async function pair(...args: string[]): Promise<Pair> {
	const redis = await startSessionStore(temporaryFolder('redis'));
	const flags = ['--session-store', redis.url, ...args];
	const [first, second] = await Promise.all([start('stateful', ...flags), start('stateful', ...flags)]);
	return {
		redis,
		first,
		second,
		async [Symbol.asyncDispose]() {
			await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose](), redis.kill()]);
		},
	};
}

test('a session that one process made is served by the other, and ends for both', { skip }, async () => {
	await using servers = await pair();
	const { first, second } = servers;
	const headers = await openSession(first);
	assert.equal((await post(second.url, initialized, headers)).status, 202);
	const answered = await body(await post(second.url, call(1, 'echo', { text: 'over there' }), headers));
	assert.match(JSON.stringify(answered.result), /over there/);
	const again = await post(second.url, handshake(), headers);
	assert.equal(again.status, 400, 'it is initialized, wherever that was');
	assert.equal((await fetch(second.url, { method: 'DELETE', headers })).status, 200);
	for (const { url } of [first, second]) assert.equal((await post(url, request(2, 'ping'), headers)).status, 404);
	const states = await Promise.all([first.state('state'), second.state('state')]);
	assert.deepEqual(
		states.map(({ openSessions, storeFailures }) => [openSessions, storeFailures]),
		[
			[0, 0],
			[0, 0],
		],
	);
});

test('what a session asked one process to remember, the other knows', { skip }, async () => {
	await using servers = await pair('--reply', 'sse');
	const { first, second } = servers;
	const headers = await openSession(first);
	const heardOf = async ({ url }: Started): Promise<number> => {
		const text = await (await post(url, call(1, 'notify', { count: 2 }), headers)).text();
		return text.match(/notifications\/message/g)?.length ?? 0;
	};
	assert.deepEqual([await heardOf(first), await heardOf(second)], [2, 2]);
	await (await post(second.url, request(2, 'logging/setLevel', { level: 'error' }), headers)).text();
	assert.deepEqual([await heardOf(first), await heardOf(second)], [0, 0]);
});

test('a stream is held by the process that was asked, and keeps the session in the store', { skip }, async () => {
	await using servers = await pair('--session-idle-ms', '1500', '--push-every-ms', '100');
	const { first, second } = servers;
	const headers = await openSession(first);
	const held = await fetch(second.url, { headers: { ...headers, ...stream } });
	assert.equal(held.status, 200);
	const heard = events(held);
	const untilMs = Date.now() + 2500;
	while (Date.now() < untilMs) assert.match((await heard.next()).value?.data ?? '', /list_changed/);
	assert.equal((await post(first.url, request(1, 'ping'), headers)).status, 200, 'nobody but the stream used it');
	await heard.return?.(undefined);
	await until(async () => (await first.state('state')).openSessions === 0, 'an idle session ends');
	await until(async () => (await post(first.url, request(1, 'ping'), headers)).status === 404, 'everywhere');
});

test('a store that is away is a 503 and is counted; when it is back sessions are made again', { skip }, async () => {
	await using servers = await pair();
	const { first, redis } = servers;
	const headers = await openSession(first);
	await redis.kill();
	await until(async () => (await post(first.url, request(1, 'ping'), headers)).status === 503, 'the store is missed');
	const refused = await post(first.url, handshake());
	assert.equal(refused.status, 503);
	assert.match(JSON.stringify((await body(refused)).error), /session store does not answer; try again later/);
	assert.equal((await post(first.url, request(1, 'ping'))).status, 400, 'what needs no store is answered as ever');
	const { storeFailures = 0, openSessions } = await first.state('state');
	assert.ok(storeFailures >= 2, `${storeFailures} failures`);
	assert.equal(openSessions, 1, 'the session that could not be published is not kept');
	assert.match(
		first.said.err,
		/^--session-store: the session store redis:\/\/127\.0\.0\.1:\d+ is away .*503 until it is back\.\n$/,
	);
});

test('a store that stands still is noticed, and its return too', { skip }, async () => {
	await using servers = await pair();
	const { first, redis } = servers;
	const headers = await openSession(first);
	const [pid = 0] = redis.pids();
	process.kill(pid, 'SIGSTOP');
	try {
		assert.equal((await post(first.url, request(1, 'ping'), headers)).status, 503);
	} finally {
		process.kill(pid, 'SIGCONT');
	}
	await until(async () => (await post(first.url, request(1, 'ping'), headers)).status === 200, 'the store is back');
	assert.match(first.said.err, /is back; sessions are served again\.\n$/);
});

test('--instance stands at the end of every session id, and sse names its session in a header', async () => {
	await using stateful = await start('stateful', '--instance', '2');
	assert.match((await openSession(stateful))['Mcp-Session-Id'] ?? '', /^[0-9a-f-]{36}\.2$/);
	await using sdk = await start('sdk/sdk1-stateful', '--instance', '0');
	assert.match((await openSession(sdk))['Mcp-Session-Id'] ?? '', /^[0-9a-f-]{36}\.0$/);
	await using sse = await start('sse', '--instance', '1');
	const held = await fetch(sse.url);
	const id = held.headers.get('mcp-session-id') ?? '';
	assert.match(id, /^[0-9a-f-]{36}\.1$/);
	assert.equal((await events(held).next()).value?.data, `/messages?sessionId=${id}`);
	await using plain = await start('sse');
	assert.equal((await fetch(plain.url)).headers.get('mcp-session-id'), null, 'the protocol knows no such header');
});

test('a flag that means nothing to a server is said', async () => {
	await using sdk = await start('sdk/sdk1-sse', '--instance', '1');
	assert.match(sdk.said.err, /--instance has no effect: the SSE transport of the SDK makes its own ids/);
	await using stateless = await start('stateless', '--session-store', 'redis://127.0.0.1:1');
	assert.match(stateless.said.err, /--session-store has no effect: this server cannot share its sessions/);
});
