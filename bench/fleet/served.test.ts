import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { startChild } from './child.ts';
import { whenServed } from './served.ts';

const linux = { skip: process.platform === 'linux' ? false : 'reads /proc' };

test('a port that another program has is not the child’s own', linux, async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const addresses = [{ host: '127.0.0.1', port }];
	const child = startChild({ role: 'path', file: { shell: 'sleep 30' }, ipc: false });
	try {
		await whenServed(child, addresses, { readyMs: 5000 });
		await assert.rejects(whenServed(child, addresses, { readyMs: 300, own: true }), {
			because: /Only another program listens on 127\.0\.0\.1:\d+/,
		});
	} finally {
		await child.kill();
		server.close();
	}
});
