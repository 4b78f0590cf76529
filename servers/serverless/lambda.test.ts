import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { call, events, launch, next, patienceMs, post, stream, until, within } from '../testing.ts';
import { echo, startHost, stateOf } from './testing.ts';

const linuxOnly = { skip: process.platform === 'linux' ? false : 'reads /proc' };

test('a process is frozen between invocations, thawed for the next, and started once', linuxOnly, async () => {
	await using host = await startHost('lambda', 'stateless');
	for (const count of [1, 2, 3]) {
		const answer = await echo(host.url);
		assert.equal(answer.status, 200);
		assert.match(await answer.text(), /hello/);
		const pid = (await host.used(count))[0]?.pid ?? 0;
		// The signal was sent; the kernel may take a moment on a busy machine.
		await until(() => stateOf(pid) === 'T', 'the process stands still');
	}
	const lines = host.usage();
	assert.equal(new Set(lines.map(({ pid }) => pid)).size, 1);
	assert.equal(lines.filter(({ coldStartMs }) => coldStartMs !== undefined).length, 1);
	for (const line of lines) {
		assert.deepEqual(
			[line.is, line.platform, line.held, line.end, line.status],
			['invocation', 'lambda', false, 'answered', 200],
		);
		assert.ok(line.askedUs <= line.fromUs && line.fromUs < line.at);
	}
});

test('a process has one invocation at a time; beyond the bound requests are refused with 429', async () => {
	await using host = await startHost('lambda', 'stateless', '--concurrency', '2');
	const answers = await Promise.all([1, 2, 3].map(() => echo(host.url, 400)));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 429]);
	const lines = await host.used(3);
	const ran = lines.filter(({ end }) => end === 'answered');
	assert.equal(new Set(ran.map(({ pid }) => pid)).size, 2);
	assert.deepEqual(
		lines.filter(({ end }) => end === 'refused').map(({ pid, status }) => [pid, status]),
		[[0, 429]],
	);
});

test(
	'at the longest duration the process is killed: a stream breaks off, its client may have gone or not',
	linuxOnly,
	async () => {
		await using host = await startHost('lambda', 'sse', '--max-duration-s', '1');
		const held = events(await fetch(host.url, { headers: stream, signal: AbortSignal.timeout(patienceMs) }));
		assert.equal((await next(held)).event, 'endpoint');
		const gone = new AbortController();
		const left = await fetch(host.url, { headers: stream, signal: gone.signal });
		await left.body?.getReader().read();
		gone.abort();
		await assert.rejects(within(held.next(), 'the stream breaks off'));
		const lines = await host.used(2);
		assert.deepEqual(
			lines.map(({ held, end }) => [held, end]),
			[
				[true, 'timeout'],
				[true, 'timeout'],
			],
		);
		assert.equal(lines.filter(({ clientLeftUs }) => clientLeftUs !== undefined).length, 1, 'who leaves stops nothing');
		for (const { pid, fromUs, at } of lines) {
			await until(() => stateOf(pid) === undefined, 'the process is gone');
			// A timer may be early by a fraction of a millisecond, and late by as much as the machine is busy.
			assert.ok(at - fromUs > 990_000, `${at - fromUs} µs`);
		}
	},
);

test('a POST meets another process than the stream of its session: 404', async () => {
	await using host = await startHost('lambda', 'sse');
	const held = events(await fetch(host.url, { headers: stream, signal: AbortSignal.timeout(patienceMs) }));
	const url = new URL((await next(held)).data, host.url).href;
	assert.equal((await post(url, call(1, 'echo', { text: 'x' }))).status, 404);
});

test('buffered, a stream never arrives: 502 at the longest duration', async () => {
	await using host = await startHost('lambda', 'sse', '--mode', 'buffered', '--max-duration-s', '1');
	const answer = await fetch(host.url, { headers: stream, signal: AbortSignal.timeout(patienceMs) });
	assert.equal(answer.status, 502);
	const [line] = await host.used(1);
	assert.deepEqual([line?.held, line?.end], [true, 'timeout']);
});

test('the factor divides the longest duration', async () => {
	await using host = await startHost('lambda', 'stateless', '--factor', '1000', '--max-duration-s', '900');
	assert.equal((await echo(host.url, 10_000)).status, 502);
	const [line] = await host.used(1);
	assert.equal(line?.factor, 1000);
	assert.ok(line.at - line.fromUs >= 890_000 && line.at - line.fromUs < 9_000_000);
});

test('a buffered answer has 6 MB at most, a streamed one 200 MB or what is set', async () => {
	const seven = call(1, 'payload', { bytes: 7 * 1024 * 1024 });
	await using buffered = await startHost('lambda', 'stateless', '--mode', 'buffered');
	assert.equal((await post(buffered.url, seven)).status, 502);
	assert.equal((await post(buffered.url, call(2, 'payload', { bytes: 5 * 1024 * 1024 }))).status, 200);
	const lines = await buffered.used(2);
	assert.deepEqual(
		lines.map(({ end }) => end),
		['too-large', 'answered'],
	);
	assert.equal(new Set(lines.map(({ pid }) => pid)).size, 1, 'the process lives on');
	await using streamed = await startHost('lambda', 'stateless', '--streamed-mb', '8');
	const whole = await post(streamed.url, seven);
	assert.ok((await whole.text()).length > 7 * 1024 * 1024);
	const cut = await post(streamed.url, call(1, 'payload', { bytes: 9 * 1024 * 1024 }));
	await assert.rejects(cut.text());
	assert.deepEqual(
		(await streamed.used(2)).map(({ end }) => end),
		['answered', 'too-large'],
	);
});

test('a request has 6 MB at most: 413', async () => {
	await using host = await startHost('lambda', 'stateless');
	assert.equal((await post(host.url, call(1, 'echo', { text: 'x'.repeat(7 * 1024 * 1024) }))).status, 413);
});

test('a path that is no URL reaches the server as it is, and the stand-in lives on', async () => {
	await using host = await startHost('lambda', 'stateless');
	const { hostname, port } = new URL(host.url);
	for (const path of ['//', '//?a=b?c', '/mcp/../x']) {
		const asked = request({ hostname, port, path }).end();
		const [answer] = (await within(once(asked, 'response'), `an answer to ${path}`)) as [IncomingMessage];
		assert.equal(answer.resume().statusCode, 404);
	}
	assert.equal((await echo(host.url)).status, 200);
});

test('SIGTERM answers what is under way, ends held streams, and leaves no process', linuxOnly, async () => {
	await using host = await startHost('lambda', 'modern');
	const before = await host.state('state');
	assert.equal(before.openStreams, 0);
	const slow = echo(host.url, 600);
	await until(async () => (await host.state('state')).callsExecuted === 1, 'the call runs');
	host.child.kill('SIGTERM');
	assert.notEqual((await slow).status, 502);
	assert.equal(await host.exited(), 0);
	for (const { pid } of host.usage()) await until(() => stateOf(pid) === undefined, 'the process is gone');
});

test('SIGKILL of the stand-in takes its frozen processes along', linuxOnly, async () => {
	await using host = await startHost('lambda', 'stateless');
	await (await echo(host.url)).text();
	const [line] = await host.used(1);
	await until(() => stateOf(line?.pid ?? 0) === 'T', 'the process stands still');
	host.child.kill('SIGKILL');
	await host.exited();
	await until(() => stateOf(line?.pid ?? 0) === undefined, 'the process is gone');
});

test('a wrong command line is one sentence and exit 2', async () => {
	for (const [args, sentence] of [
		[[], /required option '--serves <server>'.* choices are sse, stateful, stateless, modern\./],
		[['--serves', 'ftp'], /Allowed choices are sse, stateful, stateless, modern/],
		[['--serves', 'sse', '--max-duration-s', '901'], /Allowed: a whole number from 1 to 900/],
		[
			['--serves', 'sse', '--usage', '/nosuch/folder/usage'],
			/--usage \/nosuch\/folder\/usage cannot be made \(ENOENT\)/,
		],
	] as const) {
		await using host = launch('serverless/lambda.ts', ...args);
		assert.equal(await host.exited(), 2);
		assert.match(host.said.err, sentence);
		assert.equal(host.said.err.trim().split('\n').length, 1);
	}
});
