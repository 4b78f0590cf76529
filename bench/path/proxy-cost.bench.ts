/**
 * What the embedded proxy costs on this machine, printed and never asserted: `npx node bench/path/proxy-cost.bench.ts`.
 *
 * - Added latency: the same calls at the same rate, direct and through the proxy, in short bursts in turn; median of the bursts,
 *   smallest and largest beside it. CPU: what the proxy's process took, per 10,000 calls/s.
 * - Held streams: what 2000 idle event streams take of the proxy, in descriptors and in memory after a forced collection.
 *
 * Server and proxy run on the first CPU, as in a trial; this process, which sends, on the last.
 */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { monotonicUs } from '../clock.ts';
import { descriptorCount } from '../collect/descriptors.ts';
import { memoryGauges } from '../collect/memory.ts';
import { systemProc } from '../collect/proc.ts';
import { type EmbeddedProxy, startEmbeddedProxy } from '../embedded-proxy.ts';
import { allowedCpus } from '../fleet/cpus.ts';
import { startServer } from '../fleet/server.ts';
import { findTool } from '../fleet/tools.ts';
import { balancer } from '../model/path.ts';
import type { PathFault } from '../model/path-fault.ts';
import { seededRandom, shuffled } from '../random.ts';

const { values } = parseArgs({
	options: {
		rate: { type: 'string', default: '1000' },
		/** Of one burst. */
		seconds: { type: 'string', default: '2' },
		rounds: { type: 'string', default: '7' },
		streams: { type: 'string', default: '2000' },
	},
});
const rate = Number(values.rate);
const burstMs = Number(values.seconds) * 1000;
const rounds = Number(values.rounds);
const streams = Number(values.streams);

/** A limit that is in force and never reached. */
const idle: PathFault = { kind: 'idle_timeout', idleMs: 3_600_000, end: 'fin' };
const ways: Readonly<Record<string, readonly PathFault[]>> = {
	'pass-through': [],
	'idle_timeout in force': [idle],
	'through lanes (latency 0)': [{ kind: 'latency', latencyMs: 0 }],
};

const cpus = allowedCpus();
const taskset = findTool('taskset');
const isPinned = taskset !== null && cpus.length > 1;
const first = isPinned ? cpus.slice(0, 1) : [];
if (isPinned) execFileSync(taskset, ['-a', '-cp', String(cpus.at(-1)), String(process.pid)], { stdio: 'ignore' });

function proxyBefore(url: string, faults: readonly PathFault[]): Promise<EmbeddedProxy> {
	const listener = { path: { ...balancer, faults }, place: 0, servers: [url] };
	return startEmbeddedProxy([listener], { cpus: first, partsFolder: '/tmp', originUs: monotonicUs(), seed: 1 });
}

const body = JSON.stringify({
	jsonrpc: '2.0',
	id: 1,
	method: 'tools/call',
	params: { name: 'echo', arguments: { text: 'x' } },
});

/** Calls at a steady pace, whether or not the last one is answered. @returns their latencies from due, in µs, in order of size */
async function burst(pool: Pool, path: string, forMs: number): Promise<number[]> {
	const latencies: number[] = [];
	const calls: Promise<void>[] = [];
	const startMs = performance.now();
	const call = async (dueMs: number): Promise<void> => {
		const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
		const answer = await pool.request({ path, method: 'POST', headers, body });
		await answer.body.dump();
		latencies.push((performance.now() - dueMs) * 1000);
	};
	const total = Math.floor((rate * forMs) / 1000);
	while (calls.length < total) {
		const dueMs = startMs + (calls.length * 1000) / rate;
		// Waits by turns of the loop: a timer would be late by more than what is measured.
		if (performance.now() >= dueMs) calls.push(call(dueMs));
		else await new Promise((resolve) => setImmediate(resolve));
	}
	await Promise.all(calls);
	return latencies.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
const median = (numbers: readonly number[]) =>
	at(
		[...numbers].sort((a, b) => a - b),
		0.5,
	);
const spread = (numbers: readonly number[], digits = 0) =>
	`${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;

async function costOfCalls(): Promise<void> {
	const server = await startServer({
		server: { kind: 'node', file: 'bench/calibrate/echo-server.ts', args: [] },
		cpus: first,
	});
	const names = ['direct', ...Object.keys(ways)];
	const proxies = new Map<string, EmbeddedProxy>();
	const pools = new Map([['direct', new Pool(new URL(server.url).origin, { connections: 16 })]]);
	for (const [name, faults] of Object.entries(ways)) {
		const proxy = await proxyBefore(server.url, faults);
		proxies.set(name, proxy);
		pools.set(name, new Pool(new URL(proxy.urls[0] ?? '').origin, { connections: 16 }));
	}
	const found = new Map(names.map((name) => [name, { p50: [] as number[], p99: [] as number[], cpu: [] as number[] }]));
	const random = seededRandom(1);
	for (let round = 0; round <= rounds; round += 1) {
		for (const name of shuffled(names, random)) {
			const [pool, proxy, figures] = [pools.get(name), proxies.get(name), found.get(name)];
			if (!pool || !figures) continue;
			const before = await proxy?.state();
			const latencies = await burst(pool, new URL(server.url).pathname, burstMs);
			const after = await proxy?.state();
			// The first round warms everything up.
			if (round === 0) continue;
			figures.p50.push(at(latencies, 0.5));
			figures.p99.push(at(latencies, 0.99));
			// Microseconds of each call are hundredths of a core for 10,000 of them in a second.
			if (before && after) figures.cpu.push((after.cpuUs - before.cpuUs) / latencies.length);
		}
	}
	const direct = found.get('direct') ?? { p50: [], p99: [] };
	console.log(`${rate} calls/s over 16 connections, ${rounds} bursts of ${burstMs / 1000} s each way in turn`);
	console.log(`  direct: p50 ${spread(direct.p50)} µs, p99 ${spread(direct.p99)} µs`);
	for (const [name, { p50, p99, cpu }] of found) {
		if (name === 'direct') continue;
		// Of the same round: what the machine does meanwhile falls on both.
		const added = (of: readonly number[], base: readonly number[]) => of.map((each, n) => each - (base[n] ?? 0));
		console.log(`  ${name}: added p50 ${spread(added(p50, direct.p50))} µs, p99 ${spread(added(p99, direct.p99))} µs`);
		console.log(`    of a core for 10,000 calls/s: ${spread(cpu)} %`);
	}
	for (const pool of pools.values()) await pool.destroy();
	for (const proxy of proxies.values()) await proxy.kill();
	await server.kill();
}

/** A raw connection that holds an event stream. */
async function holdStream(url: string): Promise<Socket> {
	const { port, pathname } = new URL(url);
	const socket = connect(Number(port), '127.0.0.1');
	await new Promise<void>((resolve, reject) => {
		socket.once('error', reject).once('data', () => resolve());
		socket.write(`GET ${pathname} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n`);
	});
	return socket;
}

async function costOfStreams(): Promise<void> {
	const server = createServer((_req, res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
	});
	await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
	const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/sse`;
	console.log(`${streams} idle event streams, each in the proxy:`);
	for (const [name, faults] of Object.entries(ways)) {
		const proxy = await proxyBefore(url, faults);
		const read = async () => {
			await sleep(1000);
			await proxy.tell({ do: 'collect' });
			await sleep(1000);
			const { pssKb = Number.NaN, ussKb = Number.NaN } = memoryGauges(systemProc, proxy.pid);
			return { pssKb, ussKb, fds: descriptorCount(proxy.pid) ?? Number.NaN };
		};
		// One stream that comes and goes: what the first of all takes is no stream's.
		(await holdStream(proxy.urls[0] ?? '')).destroy();
		const before = await read();
		const held: Socket[] = [];
		while (held.length < streams) {
			const some = Math.min(50, streams - held.length);
			held.push(...(await Promise.all(Array.from({ length: some }, () => holdStream(proxy.urls[0] ?? '')))));
		}
		const after = await read();
		const each = (key: 'pssKb' | 'ussKb' | 'fds', digits: number) =>
			((after[key] - before[key]) / streams).toFixed(digits);
		console.log(`  ${name}: ${each('pssKb', 1)} KB PSS, ${each('ussKb', 1)} KB USS, ${each('fds', 2)} descriptors`);
		for (const socket of held) socket.destroy();
		await proxy.kill();
	}
	server.close();
	server.closeAllConnections();
}

console.log(isPinned ? `Pinned: this to CPU ${cpus.at(-1)}, proxy and server to CPU ${cpus[0]}.` : 'Not pinned.');
await costOfCalls();
await costOfStreams();
