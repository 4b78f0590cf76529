import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, changes, due, events, outcomes, scene } from '../../test/support/client-scene.ts';
import type { CallEvent, ResentEvent } from '../model/history.ts';
import { FakeServer } from '../wire/fake.ts';

const resent = () =>
	events.filter((e): e is ResentEvent => e.is === 'resent').map(({ at, callId }) => `${at / 1000} ${callId}`);
const calls = () => events.filter((e): e is CallEvent => e.is === 'call');

test('a call that was cut off waits for the next session and is sent again under its id: one call, late but answered', async () => {
	const server = new FakeServer();
	server.holding = true;
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		await tick(10);
		server.crash();
		await tick(0);
		assert.equal(client.isBusy, true, 'one call at a time, also while it waits');
		server.up = true;
		server.holding = false;
		await tick(250);
		await call;
		assert.deepEqual(server.calls, ['0-0', '0-0']);
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['ok']);
	assert.deepEqual(resent(), ['260 0-0']);
	assert.deepEqual([calls()[0]?.dueUs, calls()[0]?.sentUs, calls()[0]?.at], [0, 0, 260_000]);
});

test('a call that is due without a session waits for one, and was then sent once', async () => {
	const server = new FakeServer();
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		const call = callOf(client);
		server.up = true;
		await tick(250);
		await call;
		assert.deepEqual(server.calls, ['0-0']);
		client.destroy();
	})();
	assert.deepEqual([outcomes(), resent()], [['ok'], []]);
});

test('where calls need no stream a failed one is sent again as often as the policy allows, after waits that grow as its back-off does', async () => {
	const server = new FakeServer(true);
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.failsCalls = 'http-status';
		server.failStatus = 502;
		const failing = callOf(client);
		for (const ms of [0, 250, 500, 1000]) await tick(ms);
		await failing;
		await tick(0);
		assert.deepEqual(server.calls, ['0-0', '0-0', '0-0', '0-0']);
		const passing = callOf(client);
		server.failsCalls = undefined;
		for (const ms of [0, 250]) await tick(ms);
		await passing;
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['failed http-status', 'ok']);
	assert.deepEqual(resent(), ['250 0-0', '750 0-0', '1750 0-0', '2000 0-1']);
	assert.deepEqual(
		calls().map(({ status }) => status),
		[502, undefined],
	);
});

test('a client whose call was cut off before its stream spends no attempt on a session that is as good as lost', async () => {
	const server = new FakeServer();
	server.failsCalls = 'closed';
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		await tick(5);
		server.failsCalls = undefined;
		server.crash();
		server.up = true;
		await tick(250);
		await call;
		client.destroy();
	})();
	assert.deepEqual([outcomes(), resent()], [['ok'], ['255 0-0']]);
});

test('once cut off a call stays unknown, however surely it failed later', async () => {
	const server = new FakeServer(true);
	server.holding = true;
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		await tick(0);
		server.crash();
		for (const ms of [0, 250, 500, 1000]) await tick(ms);
		await call;
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['unknown closed']);
	assert.equal(resent().length, 3);
});

test('an answer is an answer: a call that was answered badly, or whose time is up, is not sent again', async () => {
	for (const why of ['rpc-error', 'wrong-answer', 'timeout'] as const) {
		const server = new FakeServer(true);
		server.failsCalls = why;
		await scene(server, 'full-jitter-resend', async (make) => {
			const client = make(0);
			await client.open();
			await callOf(client);
			client.destroy();
		})();
		assert.deepEqual([calls().length, resent()], [1, []], why);
	}
});

test('a call that waits ends with its time, counted from the first send, as what it had become', async () => {
	const server = new FakeServer();
	server.holding = true;
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		await tick(10);
		server.crash();
		await tick(5000);
		client.sweep(5_010_000, 6_000_000);
		assert.equal(client.isBusy, true, 'not yet');
		client.sweep(5_010_000, 5_000_000);
		await call;
		await tick(0);
		assert.equal(client.isBusy, false);
		client.call(due);
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['unknown closed', 'failed no-session'], 'and a client that leaves ends what waits');
	assert.deepEqual(resent(), []);
});

test('after a 404 a call waits for the new session instead of asking the old one again', async () => {
	const server = new FakeServer(true);
	await scene(server, 'full-jitter-resend', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.failsCalls = 'session-unknown';
		const call = callOf(client);
		for (const session of [...server.sessions]) session.drop('session-unknown');
		server.failsCalls = undefined;
		await tick(0);
		await call;
		client.destroy();
	})();
	assert.deepEqual([outcomes(), resent()], [['ok'], ['0 0-0']]);
	assert.deepEqual(changes(), ['0 opened', '0 lost', '0 reopened', '0 closed']);
});

test('without such a policy nothing is sent twice', async () => {
	const server = new FakeServer(true);
	server.failsCalls = 'http-status';
	await scene(server, 'full-jitter', async (make, tick) => {
		const client = make(0);
		await client.open();
		await callOf(client);
		await tick(60_000);
		assert.equal(server.calls.length, 1);
		client.destroy();
	})();
	assert.deepEqual([outcomes(), resent()], [['failed http-status'], []]);
});
