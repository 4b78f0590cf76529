import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, changes, due, outcomes, scene } from '../../test/support/client-scene.ts';
import { FakeServer } from '../wire/fake.ts';
import { CallQueue } from './call-queue.ts';

test('a client that loses its session comes back after its policy’s delay, and a call meanwhile fails unsent', async () => {
	const server = new FakeServer();
	await scene(server, 'fixed-3s', async (make, tick) => {
		const client = make(0);
		await client.open();
		await callOf(client);
		server.crash();
		await callOf(client);
		server.up = true;
		await tick(2999);
		await callOf(client);
		await tick(1);
		await callOf(client);
		assert.equal(server.calls.length, 2, 'calls without a session were never sent');
	})();
	assert.deepEqual(changes(), ['0 opened', '0 lost', '3000 reopened']);
	assert.deepEqual(outcomes(), ['ok', 'failed no-session', 'failed no-session', 'ok']);
});

test('attempts go on while the server is down; the immediate policy waits only after the first', async () => {
	const server = new FakeServer();
	await scene(server, 'immediate', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		await tick(0);
		await tick(250);
		server.up = true;
		await tick(250);
		client.destroy();
	})();
	assert.deepEqual(changes(), ['0 opened', '0 lost', '0 open-failed', '250 open-failed', '500 reopened', '500 closed']);
});

test('a call cut off by a crash is unknown, and its client is lost once', async () => {
	const server = new FakeServer();
	server.holding = true;
	await scene(server, 'fixed-3s', async (make) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		server.crash();
		await call;
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['unknown closed']);
	assert.deepEqual(changes(), ['0 opened', '0 lost']);
});

test('where calls do not need the stream they are still tried while it is lost', async () => {
	const server = new FakeServer(true);
	await scene(server, 'fixed-3s', async (make, tick) => {
		const client = make(0);
		await client.open();
		server.crash();
		await callOf(client);
		assert.throws(() => client.call(due), /in flight/, 'a failed call frees its client a turn later');
		await tick(0);
		server.up = true;
		await callOf(client);
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['failed refused', 'ok']);
});

test('a call that takes too long is given up as unknown', async () => {
	const server = new FakeServer();
	server.holding = true;
	await scene(server, 'fixed-3s', async (make, tick) => {
		const client = make(0);
		await client.open();
		const call = callOf(client);
		await tick(50);
		client.sweep(50_000, 60_000);
		assert.equal(client.isBusy, true, 'not yet');
		client.sweep(50_000, 40_000);
		await call;
		await tick(0);
		assert.equal(client.isBusy, false);
		client.destroy();
	})();
	assert.deepEqual(outcomes(), ['unknown timeout']);
});

test('a queue hands shared calls to free clients, keeps owned calls for their owner, and counts what waits', async () => {
	const server = new FakeServer();
	server.holding = true;
	const waited: number[] = [];
	await scene(server, 'fixed-3s', async (make, tick) => {
		const client = make(0);
		await client.open();
		const queue = new CallQueue();
		queue.share([client]);
		for (let n = 0; n < 3; n++) assert.equal(queue.add(due), true);
		waited.push(queue.waiting);
		server.answerAll();
		await tick(0);
		queue.free(client);
		await tick(0);
		waited.push(queue.waiting);
		assert.equal(queue.peak, 2);
		server.answerAll();
		await tick(0);
		assert.deepEqual(queue.clear().length, 1);
		client.destroy();
	})();
	assert.deepEqual(waited, [2, 1]);
});
