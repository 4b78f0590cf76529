import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitDescriptors } from '../../bench/fleet/descriptor-limit.ts';
import { findTool } from '../../bench/fleet/tools.ts';
import { call, events, handshake, next, post, stream, until, within } from '../testing.ts';
import { echo, startHost, stateOf } from './testing.ts';

const linuxOnly = { skip: process.platform === 'linux' ? false : 'reads /proc' };

test('an instance has 80 requests at a time, the next one starts another', async () => {
	await using host = await startHost('cloud-run', 'stateless');
	await (await echo(host.url)).text();
	const answers = await Promise.all(Array.from({ length: 81 }, () => echo(host.url, 1500)));
	assert.ok(answers.every(({ status }) => status === 200));
	const lines = (await host.used(82)).slice(1);
	const perInstance = [...Map.groupBy(lines, ({ pid }) => pid).values()].map(({ length }) => length);
	assert.deepEqual(
		perInstance.sort((a, b) => a - b),
		[1, 80],
	);
	assert.equal(host.usage().filter(({ coldStartMs }) => coldStartMs !== undefined).length, 2);
});

test('more instances than allowed are refused with 429', async () => {
	await using host = await startHost('cloud-run', 'stateless', '--concurrency', '1', '--max-instances', '1');
	const answers = await Promise.all([echo(host.url, 300), echo(host.url, 300)]);
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 429]);
});

test('where the system refuses a process a request is answered with 500, and the next one served', {
	skip: linuxOnly.skip || (findTool('prlimit') === null && 'prlimit is missing; install util-linux'),
}, async () => {
	await using host = await startHost('cloud-run', 'stateless');
	// Room for the client's connection, and not for the pipes of a process.
	const limit = await limitDescriptors(host.child.pid ?? 0, 2);
	assert.equal((await echo(host.url)).status, 500);
	await limit.lift();
	assert.equal((await echo(host.url)).status, 200);
	const lines = await host.used(2);
	assert.deepEqual(
		lines.map(({ end, status }) => [end, status]),
		[
			['refused', 500],
			['answered', 200],
		],
	);
});

test(
	'a request ends after its whole time: 504 before the head, a cut after it, and the instance lives on',
	linuxOnly,
	async () => {
		await using host = await startHost('cloud-run', 'sse', '--timeout-s', '1');
		const held = events(await fetch(host.url, { headers: stream }));
		assert.equal((await next(held)).event, 'endpoint');
		await assert.rejects(within(held.next(), 'the stream is cut'));
		const [line] = await host.used(1);
		assert.deepEqual([line?.held, line?.end], [true, 'timeout']);
		assert.ok((line?.at ?? 0) - (line?.fromUs ?? 0) > 990_000);
		assert.notEqual(stateOf(line?.pid ?? 0), undefined);
		await using slow = await startHost('cloud-run', 'stateless', '--timeout-s', '1');
		assert.equal((await echo(slow.url, 5000)).status, 504);
	},
);

test('comments on a stream do not prolong its time', async () => {
	await using host = await startHost('cloud-run', 'sse', '--timeout-s', '1', '--sse-comment-ms', '100');
	const answer = await fetch(host.url, { headers: stream });
	await assert.rejects(within(answer.text(), 'the stream is cut'));
});

test('an instance without requests is asked to end, and killed where it does not', linuxOnly, async () => {
	await using host = await startHost('cloud-run', 'stateless', '--idle-s', '1', '--grace-ms', '300');
	await (await echo(host.url)).text();
	const [line] = await host.used(1);
	await until(() => stateOf(line?.pid ?? 0) === undefined, 'scaled to zero');
	await (await echo(host.url)).text();
	const again = (await host.used(2))[1];
	assert.notEqual(again?.pid, line?.pid);
	assert.notEqual(again?.coldStartMs, undefined, 'a second cold start');
	// One that cannot hear SIGTERM.
	process.kill(again?.pid ?? 0, 'SIGSTOP');
	await until(() => stateOf(again?.pid ?? 0) === undefined, 'killed after the grace');
});

test('with affinity a cookie brings a client back, without it does not get one', async () => {
	for (const state of ['on', 'off']) {
		await using host = await startHost('cloud-run', 'stateful', '--session-affinity', state, '--concurrency', '2');
		const first = await post(host.url, handshake());
		assert.equal(first.headers.has('set-cookie'), state === 'on');
		if (state === 'off') continue;
		const cookie = first.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
		const session = { 'Mcp-Session-Id': first.headers.get('mcp-session-id') ?? '', Cookie: cookie };
		// Two requests of others fill the instance, and the third starts another; when they are over both have room.
		const others = [1, 2, 3].map(() => post(host.url, call(1, 'sleep', { ms: 800 })));
		await Promise.all(others);
		for (let n = 0; n < 4; n++)
			assert.equal((await post(host.url, call(1, 'echo', { text: 'x' }), session)).status, 200);
	}
});

test('SIGTERM answers what is under way, and leaves no instance', linuxOnly, async () => {
	await using host = await startHost('cloud-run', 'stateless');
	await (await echo(host.url)).text();
	const slow = echo(host.url, 600);
	await until(async () => (await host.state('state')).callsExecuted === 2, 'the call runs');
	host.child.kill('SIGTERM');
	assert.equal((await slow).status, 200);
	assert.equal(await host.exited(), 0);
	for (const { pid } of host.usage()) await until(() => stateOf(pid) === undefined, 'the instance is gone');
});
