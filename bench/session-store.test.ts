import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import { freePort } from './fleet/port.ts';
import { startSessionStore, whyNoSessionStore } from './session-store.ts';

const skip = process.env.REQUIRE_REAL === '1' ? false : (whyNoSessionStore() ?? false);

test('a port that somebody took meanwhile is followed by another one', { skip }, async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port: taken } = other.address() as AddressInfo;
	const free = await freePort();
	const ports = [taken, free];
	const store = await startSessionStore(temporaryFolder('redis'), [], async () => ports.shift() ?? assert.fail());
	try {
		assert.equal(store.url, `redis://127.0.0.1:${free}`);
	} finally {
		await store.kill();
		other.close();
	}
});
