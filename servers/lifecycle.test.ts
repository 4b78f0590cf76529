import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import type { ReadyLine } from './contract.ts';
import { call, events, launch, next, post, request, type ServerName, start, until, within } from './testing.ts';

/** Ready, drain, the parent's end, the control channel, wrong command lines. */

const names = ['sse', 'stateful', 'stateless', 'modern'] as const satisfies ServerName[];

for (const name of names) {
	test(`${name} says one ready line and exits 0 on SIGTERM and SIGINT`, async () => {
		for (const signal of ['SIGTERM', 'SIGINT'] as const) {
			await using server = await start(name);
			const ready = JSON.parse(server.said.out) as ReadyLine;
			assert.deepEqual(Object.keys(ready), ['ready', 'url', 'pid']);
			assert.equal(ready.pid, server.child.pid);
			assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+\/(mcp|sse)$/);
			server.child.kill(signal);
			assert.equal(await server.exited(), 0);
			assert.deepEqual([server.said.out.split('\n').length, server.said.err], [2, '']);
		}
	});
}

for (const reply of ['json', 'sse']) {
	test(`a drain answers the call in flight and refuses new connections, --reply ${reply}`, async () => {
		await using server = await start('stateless', '--reply', reply);
		const answered = post(server.url, call(1, 'sleep', { ms: 500 }));
		await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
		server.child.kill('SIGTERM');
		await until(() => refused(server.url), 'new connections are refused');
		assert.match(await (await answered).text(), /slept 500 ms/);
		assert.equal(await server.exited(), 0);
	});
}

test('a drain of sse answers on the stream, then ends it', async () => {
	await using server = await start('sse');
	const heard = events(await fetch(server.url));
	const url = new URL((await next(heard)).data, server.url).href;
	await post(url, call(1, 'sleep', { ms: 300 }));
	await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
	server.child.kill('SIGTERM');
	assert.match((await next(heard)).data, /slept 300 ms/);
	assert.equal((await within(heard.next(), 'end')).done, true);
	assert.equal(await server.exited(), 0);
});

test('a drain ends when its time is over, and a second signal ends it at once', async () => {
	for (const [drainMs, signals] of [
		['50', 1],
		['600000', 2],
	] as const) {
		await using server = await start('stateless', '--drain-ms', drainMs);
		const cut = post(server.url, call(1, 'sleep', { ms: 600_000 })).then(
			() => 'answered',
			() => 'cut',
		);
		await until(async () => (await server.state('state')).callsExecuted === 1, 'the call runs');
		for (let sent = 0; sent < signals; sent++) {
			server.child.kill('SIGTERM');
			await until(() => refused(server.url), 'the drain has begun');
		}
		assert.equal(await server.exited(), 0);
		assert.equal(await cut, 'cut');
	}
});

test('connections that say nothing, or half a request, do not hold the drain', async () => {
	await using server = await start('modern', '--drain-ms', '600000');
	const { port, hostname } = new URL(server.url);
	for (const text of ['', 'POST /mcp HT']) {
		const socket = connect(Number(port), hostname).on('error', () => undefined);
		await once(socket, 'connect');
		socket.write(text);
	}
	assert.equal((await fetch(server.url)).status, 405, 'the server has seen both');
	server.child.kill('SIGTERM');
	assert.equal(await server.exited(), 0);
});

test('a server ends when its IPC channel closes', async () => {
	await using server = await start('stateful');
	server.child.disconnect();
	assert.equal(await server.exited(), 0);
});

test('a server ends when its parent is killed', async () => {
	const script = `
		const { fork } = require('node:child_process');
		fork(${JSON.stringify(`${import.meta.dirname}/sse.ts`)}, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	`;
	const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	const { url } = await readyLine(parent);
	parent.kill('SIGKILL');
	await until(() => refused(url), 'the orphan is gone');
});

test('--exit-with-stdin ends a server without IPC when stdin ends', async () => {
	const args = [`${import.meta.dirname}/sse.ts`, '--exit-with-stdin'];
	const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	await readyLine(child);
	const exited = once(child, 'exit');
	child.stdin.end();
	assert.deepEqual(await within(exited, 'exit'), [0, null]);
});

test('the control channel collects garbage, counts, and refuses nonsense', async () => {
	await using server = await start('stateless');
	for (let id = 0; id < 3; id++) await (await post(server.url, call(id, 'payload', { bytes: 2_000_000 }))).text();
	const before = await server.state('state');
	const after = await server.state('collect');
	assert.ok(after.heapUsedBytes <= before.heapUsedBytes);
	assert.ok(after.externalBytes > 0);
	assert.deepEqual([after.callsExecuted, after.openSessions, after.openStreams], [3, 0, 0]);
	assert.ok(Number.isInteger(after.loopDelayMaxUs) && after.loopDelayMaxUs >= after.loopDelayP99Us);
	server.child.send({ id: 77, control: 'format the disk' });
	const [answered] = (await within(once(server.child, 'message'), 'answer')) as [{ id: number; error: string }];
	assert.equal(answered.id, 77);
	assert.match(answered.error, /control message/);
});

test('a wrong command line is one sentence and exit code 2', async () => {
	for (const [file, args, said] of [
		['sse.ts', ['--prot', '1'], /unknown option '--prot'/],
		['stateful.ts', ['--port', '65536'], /argument '65536' is invalid.*0 to 65535/],
		['stateless.ts', ['--port', '1e3'], /argument '1e3' is invalid/],
		['modern.ts', ['--drain-ms', '-1'], /argument '-1' is invalid/],
		['sse.ts', ['--host', '0.0.0.0'], /argument '0\.0\.0\.0' is invalid.*127\.0\.0\.0\/8, or ::1/],
		['sse.ts', ['--host', 'localhost'], /argument 'localhost' is invalid/],
		['sse.ts', ['--reply', 'xml'], /Allowed choices are json, sse/],
		['stateful.ts', ['--max-sessions', '0'], /argument '0' is invalid.*1 to 100000/],
		['stateful.ts', ['--stream', 'no'], /Allowed choices are on, off/],
		['stateful.ts', ['--resumable', '--stream', 'off'], /--resumable needs GET, which --stream off refuses/],
		['stateful.ts', ['--instance', '-1'], /argument '-1' is invalid.*0 to 9999/],
		[
			'stateful.ts',
			['--session-store', 'redis://10.0.0.1:6379'],
			/Allowed: redis:\/\/ with a loopback address and a port/,
		],
		['stateful.ts', ['--session-store', 'redis://127.0.0.1'], /is invalid.*such as redis:\/\/127\.0\.0\.1:6379/],
		['stateful.ts', ['--session-store', 'redis://127.0.0.1:1', '--resumable'], /leave one of the two out/],
		['cli.ts', ['stateful', '--tools', 'all'], /Allowed choices are bench, conformance/],
		['sse.ts', ['extra'], /too many arguments/],
		['cli.ts', [], /no server was named; choose sse, stateful, stateless or modern/],
		['cli.ts', ['grpc'], /there is no server 'grpc'/],
		['cli.ts', ['sse', '--port', 'x'], /argument 'x' is invalid/],
	] as const) {
		const { exited, said: heard } = launch(file, ...args);
		assert.equal(await exited(), 2, `${file} ${args.join(' ')}`);
		assert.match(heard.err, said);
		assert.match(heard.err, /Run with --help for the flags\.\n$/);
		assert.deepEqual([heard.err.trim().split('\n').length, heard.out], [1, '']);
	}
});

test('a busy port is one sentence and exit code 4', async () => {
	const squatter = createServer().listen(0, '127.0.0.1');
	await once(squatter, 'listening');
	const { port } = squatter.address() as { port: number };
	const words = `port ${port} of 127.0.0.1 is in use; stop what listens there, give another --port, or --port 0 for a free one.`;
	for (const [name, ...args] of [['modern'], ['sdk/sdk2-modern'], ['serverless/lambda', '--serves', 'sse']] as const) {
		const { exited, said } = launch(`${name}.ts`, ...args, '--port', String(port));
		assert.equal(await exited(), 4, name);
		assert.match(said.err, /^[\w ./-]+: port [^\n]+\n$/, name);
		assert.ok(said.err.includes(words), said.err);
	}
	squatter.close();
});

test('help names every flag, and the command line starts each server', async () => {
	for (const args of [['--help'], ['sse', '--help']]) {
		const { exited, said } = launch('cli.ts', ...args);
		assert.equal(await exited(), 0);
		assert.match(said.out, args.length > 1 ? /--http-keep-alive-ms <n>/ : /stateful \[options\]/);
	}
	for (const name of names) {
		await using server = launch('cli.ts', name);
		await until(() => server.said.out.includes('\n'), 'ready');
		const { url } = JSON.parse(server.said.out) as ReadyLine;
		const answered = await post(url, request(1, 'ping'));
		assert.ok(answered.status < 500);
	}
});

async function readyLine(child: ChildProcess): Promise<ReadyLine> {
	const [line] = (await within(once(child.stdout ?? child, 'data'), 'ready line')) as [Buffer];
	return JSON.parse(line.toString()) as ReadyLine;
}

async function refused(url: string): Promise<boolean> {
	const { port, hostname } = new URL(url);
	const socket = connect(Number(port), hostname);
	try {
		await within(once(socket, 'connect'), 'connect or refusal');
		return false;
	} catch {
		return true;
	} finally {
		socket.destroy();
	}
}
