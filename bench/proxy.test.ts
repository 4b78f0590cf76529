import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import { monotonicUs } from './clock.ts';
import { startEmbeddedProxy } from './embedded-proxy.ts';
import { balancer, type ProxyPath } from './model/path.ts';
import type { Listener } from './path/listener.ts';

const servers: Server[] = [];
after(() => {
	for (const server of servers) server.close().closeAllConnections();
});

/** A server that answers with its name and the path it was asked for. */
async function named(name: string): Promise<string> {
	const server = createServer((req, res) => res.end(`${name} ${req.url}`));
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as { port: number }).port}/${name}?x=1`;
}

const host = () => ({ cpus: [], partsFolder: temporaryFolder('proxy'), originUs: monotonicUs(), seed: 1 });
const text = async (url: string | undefined) => (await fetch(url ?? '')).text();

describe('the embedded proxy as a process', () => {
	test('many listeners, each with servers of its own, an order for one or for all', async () => {
		const [a, b, c] = [await named('a'), await named('b'), await named('c')];
		const listeners = [a, b, c].map((url, place): Listener => ({ path: balancer, place, servers: [url] }));
		const proxy = await startEmbeddedProxy(listeners, host());
		try {
			assert.equal(new Set(proxy.urls.map((url) => new URL(url).port)).size, 3);
			assert.deepEqual(await Promise.all(proxy.urls.map(text)), ['a /a?x=1', 'b /b?x=1', 'c /c?x=1']);
			await proxy.tell({ do: 'down', on: true, listener: 1 });
			await assert.rejects(text(proxy.urls[1]));
			assert.equal(await text(proxy.urls[2]), 'c /c?x=1');
			await proxy.down(false);
			await proxy.turnTo([c]);
			assert.deepEqual(await Promise.all(proxy.urls.map(text)), ['c /a?x=1', 'c /b?x=1', 'c /c?x=1']);
			await assert.rejects(proxy.tell({ do: 'down', on: true, listener: 3 }), /there is no listener 3/);
			const { listeners: figures } = await proxy.state();
			assert.deepEqual(
				figures.map(({ place, requests }) => [place, requests]),
				[
					[0, 2],
					[1, 2],
					[2, 3],
				],
			);
		} finally {
			await proxy.kill();
		}
	});

	test('a balance that it does not have is said in one sentence', async () => {
		const path: ProxyPath = { kind: 'proxy', by: 'embedded', balance: 'nonesuch' as never };
		await assert.rejects(startEmbeddedProxy([{ path, place: 0, servers: [] }], host()), (error: unknown) => {
			const { stderr = [] } = error as { stderr?: readonly string[] };
			assert.match(stderr.join('\n'), /cannot balance by nonesuch; it can by/);
			return true;
		});
	});
});
