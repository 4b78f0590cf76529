import assert from 'node:assert/strict';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { after, test } from 'node:test';
import { type BalanceMethod, balanceMethods } from '../model/path.ts';
import { Hop } from './hop.ts';

/** Where requests land, on real sockets: three servers that say who they are, behind one listener for each method. */

const closing: (() => void)[] = [];
after(() => {
	for (const close of closing) close();
});

interface Landed {
	readonly n: number;
	readonly setCookie: readonly string[];
}

interface Scene {
	readonly servers: readonly Server[];
	readonly hop: Hop;
	/** Asks through the listener. */
	ask(options?: {
		readonly path?: string;
		readonly headers?: Readonly<Record<string, string>>;
		readonly from?: string;
	}): Promise<Landed>;
	/** Opens an answer that does not end. @returns the way to end it */
	hold(): Promise<() => void>;
}

/** A server `n`: `/held` is answered without an end, an id in the query `name` is sent as that of a session. */
async function server(n: number): Promise<Server> {
	const started = createServer((req, res) => {
		const named = /[?]name=(.*)/.exec(req.url ?? '')?.[1];
		res.writeHead(200, { 'x-server': n, ...(named && { 'mcp-session-id': named }) });
		if (req.url === '/held') res.flushHeaders();
		else res.end();
	});
	await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
	closing.push(() => started.close().closeAllConnections());
	return started;
}

const portOf = (of: Server): number => (of.address() as { port: number }).port;

async function behind(method: BalanceMethod, seed = 1): Promise<Scene> {
	const servers = await Promise.all([0, 1, 2].map(server));
	const urls = servers.map((of) => `http://127.0.0.1:${portOf(of)}/mcp`);
	const hop = new Hop({ place: 0, balance: method, faults: [], expected: [], servers: urls }, seed, () => {});
	await hop.listen(0);
	closing.push(() => void hop.perform({ do: 'down', on: true }));
	const { port } = new URL(hop.url);
	const agent = new Agent({ keepAlive: true });
	closing.push(() => agent.destroy());
	const send = (path: string, headers: Readonly<Record<string, string>>, from?: string) =>
		new Promise<IncomingMessage>((resolve, reject) => {
			const own = from === undefined ? { agent } : { localAddress: from };
			request({ ...own, host: '127.0.0.1', port, path, headers }, resolve)
				.on('error', reject)
				.end();
		});
	return {
		servers,
		hop,
		ask: async ({ path = '/mcp', headers = {}, from } = {}) => {
			const answer = await send(path, headers, from);
			for await (const _ of answer);
			return { n: Number(answer.headers['x-server'] ?? -1), setCookie: answer.headers['set-cookie'] ?? [] };
		},
		hold: async () => {
			const answer = await send('/held', {});
			return () => answer.destroy();
		},
	};
}

/** Where so many requests land that say nothing of themselves. */
async function landings({ ask }: Scene, count: number): Promise<number[]> {
	const landed: number[] = [];
	for (let k = 0; k < count; k++) landed.push((await ask()).n);
	return landed;
}

const kill = (of: Server | undefined) =>
	new Promise<void>((resolve) => {
		of?.close(() => resolve()).closeAllConnections();
	});

const idOf = (n: number): Readonly<Record<string, string>> => ({ 'mcp-session-id': `id-${n}` });

test('round_robin: one after another, whatever they carry', async () => {
	assert.deepEqual(await landings(await behind('round_robin'), 6), [0, 1, 2, 0, 1, 2]);
});

test('random: every server, the same with the same seed', async () => {
	const [one, same, other] = [await behind('random', 7), await behind('random', 7), await behind('random', 8)];
	const landed = await landings(one, 60);
	for (const n of [0, 1, 2]) assert.ok(landed.filter((each) => each === n).length > 5, `${landed}`);
	assert.deepEqual(await landings(same, 60), landed);
	assert.notDeepEqual(await landings(other, 60), landed);
});

test('least_connections: past the servers that are held, in turn among equals', async () => {
	const scene = await behind('least_connections');
	assert.deepEqual(await landings(scene, 3), [0, 1, 2]);
	const ends = [await scene.hold(), await scene.hold()];
	assert.deepEqual(await landings(scene, 3), [2, 2, 2]);
	ends[0]?.();
	const deadline = Date.now() + 5000;
	while (!(await landings(scene, 2)).includes(0))
		assert.ok(Date.now() < deadline, 'the end of a stream frees its server');
	ends[1]?.();
});

test('source_address: a client stays, and so do all others of its address', async () => {
	const { ask } = await behind('source_address');
	const at = new Map<string, number>();
	for (let k = 0; k < 60; k++) {
		const from = `127.0.9.${1 + (k % 20)}`;
		const { n } = await ask({ from, headers: idOf(k) });
		assert.equal(n, at.get(from) ?? n, from);
		at.set(from, n);
	}
	assert.equal(new Set(at.values()).size, 3, 'many addresses come to every server');
});

test('session_hash: an id stays, in header and query alike; without one in turn', async () => {
	const scene = await behind('session_hash');
	assert.deepEqual(await landings(scene, 4), [0, 1, 2, 0]);
	const seen = new Set<number>();
	for (let k = 0; k < 20; k++) {
		const { n } = await scene.ask({ headers: idOf(k) });
		assert.equal((await scene.ask({ headers: idOf(k) })).n, n);
		assert.equal((await scene.ask({ path: `/messages?sessionId=id-${k}` })).n, n);
		seen.add(n);
	}
	assert.equal(seen.size, 3);
});

test('a hash moves only the keys of the server that is gone', async () => {
	const scene = await behind('session_hash');
	const where = async () => {
		const landed: number[] = [];
		for (let k = 0; k < 20; k++) landed.push((await scene.ask({ headers: idOf(k) })).n);
		return landed;
	};
	const before = await where();
	await kill(scene.servers[1]);
	const after = await where();
	for (const [k, n] of before.entries()) {
		if (n === 1) assert.notEqual(after[k], 1);
		else assert.equal(after[k], n);
	}
});

test('cookie: who brings it back stays, who does not goes round; a server that is gone is replaced in it', async () => {
	const { ask, servers } = await behind('cookie');
	const first = await ask();
	assert.match(first.setCookie.join(), /^mcp_bench_server=0; Path=\/; HttpOnly$/);
	const headers = { cookie: 'other=2; mcp_bench_server=0' };
	for (let k = 0; k < 3; k++) assert.deepEqual(await ask({ headers }), { n: 0, setCookie: [] });
	assert.deepEqual([(await ask()).n, (await ask()).n], [1, 2]);
	await kill(servers[0]);
	const moved = await ask({ headers });
	assert.notEqual(moved.n, 0);
	assert.match(moved.setCookie.join(), new RegExp(`^mcp_bench_server=${moved.n};`));
});

test('stick_table: a session stays where its name came from', async () => {
	const { ask } = await behind('stick_table');
	const { n } = await ask({ path: '/mcp?name=abc' });
	for (let k = 0; k < 3; k++) {
		await ask();
		assert.equal((await ask({ headers: { 'mcp-session-id': 'abc' } })).n, n);
		assert.equal((await ask({ path: '/messages?sessionId=abc' })).n, n);
	}
});

test('instance_in_id: the number at the end of the id decides, if there is such a server', async () => {
	const { ask, servers } = await behind('instance_in_id');
	for (const n of [2, 0, 1]) {
		assert.equal((await ask({ headers: { 'mcp-session-id': `8f-11.${n}` } })).n, n);
		assert.equal((await ask({ path: `/messages?sessionId=8f-11.${n}` })).n, n);
	}
	assert.deepEqual([(await ask()).n, (await ask({ headers: { 'mcp-session-id': 'x.7' } })).n], [0, 1]);
	await kill(servers[2]);
	assert.notEqual((await ask({ headers: { 'mcp-session-id': '8f-11.2' } })).n, 2);
});

for (const method of balanceMethods) {
	test(`${method}: a server that refuses is passed over at once, and asked again when it is back`, async () => {
		const scene = await behind(method);
		const [gone] = scene.servers;
		const { hop } = scene;
		await hop.perform({ do: 'register', n: 1, on: false });
		await hop.perform({ do: 'register', n: 2, on: false });
		assert.deepEqual(await landings(scene, 2), [0, 0]);
		const port = portOf(gone as Server);
		await kill(gone);
		for (const n of [1, 2]) await hop.perform({ do: 'register', n, on: true });
		const landed = await landings(scene, 6);
		assert.ok(!landed.includes(0) && !landed.includes(-1), `${landed}`);
		for (const n of [1, 2]) await hop.perform({ do: 'register', n, on: false });
		await new Promise<void>((resolve) => gone?.listen(port, '127.0.0.1', resolve));
		assert.deepEqual(await landings(scene, 1), [0], 'nothing was put aside');
	});
}
