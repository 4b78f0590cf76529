import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../test/support/folders.ts';
import { monotonicUs } from './clock.ts';
import { StartError } from './fleet/child.ts';
import { isAlive, survivors } from './fleet/fixtures/gone.ts';
import { findTool } from './fleet/tools.ts';
import { type BalanceMethod, balanceMethods, type ProxyPath } from './model/path.ts';
import { Unavailable } from './model/unavailable.ts';
import type { Listener } from './path/listener.ts';
import type { ProxyProgram } from './path/real/program.ts';
import { stickyCookie } from './path/session-name.ts';
import { proxyPrograms, type RealProxy, startRealProxy } from './real-proxy.ts';

const required = process.env.REQUIRE_REAL === '1';
const skipFor = (...programs: ProxyProgram[]) => {
	const missing = programs.filter(({ name }) => findTool(name) === null);
	return missing.length === 0 || required
		? false
		: `missing; install ${missing.map((each) => each.debianPackage).join(', ')}`;
};
const waitMs = 10_000;

// Folders of trials are relative here, as `--out` may be.
process.chdir(temporaryFolder('proxies'));

const running: { kill(): Promise<unknown> }[] = [];
const servers: Server[] = [];
after(async () => {
	await Promise.all(running.map((proxy) => proxy.kill()));
	for (const server of servers) server.close().closeAllConnections();
});

/** A server that answers with its name and what it was asked; `/stream` is an event stream with an event every 100 ms. */
async function named(name: string, port = 0): Promise<{ url: string; server: Server }> {
	const server = createServer(async (req, res) => {
		if (req.url?.startsWith('/stream')) {
			res.writeHead(200, { 'content-type': 'text/event-stream' });
			const timer = setInterval(() => res.write(`data: ${name}\n\n`), 100);
			res.once('close', () => clearInterval(timer));
			return;
		}
		const id = req.headers['x-give-session'];
		if (id !== undefined) res.setHeader('mcp-session-id', id);
		res.end(JSON.stringify({ name, url: req.url, method: req.method, body: await bodyOf(req) }));
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?x=1`, server };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of req) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

function listener(program: ProxyProgram, urls: readonly string[], path: Partial<ProxyPath> = {}, place = 0): Listener {
	return { path: { kind: 'proxy', by: program.name, ...path }, place, servers: urls };
}

async function started(program: ProxyProgram, listeners: readonly Listener[]): Promise<RealProxy> {
	const partsFolder = `${program.name}-${randomUUID()}`;
	const proxy = await startRealProxy(program, listeners, { cpus: [], partsFolder, originUs: monotonicUs(), seed: 1 });
	running.push(proxy);
	return proxy;
}

interface Echo {
	readonly name: string;
	readonly url: string;
	readonly method: string;
	readonly body: string;
}

const fresh = { connection: 'close' };
const ask = async (url: string, init: RequestInit = {}): Promise<Echo> =>
	(await (await fetch(url, { ...init, headers: { ...fresh, ...init.headers } })).json()) as Echo;
const nameOf = async (url: string, headers: Record<string, string> = {}) => (await ask(url, { headers })).name;

/** An event stream that is being read. */
async function openStream(proxy: RealProxy) {
	const gone = new AbortController();
	const response = await fetch(new URL('/stream', proxy.urls[0]), { signal: gone.signal });
	const reader = (response.body as ReadableStream<Uint8Array>).getReader();
	return {
		/** The next piece of it, or undefined where it has ended. */
		next: async () => {
			const { value } = await Promise.race([reader.read(), sleep(waitMs, { value: undefined })]);
			return value && Buffer.from(value).toString();
		},
		close: () => gone.abort(),
	};
}

test('what HAProxy refuses is tried once, and its reason told', { skip: skipFor(proxyPrograms.haproxy) }, async () => {
	const { haproxy } = proxyPrograms;
	let starts = 0;
	const refused: ProxyProgram = {
		...haproxy,
		configure: () => 'nonsense\n',
		run: (...given) => {
			starts += 1;
			return haproxy.run(...given);
		},
	};
	await assert.rejects(started(refused, [listener(haproxy, ['http://127.0.0.1:9/'])]), (error) => {
		assert.ok(error instanceof StartError);
		assert.match(error.stderr.join('\n'), /nonsense/);
		return true;
	});
	assert.equal(starts, 1);
});

for (const program of Object.values(proxyPrograms)) {
	describe(program.title, { skip: skipFor(program), concurrency: true }, () => {
		test('requests and streams pass, many listeners in one process, and no process is left', async () => {
			const [a, b] = [await named('a'), await named('b')];
			const proxy = await started(program, [listener(program, [a.url]), listener(program, [b.url], {}, 1)]);
			const [first = '', second = ''] = proxy.urls;
			assert.deepEqual(await ask(first), { name: 'a', url: '/mcp?x=1', method: 'GET', body: '' });
			const posted = await ask(second, { method: 'POST', body: 'x'.repeat(100_000) });
			assert.deepEqual([posted.name, posted.method, posted.body.length], ['b', 'POST', 100_000]);
			assert.equal((await ask(first, { method: 'DELETE' })).method, 'DELETE');
			const stream = await openStream(proxy);
			assert.match((await stream.next()) ?? '', /data: a/);
			stream.close();
			const pids = proxy.pids();
			assert.equal(pids.length, program.hasWorker ? 2 : 1);
			assert.equal(proxy.pid, pids.at(-1), 'the worker serves, where there is one');
			await proxy.kill();
			assert.deepEqual(await survivors(pids, waitMs), []);
		});

		test('a reload keeps a stream, while the new configuration serves', async () => {
			const [a, b] = [await named('a'), await named('b')];
			const proxy = await started(program, [listener(program, [a.url])]);
			const stream = await openStream(proxy);
			assert.match((await stream.next()) ?? '', /data: a/);
			await proxy.reload([listener(program, [b.url])]);
			const giveUpUs = monotonicUs() + waitMs * 1000;
			let name = '';
			while (name !== 'b' && monotonicUs() < giveUpUs) {
				// While it turns, a proxy may refuse for a moment.
				name = await nameOf(proxy.urls[0] ?? '').catch(() => '');
				await sleep(20);
			}
			assert.equal(name, 'b');
			for (let n = 0; n < 5; n += 1) assert.match((await stream.next()) ?? '', /data: a/);
			stream.close();
			await assert.rejects(proxy.reload([]), /has 1 listeners: a reload is for as many, not 0/);
			await proxy.kill();
		});

		test('a drain takes nobody new, and ends with the last stream', {
			skip: program.drain ? false : 'it has none',
		}, async () => {
			const a = await named('a');
			const proxy = await started(program, [listener(program, [a.url])]);
			const stream = await openStream(proxy);
			await stream.next();
			const drained = proxy.drain?.(waitMs * 2);
			let isOver = false;
			void drained?.then(() => {
				isOver = true;
			});
			const giveUpUs = monotonicUs() + waitMs * 1000;
			while (monotonicUs() < giveUpUs && (await nameOf(proxy.urls[0] ?? '').catch(() => '')) !== '') await sleep(20);
			await assert.rejects(nameOf(proxy.urls[0] ?? ''), 'nobody new');
			for (let n = 0; n < 3; n += 1) assert.match((await stream.next()) ?? '', /data: a/);
			assert.equal(isOver, false);
			stream.close();
			await drained;
			assert.deepEqual(await survivors(proxy.pids(), waitMs), []);
		});

		test('a drain ends by force where a stream does not end', {
			skip: program.drain ? false : 'it has none',
		}, async () => {
			const a = await named('a');
			const proxy = await started(program, [listener(program, [a.url])]);
			const stream = await openStream(proxy);
			await stream.next();
			const pids = proxy.pids();
			await proxy.drain?.(300);
			assert.deepEqual(await survivors(pids, waitMs), []);
			stream.close();
		});
	});
}

/** Listens in its first process, as nginx does, and takes this long until it has a worker. */
const lateWorker = (afterMs: number): ProxyProgram => ({
	...proxyPrograms.nginx,
	name: 'node' as 'nginx',
	configure: ([site]) => `${site?.port}`,
	run: (file) => [
		'--eval',
		`const { spawn } = require('node:child_process');
		require('node:net').createServer().listen(Number(require('node:fs').readFileSync('${file}')), '127.0.0.1');
		setTimeout(() => spawn('sleep', ['60']), ${afterMs});`,
	],
});

test('a proxy is there when its worker is: before, its first process would be measured', async () => {
	const program = lateWorker(500);
	const proxy = await started(program, [listener(program, ['http://127.0.0.1:9/'])]);
	const [leader, worker] = proxy.pids();
	assert.ok(leader !== undefined && worker !== undefined, 'both are there');
	assert.equal(proxy.pid, worker);
});

test('a proxy that ends before it has a worker is no proxy', async () => {
	const program = lateWorker(waitMs);
	const dies: ProxyProgram = {
		...program,
		run: (...given) => {
			const [flag = '', script = ''] = program.run(...given);
			return [flag, `${script} setTimeout(() => process.exit(3), 500);`];
		},
	};
	await assert.rejects(started(dies, [listener(dies, ['http://127.0.0.1:9/'])]), (error) => {
		assert.ok(error instanceof StartError);
		assert.match(error.because, /exit code 3/);
		return true;
	});
});

test('a program that is not here: which package brings it, and what is skipped', async () => {
	const nowhere = { ...proxyPrograms.nginx, name: 'no-such-proxy' as 'nginx' };
	await assert.rejects(started(nowhere, []), (error: Error) => {
		assert.ok(error instanceof Unavailable);
		assert.equal(
			error.message,
			'nginx is not installed: `apt-get install nginx` brings it. Skipped: what is measured through a real nginx.',
		);
		return true;
	});
});

/** One process with a listener for each method, before the same three servers, named by their numbers. */
class Balancing {
	readonly title: string;
	readonly #methods: readonly BalanceMethod[];
	readonly #proxy: Promise<RealProxy>;

	constructor(program: ProxyProgram, methods: readonly BalanceMethod[]) {
		this.title = program.title;
		this.#methods = methods;
		this.#proxy = Promise.all(['0', '1', '2'].map((name) => named(name))).then((members) => {
			const urls = members.map(({ url }) => url);
			return started(
				program,
				methods.map((balance, n) => listener(program, urls, { balance }, n)),
			);
		});
	}

	async urlOf(method: BalanceMethod): Promise<string> {
		return (await this.#proxy).urls[this.#methods.indexOf(method)] ?? '';
	}

	/** Who answers so many requests, one after another. */
	async names(method: BalanceMethod, times: number, headers: Record<string, string> = {}): Promise<string[]> {
		const url = await this.urlOf(method);
		const seen: string[] = [];
		for (let n = 0; n < times; n += 1) seen.push(await nameOf(url, headers));
		return seen;
	}
}

const counts = (seen: readonly string[]) => [...Map.groupBy(seen, (name) => name).values()].map((of) => of.length);
const only = (name: string) => new Set([name]);

/** What must be true of a method, whoever balances. */
const promises: Partial<Record<BalanceMethod, (balancing: Balancing) => Promise<void>>> = {
	round_robin: async (balancing) => {
		const served = counts(await balancing.names('round_robin', 9));
		assert.equal(served.length, 3);
		// Squid counts what it has sent to whom, and now and then forgives one: four, three and two of nine.
		assert.ok(Math.max(...served) - Math.min(...served) <= (balancing.title === 'Squid' ? 3 : 0), served.join(', '));
	},
	random: async (balancing) => {
		const seen = await balancing.names('random', 60);
		assert.equal(new Set(seen).size, 3);
		const twice = seen.filter((name, n) => name === seen[n - 1]).length;
		assert.ok(twice > 5, 'the same one twice running, as draws have it and turns have not');
	},
	least_connections: async (balancing) => {
		const url = await balancing.urlOf('least_connections');
		const gone = new AbortController();
		const held = new Set<string>();
		for (let n = 0; n < 3; n += 1) {
			const response = await fetch(new URL('/stream', url), { signal: gone.signal });
			const { value = [] } = await (response.body as ReadableStream<Uint8Array>).getReader().read();
			held.add(Buffer.from(value).toString().trim());
		}
		gone.abort();
		assert.equal(held.size, 3, [...held].join(', '));
	},
	source_address: async (balancing) => {
		assert.equal(new Set(await balancing.names('source_address', 8)).size, 1);
	},
	session_hash: async (balancing) => {
		const homes = new Set<string>();
		for (let n = 0; n < 20; n += 1) {
			const own = await balancing.names('session_hash', 3, { 'mcp-session-id': `session-${n}` });
			const [home = ''] = own;
			assert.deepEqual(new Set(own), only(home));
			homes.add(home);
			const byQuery = new URL(await balancing.urlOf('session_hash'));
			byQuery.search = `?sessionId=session-${n}`;
			assert.equal(await nameOf(byQuery.href), home, 'header or query, the same');
		}
		assert.ok(homes.size > 1);
		// HAProxy goes round its ring of hashes, which is in turn on the whole.
		assert.equal(new Set(await balancing.names('session_hash', 12)).size, 3);
	},
	cookie: async (balancing) => {
		const url = await balancing.urlOf('cookie');
		for (let n = 0; n < 3; n += 1) {
			const first = await fetch(url, { headers: fresh });
			const { name } = (await first.json()) as Echo;
			const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
			assert.equal(cookie, `${stickyCookie}=${name}`);
			assert.deepEqual(new Set(await balancing.names('cookie', 4, { cookie })), only(name));
		}
		assert.equal(new Set(await balancing.names('cookie', 6)).size, 3, 'without it in turn');
	},
	instance_in_id: async (balancing) => {
		const url = new URL(await balancing.urlOf('instance_in_id'));
		for (const n of ['0', '1', '2']) {
			assert.deepEqual(
				new Set(await balancing.names('instance_in_id', 3, { 'mcp-session-id': `abc-d.${n}` })),
				only(n),
			);
			url.search = `?sessionId=abc.${n}`;
			assert.equal(await nameOf(url.href), n);
		}
		assert.deepEqual(counts(await balancing.names('instance_in_id', 6)), [2, 2, 2]);
	},
	stick_table: async (balancing) => {
		const url = await balancing.urlOf('stick_table');
		for (const id of ['one', 'two', 'three']) {
			const home = await nameOf(url, { 'x-give-session': id });
			assert.deepEqual(new Set(await balancing.names('stick_table', 4, { 'mcp-session-id': id })), only(home));
		}
	},
};

const able = {
	nginx: balanceMethods.filter((method) => method !== 'stick_table'),
	haproxy: balanceMethods,
	caddy: ['round_robin', 'random', 'least_connections', 'source_address'],
	squid: ['round_robin', 'source_address'],
} as const satisfies Record<string, readonly BalanceMethod[]>;

for (const program of Object.values(proxyPrograms)) {
	describe(`${program.title} balances`, { skip: skipFor(program) }, () => {
		const methods: readonly BalanceMethod[] = able[program.name];
		const balancing = skipFor(program) === false ? new Balancing(program, methods) : undefined;
		for (const method of methods) test(method, async () => promises[method]?.(balancing as Balancing));
	});
}

describe('one of two servers dies and comes back', {
	skip: skipFor(proxyPrograms.nginx, proxyPrograms.haproxy),
}, () => {
	interface Return {
		/** When the dead one serves again, after its return. */
		readonly backMs: number;
		/** The same, after its death. */
		readonly awayMs: number;
		/** How many of the requests failed that were made before its return. */
		readonly failed: number;
		readonly asked: number;
	}

	async function returnOf(program: ProxyProgram): Promise<Return> {
		const [a, b] = [await named('a'), await named('b')];
		const proxy = await started(program, [listener(program, [a.url, b.url], { balance: 'round_robin' })]);
		const url = proxy.urls[0] ?? '';
		assert.deepEqual(new Set([await nameOf(url), await nameOf(url)]), new Set(['a', 'b']));
		b.server.closeAllConnections();
		await new Promise((resolve) => b.server.close(resolve));
		const diedMs = performance.now();
		let failed = 0;
		const asked = 10;
		for (let n = 0; n < asked; n += 1) {
			await nameOf(url).catch(() => {
				failed += 1;
			});
			await sleep(150);
		}
		await named('b', Number(new URL(b.url).port));
		const since = performance.now();
		while (performance.now() - since < 15_000 && (await nameOf(url).catch(() => '')) !== 'b') await sleep(50);
		const now = performance.now();
		await proxy.kill();
		return { backMs: now - since, awayMs: now - diedMs, failed, asked };
	}

	test('nginx puts it aside for 10 s, HAProxy looks for itself; without check and redispatch it goes on asking the dead', async () => {
		const { nginx, haproxy } = proxyPrograms;
		const blind: ProxyProgram = {
			...haproxy,
			configure: (...args) =>
				haproxy
					.configure(...args)
					.replaceAll(' check\n', '\n')
					.replace(/\toption redispatch 1\n/, ''),
		};
		const [aside, looking, blindly] = await Promise.all([returnOf(nginx), returnOf(haproxy), returnOf(blind)]);
		assert.equal(aside.failed, 0, 'a refused connection is tried with the next server');
		// From a failure, which came after the death; nginx counts whole seconds.
		assert.ok(aside.awayMs > 9000 && aside.backMs < 14_000, `nginx: ${aside.awayMs} ms`);
		assert.equal(looking.failed, 0);
		assert.ok(looking.backMs < aside.awayMs / 2, `HAProxy: ${looking.backMs} ms`);
		assert.ok(blindly.failed >= blindly.asked / 2 - 1, `failed without check: ${blindly.failed} of ${blindly.asked}`);
	});
});

/** Where a harness that is to be killed, or that is a plain user, does its work. */
async function startHarness(folder: string, as: readonly string[] = []) {
	const { url } = await named('a');
	const fixture = fileURLToPath(new URL('./real-proxy.harness.fixture.ts', import.meta.url));
	const [command = '', ...args] = [...as, process.execPath, fixture, folder, url, ...Object.keys(proxyPrograms)];
	const env = { ...process.env, HOME: folder };
	const harness = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder, env });
	const said = once(createInterface(harness.stdout), 'line') as Promise<[string]>;
	const ended = once(harness, 'exit').then(([code]) =>
		assert.fail(`the harness ended before it said anything: ${code}`),
	);
	const [line] = await Promise.race([said, ended]);
	return { harness, ...(JSON.parse(line) as { urls: string[]; pids: number[]; reaper: number }) };
}

const all = Object.values(proxyPrograms);

test('kill -9 of the harness: no process of any proxy is left', { skip: skipFor(...all) }, async (t) => {
	const { harness, pids, urls, reaper } = await startHarness(temporaryFolder('killed'));
	t.after(() => {
		for (const pid of [...pids, reaper]) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
	});
	// nginx and HAProxy have a worker each.
	assert.equal(pids.length, 6);
	for (const url of urls) assert.equal(await nameOf(url), 'a');
	harness.kill('SIGKILL');
	assert.deepEqual(await survivors([...pids, reaper], waitMs), []);
});

const setpriv = findTool('setpriv');
const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** Whether another user could run this at all: he must be able to read the project. */
function nobodyReads(): boolean {
	if (setpriv === null || process.getuid?.() !== 0) return false;
	const node = [
		process.execPath,
		'--input-type=module',
		'--eval',
		`await import(${JSON.stringify(import.meta.resolve('./real-proxy.ts'))})`,
	];
	return spawnSync(setpriv, [...asNobody, ...node]).status === 0;
}

test('a plain user can start them all', {
	skip: skipFor(...all) || (nobodyReads() ? false : 'not root, or nobody else may read this folder'),
}, async () => {
	const folder = temporaryFolder('plain');
	chownSync(folder, 65534, 65534);
	const { harness, pids, urls, reaper } = await startHarness(folder, [setpriv ?? '', ...asNobody]);
	try {
		for (const url of urls) assert.equal(await nameOf(url), 'a');
		for (const pid of pids) assert.equal(statSync(`/proc/${pid}`).uid, 65534);
	} finally {
		harness.kill('SIGKILL');
	}
	assert.deepEqual(await survivors([...pids, reaper], waitMs), []);
});
