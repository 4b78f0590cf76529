import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.ts';
import { groupMembers, listenerOf } from './members.ts';

const linux = { skip: process.platform === 'linux' ? false : 'reads /proc' };

test('a command line’s processes are found, also the children of its shell', linux, async () => {
	const child = startChild({ role: 'target', file: { shell: 'sleep 30 & sleep 30 & wait' }, ipc: false });
	try {
		let members: number[] = [];
		for (let tries = 0; tries < 100 && members.length < 3; tries++) {
			await sleep(20);
			members = groupMembers(child.pid);
		}
		assert.equal(members.length, 3);
		assert.equal(members[0], child.pid, 'the leader comes first');
	} finally {
		await child.kill();
	}
	let left = groupMembers(child.pid);
	for (let tries = 0; tries < 100 && left.length > 0; tries++) {
		await sleep(10);
		left = groupMembers(child.pid);
	}
	assert.deepEqual(left, [], 'nothing is left of the group');
});

test('the process that listens on a port is found; nobody on a free one', linux, async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	assert.equal(listenerOf('127.0.0.1', port), process.pid);
	assert.equal(listenerOf('localhost', port), process.pid);
	assert.equal(listenerOf('127.0.0.2', port), undefined, 'another address');
	server.close();
	await once(server, 'close');
	assert.equal(listenerOf('127.0.0.1', port), undefined);
});
