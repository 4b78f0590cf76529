import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, changes, events, outcomes, scene } from '../../test/support/client-scene.ts';
import type { CallEvent } from '../model/history.ts';
import { FakeServer } from '../wire/fake.ts';

test('the official client’s policy tries twice, a second and then one and a half, and gives up; calls go on without the stream', async () => {
	const server = new FakeServer(true);
	await scene(server, 'sdk-default', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		await tick(1000);
		// It is back, but does not know the session.
		server.up = true;
		server.failsOpens = 'session-unknown';
		server.failsCalls = 'session-unknown';
		server.failStatus = 404;
		await tick(1500);
		for (let n = 0; n < 3; n++) {
			await callOf(client);
			await tick(60_000);
		}
		assert.equal(server.opens, 3, 'the first and two more');
		client.destroy();
	})();
	assert.deepEqual(changes(), ['0 opened', '0 lost', '1000 open-failed', '2500 open-failed', '2500 gave-up']);
	assert.deepEqual(outcomes(), Array(3).fill('failed session-unknown'));
	const statuses = events.filter((e): e is CallEvent => e.is === 'call').map(({ status }) => status);
	assert.deepEqual(statuses, [404, 404, 404]);
});

test('attempts are counted anew once one succeeded', async () => {
	const server = new FakeServer(true);
	await scene(server, 'sdk-default', async (make, tick) => {
		const client = make(0);
		await client.open();
		for (let n = 0; n < 2; n++) {
			server.crash();
			await tick(1000);
			server.up = true;
			await tick(1500);
			assert.equal(client.isOpen, true);
		}
		client.destroy();
	})();
	assert.equal(changes().filter((change) => change.endsWith('reopened')).length, 2);
	assert.ok(!changes().some((change) => change.endsWith('gave-up')));
});

test('a client that never reconnects gives up at the loss, and without a session its calls are not sent', async () => {
	const server = new FakeServer();
	await scene(server, 'none', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		server.up = true;
		await tick(60_000);
		await callOf(client);
		assert.deepEqual([server.opens, server.calls.length], [1, 0]);
		client.destroy();
	})();
	assert.deepEqual(changes(), ['0 opened', '0 lost', '0 gave-up']);
	assert.deepEqual(outcomes(), ['failed no-session']);
});

test('a 404 has a client begin anew at once, unless its policy never does: then there is nothing to wait for', async () => {
	for (const [policy, expected] of [
		['full-jitter', ['0 opened', '0 lost', '0 reopened', '0 closed']],
		['sdk-default', ['0 opened', '0 lost', '0 gave-up']],
	] as const) {
		const server = new FakeServer(true);
		await scene(server, policy, async (make, tick) => {
			const client = make(0);
			await client.open();
			server.failsCalls = 'session-unknown';
			const call = callOf(client);
			// A session on the wire tells of its loss before the call fails.
			for (const session of [...server.sessions]) session.drop('session-unknown');
			await call;
			await tick(0);
			client.destroy();
		})();
		assert.deepEqual(changes(), expected, policy);
	}
});

test('what the server asked for with retry is waited, also after a later life that was not told; other policies do not care', async () => {
	for (const [policy, back] of [
		['server-retry', ['40 reopened', '80 reopened']],
		['fixed-3s', ['3000 reopened', '6000 reopened']],
	] as const) {
		const server = new FakeServer();
		server.retryMs = 40;
		await scene(server, policy, async (make, tick) => {
			const client = make(0);
			await client.open();
			server.retryMs = undefined;
			for (let n = 0; n < 2; n++) {
				server.crash();
				server.up = true;
				for (let ms = 0; ms < 3000 && !client.isOpen; ms += 10) await tick(10);
			}
			client.destroy();
		})();
		assert.deepEqual(
			changes().filter((change) => change.endsWith('reopened')),
			back,
		);
	}
});

test('decorrelated jitter knows its last wait, and begins anew after a success', async () => {
	const server = new FakeServer();
	await scene(server, 'decorrelated-jitter', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		await tick(1000);
		await tick(1750);
		server.up = true;
		await tick(2875);
		server.crash();
		server.up = true;
		await tick(1000);
		client.destroy();
	})();
	assert.deepEqual(changes(), [
		'0 opened',
		'0 lost',
		'1000 open-failed',
		'2750 open-failed',
		'5625 reopened',
		'5625 lost',
		'6625 reopened',
		'6625 closed',
	]);
});

test('an EventSource that is answered with another status is dead for good; one that is refused tries on', async () => {
	const server = new FakeServer();
	await scene(server, 'fixed-3s', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		await tick(3000);
		server.up = true;
		server.failsOpens = 'http-status';
		server.failStatus = 502;
		await tick(3000);
		server.failsOpens = undefined;
		await tick(60_000);
		assert.equal(client.isOpen, false);
		client.destroy();
	})();
	assert.deepEqual(changes(), ['0 opened', '0 lost', '3000 open-failed', '6000 open-failed', '6000 gave-up']);
});

test('a session that is lost before its opening is heard of counts as lost, and nobody spins on such a server', async () => {
	const server = new FakeServer();
	await scene(server, 'immediate', async (make, tick) => {
		const client = make(0);
		server.dropsAtOnce = true;
		await client.open();
		for (let n = 0; n < 300; n++) await tick(10);
		server.dropsAtOnce = false;
		await tick(1000);
		assert.equal(client.isOpen, true);
		client.destroy();
	})();
	const lost = changes().filter((change) => change.endsWith('lost')).length;
	assert.ok(lost > 5 && lost < 30, `${lost} times in 3 s`);
	assert.deepEqual(changes().slice(0, 3), ['0 opened', '0 lost', '10 reopened']);
});
