import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../test/support/folders.ts';
import type { ReadyLine } from '../contract.ts';
import { pushKey } from '../shared/pusher.ts';
import { sdks } from '../testing.clients.ts';
import {
	call,
	events,
	launch,
	next,
	noWorkerd,
	openSession,
	post,
	type ReferenceName,
	request,
	type Started,
	start,
	stream,
	until,
	within,
} from '../testing.ts';
import { findWorkerd, startWorkerd, WorkerdError } from './process.ts';

/** What is the workerd servers' own: objects for sessions, the runtime as a process, its end. The wire is in `wire.*.test.ts`. */

const real = { skip: noWorkerd() };
const names = ['sse', 'stateful', 'stateless', 'modern'] as const satisfies ReferenceName[];

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
	} catch (error) {
		// Where there is no /proc, the signal has told.
		return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc');
	}
}

const pidOf = ({ said }: Started): number => (JSON.parse(said.out) as ReadyLine).pid;
// Of this file's servers alone: others run beside it.
process.env.TMPDIR = temporaryFolder('workerd');
const leftovers = (): string[] => readdirSync(tmpdir());

for (const name of names) {
	test(`${name} on workerd is ready once it answers, counts, and ends with nothing left`, real, async () => {
		await using server = await start(`workerd/${name}`);
		const pid = pidOf(server);
		assert.ok(pid !== server.child.pid && isAlive(pid), 'the process that serves is the runtime’s');
		assert.ok((await post(server.url, request(1, 'ping'))).status < 500);
		const state = await server.state('collect');
		assert.deepEqual(state, { callsExecuted: 0, openSessions: 0, openStreams: 0 }, 'what is not known is absent');
		server.child.kill('SIGTERM');
		assert.equal(await server.exited(), 0);
		await until(() => !isAlive(pid), 'the runtime is gone');
		assert.deepEqual(leftovers(), []);
		assert.equal(server.said.err, '');
	});
}

/** Opens the stream on which the server speaks unasked. */
async function listen(server: Started, name: ReferenceName): Promise<AsyncGenerator<{ data: string }, void>> {
	if (name === 'sse') {
		const heard = events(await fetch(server.url));
		await next(heard);
		return heard;
	}
	if (name === 'stateful') {
		return events(await fetch(server.url, { headers: { ...(await openSession(server)), ...stream } }));
	}
	const prefix = 'io.modelcontextprotocol/';
	const _meta = { [`${prefix}protocolVersion`]: '2026-07-28', [`${prefix}clientCapabilities`]: {} };
	const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
	const asked = request(7, 'subscriptions/listen', { notifications: { toolsListChanged: true }, _meta });
	const heard = events(await post(server.url, asked, headers));
	await next(heard);
	return heard;
}

// The first one waits while the others go on beside it.
describe('sessions and streams on workerd', { concurrency: 2 }, () => {
	test('a session outlives the object that the runtime forgets after some 10 s', real, async () => {
		await using server = await start('workerd/stateful');
		const headers = await openSession(server);
		await sleep(13_000);
		assert.equal((await post(server.url, request(2, 'ping'), headers)).status, 200);
		assert.equal((await server.state('state')).openSessions, 1);
	});

	for (const sdk of sdks) {
		for (const name of sdk.servers as readonly ReferenceName[]) {
			test(`the ${sdk.name} client talks to ${name} on workerd`, real, async () => {
				await using server = await start(`workerd/${name}`, '--sse-comment-ms', '50');
				{
					await using client = await sdk.connect(name, server.url);
					assert.deepEqual(await client.toolNames(), ['echo', 'notify', 'payload', 'sleep']);
					assert.equal(await client.call('echo', { text: 'grüß' }), 'grüß');
					await client.call('notify', { count: 2 });
					assert.deepEqual(client.heard, [
						{ step: 1, of: 2 },
						{ step: 2, of: 2 },
					]);
				}
				await until(async () => (await server.state('state')).openStreams === 0, 'closing ends the streams');
			});
		}
	}

	for (const name of ['sse', 'stateful', 'modern'] as const) {
		test(
			`${name} on workerd pushes to each client under a name of its own, numbered by the machine’s clock`,
			real,
			async () => {
				const everyMs = 100;
				await using server = await start(`workerd/${name}`, '--push-every-ms', String(everyMs));
				const keys = new Set<string>();
				for (const heard of [await listen(server, name), await listen(server, name)]) {
					const numbers: number[] = [];
					for (let count = 0; count < 4; count++) {
						const { value } = await within(heard.next(), 'a push');
						const { key, number } = JSON.parse(value?.data ?? '').params._meta[pushKey];
						keys.add(key);
						numbers.push(number);
					}
					assert.deepEqual(
						[...numbers].sort((a, b) => a - b),
						numbers,
					);
					const now = Number(process.hrtime.bigint() / 1_000_000n) / everyMs;
					const behind = now - (numbers.at(-1) ?? 0);
					assert.ok(behind > -2 && behind < 100, `${behind} intervals behind`);
					await heard.return();
				}
				assert.equal(keys.size, 2);
			},
		);
	}

	test('sessions on workerd do not mix', real, async () => {
		await using server = await start('workerd/stateful');
		const [loud, quiet] = [await openSession(server), await openSession(server)];
		await post(server.url, request(1, 'logging/setLevel', { level: 'error' }), quiet);
		const notify = call(2, 'notify', { count: 1 });
		assert.equal((await post(server.url, notify, quiet)).headers.get('content-type'), 'application/json');
		assert.equal((await post(server.url, notify, loud)).headers.get('content-type'), 'text/event-stream');
		const cancelled = post(server.url, call(3, 'sleep', { ms: 600_000 }), loud);
		const other = post(server.url, call(3, 'sleep', { ms: 1500 }), quiet);
		await until(async () => (await server.state('state')).callsExecuted === 4, 'both run');
		await post(server.url, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } }, loud);
		assert.equal((await cancelled).status, 204);
		assert.match(await (await other).text(), /slept/, 'the same id in another session');
		assert.equal((await fetch(server.url, { method: 'DELETE', headers: quiet })).status, 200);
		assert.equal((await post(server.url, request(4, 'ping'), quiet)).status, 404);
		assert.equal((await post(server.url, request(4, 'ping'), loud)).status, 200);
	});
});

test('kill -9 ends the stream; a session in --storage outlives it', real, async () => {
	const storage = temporaryFolder('workerd-storage');
	let headers: Record<string, string>;
	{
		await using server = await start('workerd/stateful', '--storage', storage);
		headers = await openSession(server);
		await post(server.url, request(1, 'logging/setLevel', { level: 'error' }), headers);
		const held = events(await fetch(server.url, { headers: { ...headers, ...stream } }));
		process.kill(pidOf(server), 'SIGKILL');
		await assert.rejects(within(held.next(), 'the cut'), /terminated/);
		assert.equal(await server.exited(), 1, 'the host does not stay without its runtime');
		assert.match(server.said.err, /^workerd has ended by itself \(SIGKILL\)\.\n$/);
	}
	await using server = await start('workerd/stateful', '--storage', storage);
	const kept = await post(server.url, call(2, 'notify', { count: 1 }), headers);
	assert.deepEqual([kept.status, kept.headers.get('content-type')], [200, 'application/json'], 'its log level too');
	await kept.text();
	await using without = await start('workerd/stateful');
	assert.equal((await post(without.url, request(2, 'ping'), headers)).status, 404);
});

test('no runtime outlives a host that is killed', real, async () => {
	const before = leftovers();
	await using server = await start('workerd/sse');
	const pid = pidOf(server);
	server.child.kill('SIGKILL');
	await until(() => !isAlive(pid), 'the runtime is gone');
	await until(() => leftovers().every((folder) => before.includes(folder)), 'its folder is gone');
});

test('no runtime outlives the parent of its host', real, async () => {
	const script = `
		const { fork } = require('node:child_process');
		fork(${JSON.stringify(`${import.meta.dirname}/stateless.ts`)}, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	`;
	const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [line] = (await within(once(parent.stdout, 'data'), 'ready line')) as [Buffer];
	const { pid } = JSON.parse(line.toString()) as ReadyLine;
	parent.kill('SIGKILL');
	await until(() => !isAlive(pid), 'the runtime is gone');
});

test('a drain on workerd answers the calls in flight, then ends the streams', real, async () => {
	await using server = await start('workerd/sse', '--drain-ms', '600000');
	const heard = events(await fetch(server.url));
	const url = new URL((await next(heard)).data, server.url).href;
	await post(url, call(1, 'sleep', { ms: 500 }));
	await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
	// As the harness does it: to the whole group, the runtime included.
	process.kill(pidOf(server), 'SIGTERM');
	server.child.kill('SIGTERM');
	assert.match((await next(heard)).data, /slept 500 ms/);
	assert.equal((await within(heard.next(), 'end')).done, true);
	assert.equal(await server.exited(), 0);
});

test('a client that does not read is cut off on workerd too', real, async () => {
	await using server = await start('workerd/sse');
	const opened = await fetch(server.url, { headers: stream });
	const url = new URL((await next(events(opened))).data, server.url).href;
	for (let id = 2; id < 10; id++) await (await post(url, call(id, 'payload', { bytes: 4 * 1024 * 1024 }))).text();
	await until(async () => (await server.state('state')).openStreams === 0, 'the stream is destroyed');
});

test('what has no effect is said', real, async () => {
	const args = ['--ledger', '/nowhere/x', '--resumable', '--tcp-keep-alive-ms', '1000', '--storage', '/nowhere'];
	await using server = await start('workerd/stateless', ...args);
	const said = server.said.err.trim().split('\n');
	assert.deepEqual(said.map((line) => line.split(' ')[0]).sort(), [
		'--ledger',
		'--resumable',
		'--storage',
		'--tcp-keep-alive-ms',
	]);
	assert.ok(said.every((line) => / has no effect: .*\.$/.test(line)));
});

test('a busy port is one sentence and exit code 4 on workerd', real, async () => {
	const squatter = createServer().listen(0, '127.0.0.1');
	await once(squatter, 'listening');
	const { port } = squatter.address() as { port: number };
	const { exited, said } = launch('workerd/modern.ts', '--port', String(port));
	assert.equal(await exited(), 4);
	assert.match(
		said.err,
		new RegExp(`^modern: port ${port} of 127\\.0\\.0\\.1 is in use; stop what listens there.*\\.\\n$`),
	);
	squatter.close();
});

test('a runtime that says what is no JSON is ended, and quoted', async () => {
	const folder = temporaryFolder('no-json');
	const program = `${folder}/workerd`;
	writeFileSync(program, '#!/bin/sh\necho listening >&3\nexec sleep 30\n', { mode: 0o755 });
	const options = {
		reply: 'json',
		stream: 'on',
		resumable: false,
		retryMs: 0,
		maxSessions: 1,
		sessionIdleMs: 0,
	} as const;
	const settings = { transport: 'stateless', options, sseCommentMs: 0, pushEveryMs: 0, clockOffsetUs: 0 } as const;
	await assert.rejects(startWorkerd(program, settings, '127.0.0.1:0'), {
		constructor: WorkerdError,
		message: 'workerd should say in JSON where it listens, and said "listening"',
	});
});

test('a machine without the runtime is told which package brings it', () => {
	const fails = (): never => {
		throw new Error('not found');
	};
	const missing = findWorkerd('linux-x64', fails);
	assert.ok('missing' in missing);
	assert.match(missing.missing, /@cloudflare\/workerd-linux-64 is not installed; run npm ci/);
	const strange = findWorkerd('sunos-sparc', fails);
	assert.ok('missing' in strange);
	assert.match(strange.missing, /made for linux-x64, .* not for sunos-sparc/);
	assert.deepEqual(
		findWorkerd('darwin-arm64', (path) => path),
		{ path: '@cloudflare/workerd-darwin-arm64/bin/workerd' },
	);
});
