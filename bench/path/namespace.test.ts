import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../test/support/folders.ts';
import { type Child, startChild } from '../fleet/child.ts';
import { survivors } from '../fleet/fixtures/gone.ts';
import { type ServerProcess, startServer } from '../fleet/server.ts';
import { startTarget } from '../fleet/target.ts';
import { runTool } from '../fleet/tools.ts';
import type { PeerReport, PeerRequest } from './fixtures/peer.ts';
import { holderFile, type Namespace, openNamespace } from './namespace.ts';
import { namespaceSupport } from './namespace-support.ts';

const support = await namespaceSupport(runTool);
/** Where everything must be there the tests run, and fail with the reason. */
const skip = support.allowed || process.env.REQUIRE_REAL === '1' ? false : support.because;
const waitMs = 30_000;

async function opened(t: TestContext, asUser = support.allowed && support.asUser): Promise<Namespace> {
	const start: Parameters<typeof openNamespace>[0] = (network) =>
		startChild({ role: 'harness', file: holderFile, network });
	const namespace = await openNamespace(start, asUser);
	t.after(() => namespace.kill());
	return namespace;
}

/** Waits until this holds; the test has failed where that takes longer than anything may. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
	const giveUp = performance.now() + waitMs;
	while (!(await holds())) {
		assert.ok(performance.now() < giveUp, `never: ${what}`);
		await sleep(20);
	}
}

/** The clients of a namespace, and what each saw last. */
class Peers {
	readonly seen = new Map<string, PeerReport>();
	readonly #child: Child;
	readonly #port: number;

	constructor(t: TestContext, { network }: Namespace, port: number) {
		const file = fileURLToPath(new URL('./fixtures/peer.ts', import.meta.url));
		this.#child = startChild({ role: 'swarm', file, network });
		this.#port = port;
		this.#child.onMessage((report) => this.seen.set((report as PeerReport).name, report as PeerReport));
		t.after(() => this.#child.kill());
	}

	ask(name: string, options: Partial<PeerRequest> = {}): void {
		this.#child.send({ name, port: this.#port, path: '/sse', ...options });
	}

	bytes(name: string): number {
		return this.seen.get(name)?.bytes ?? 0;
	}

	why(name: string): string | undefined {
		return this.seen.get(name)?.why;
	}
}

async function serving(t: TestContext, { network }: Namespace, ...args: string[]): Promise<ServerProcess> {
	const server = await startServer({ server: { kind: 'node', file: 'servers/sse.ts', args }, network });
	t.after(() => server.kill());
	return server;
}

const openStreams = async (server: ServerProcess) => (await server.control('state')).openStreams;

/** The network of a process as the kernel names it. */
const networkOf = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`);

function holderOf({ network }: Namespace): number {
	return network.kind === 'of' ? network.pid : assert.fail('a network that nobody holds');
}

/** Whether any process still lives in that network. */
function isInhabited(network: string): boolean {
	return readdirSync('/proc').some((pid) => {
		try {
			return /^\d+$/.test(pid) && networkOf(Number(pid)) === network;
		} catch {
			// Gone meanwhile, or somebody else's.
			return false;
		}
	});
}

test('a silent path tells nobody anything, and goes on where it stopped', { skip }, async (t) => {
	const namespace = await opened(t);
	const server = await serving(t, namespace, '--sse-comment-ms', '50');
	assert.equal(networkOf(server.pid), networkOf(holderOf(namespace)));
	assert.notEqual(networkOf(server.pid), networkOf('self'));
	const peers = new Peers(t, namespace, server.port);
	peers.ask('held');
	await until(() => peers.bytes('held') > 1000, 'comments arrive');

	await namespace.silence(true, [server.port]);
	await namespace.silence(true, [server.port]);
	// What had arrived before may still be read.
	await sleep(1000);
	const before = peers.bytes('held');
	peers.ask('late');
	await sleep(1500);
	assert.equal(peers.bytes('held'), before, 'nothing arrives, where some thirty comments were sent');
	assert.equal(peers.seen.get('held')?.is, 'bytes', 'and the client was not told');
	assert.equal(peers.seen.has('late'), false, 'nobody connects, nobody is refused');
	assert.equal(await openStreams(server), 1, 'the server was not told either');

	await namespace.silence(false, []);
	await namespace.silence(false, []);
	await until(() => peers.bytes('held') > before, 'comments arrive again, on the same connection');
	await until(() => peers.bytes('late') > 0, 'the connection that waited is there');
	assert.equal(peers.why('held'), undefined);
});

test('keepalive notices on either side, and so does the repetition of what was sent; the others know nothing', {
	skip,
}, async (t) => {
	const namespace = await opened(t);
	const quiet = await serving(t, namespace);
	const probing = await serving(t, namespace, '--tcp-keep-alive-ms', '1000');
	const talking = await serving(t, namespace, '--sse-comment-ms', '50');
	const of = new Map([quiet, probing, talking].map((server) => [server, new Peers(t, namespace, server.port)]));
	const keepAlive = { initialDelay: 1000, interval: 1000, count: 2 };
	for (const peers of of.values()) {
		peers.ask('silent', { retries: 3 });
		peers.ask('probing', { keepAlive });
	}
	const peersOf = (server: ServerProcess) => of.get(server) as Peers;
	for (const [server, peers] of of) {
		await until(() => Math.min(peers.bytes('silent'), peers.bytes('probing')) > 0, 'both hold a stream');
		assert.equal(await openStreams(server), 2);
	}

	await namespace.silence(
		true,
		[quiet, probing, talking].map(({ port }) => port),
	);
	for (const peers of of.values())
		await until(() => peers.why('probing') !== undefined, 'a client that probes notices');
	assert.deepEqual(
		[...of.values()].map((peers) => peers.why('probing')),
		Array(3).fill('ETIMEDOUT read'),
	);
	await until(async () => (await openStreams(probing)) === 0, 'a server that probes notices');
	await until(async () => (await openStreams(talking)) === 0, 'a server that sends notices');
	assert.equal(
		await openStreams(quiet),
		2,
		'a server that neither sends nor probes keeps even what its client gave up',
	);
	assert.deepEqual(
		[...of.values()].map((peers) => peers.why('silent')),
		[undefined, undefined, undefined],
	);
	// A client that sends is a client that notices.
	peersOf(quiet).ask('silent');
	await until(() => peersOf(quiet).why('silent') === 'ETIMEDOUT read', 'nobody acknowledged its request');
});

test('the rules of a user namespace are those of root', { skip }, async (t) => {
	const namespace = await opened(t, true);
	const server = await serving(t, namespace, '--sse-comment-ms', '50');
	const peers = new Peers(t, namespace, server.port);
	await namespace.silence(true, [server.port]);
	peers.ask('late');
	await sleep(500);
	assert.equal(peers.seen.size, 0);
	await namespace.silence(false, []);
	await until(() => peers.bytes('late') > 0, 'it connects');
	assert.ok((await server.control('state')).openStreams > 0, 'and the server can be asked over IPC');
});

test('a command line lives there too, and is ready when it listens there', { skip }, async (t) => {
	const namespace = await opened(t);
	const script = "require('net').createServer().listen(20001, '127.0.0.1'); setTimeout(() => {}, 60000)";
	const command = `${process.execPath} -e "${script}"`;
	const url = 'http://127.0.0.1:20001/mcp';
	const spec = { server: { kind: 'command', command, url }, readyMs: waitMs, network: namespace.network } as const;
	const first = await startTarget(spec);
	t.after(() => first.kill());
	await assert.rejects(startTarget(spec), /listens on .* already/);
	await first.kill();
	const second = await first.restart();
	t.after(() => second.kill());
	assert.equal(networkOf(second.pids()[0] ?? 0), networkOf(holderOf(namespace)));
	const running = { ...spec, server: { kind: 'running', url } } as const;
	await assert.rejects(startTarget(running), /cannot be moved/);
});

test('the network vanishes with the process that holds it, and a question to it fails', { skip }, async (t) => {
	const namespace = await opened(t);
	const network = networkOf(holderOf(namespace));
	await namespace.silence(true, [20_000]);
	await assert.rejects(namespace.silence(true, []), /needs the ports/);
	assert.equal(isInhabited(network), true);
	await namespace.kill();
	assert.equal(isInhabited(network), false);
	await assert.rejects(namespace.silence(false, []), /is gone/);
	assert.ok(!readFileSync('/proc/self/mountinfo', 'latin1').includes(network), 'and nothing keeps its name');
});

test('a holder that cannot start says so', { skip }, async () => {
	const start: Parameters<typeof openNamespace>[0] = (network) =>
		startChild({ role: 'harness', file: '/nonexistent/holder.ts', network });
	await assert.rejects(openNamespace(start, support.allowed && support.asUser), /holds the network of the trial ended/);
});

test('a holder whose network does not come up lives to tell why', async () => {
	const folder = temporaryFolder('no-ip');
	writeFileSync(`${folder}/ip`, '#!/bin/sh\necho boom >&2\n: > "$0.ran"\nexit 1\n', { mode: 0o755 });
	const holder = fork(holderFile, { env: { PATH: folder } });
	try {
		while (!existsSync(`${folder}/ip.ran`)) await sleep(10);
		await sleep(500);
		holder.send({ id: 1 });
		const first = await Promise.race([once(holder, 'message'), once(holder, 'exit')]);
		assert.deepEqual(first[0], { id: 1, error: 'ip: boom' });
	} finally {
		holder.kill('SIGKILL');
	}
});

test('SIGKILL of the harness leaves neither process nor network', { skip }, async (t) => {
	const file = fileURLToPath(new URL('../../test/fixtures/namespace-harness.ts', import.meta.url));
	const args = support.allowed && support.asUser ? ['--as-user'] : [];
	const harness = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
	const exited = once(harness, 'exit');
	t.after(() => harness.kill('SIGKILL'));
	const [line] = (await once(createInterface(harness.stdout), 'line')) as [string];
	const { holder, pids } = JSON.parse(line) as { holder: number; pids: number[] };
	const network = networkOf(holder);
	harness.kill('SIGKILL');
	await exited;
	await until(() => !isInhabited(network), 'nobody lives in its network');
	assert.deepEqual(await survivors(pids, waitMs), []);
});

test('what is missing is named with its package, what is not allowed with the reason', async () => {
	const lacking =
		(...names: string[]) =>
		async (name: string) =>
			names.includes(name) ? null : { succeeded: true, text: '' };
	assert.deepEqual(await namespaceSupport(lacking()), { allowed: true, asUser: false });
	const missing = await namespaceSupport(lacking('nft', 'ip', 'nsenter', 'unshare'));
	assert.ok(!missing.allowed);
	assert.match(missing.because, /without unshare, nsenter, ip, nft; install util-linux iproute2 nftables\.$/);
	const refusing = async (_name: string, args: readonly string[]) => ({
		succeeded: !args.includes('--net') || args.includes('--user'),
		text: 'unshare failed: Operation not permitted\n',
	});
	assert.deepEqual(await namespaceSupport(refusing), { allowed: true, asUser: true });
	const never = await namespaceSupport(async () => ({ succeeded: false, text: 'Operation not permitted\nand so on' }));
	assert.ok(!never.allowed);
	assert.match(never.because, /\(Operation not permitted\); run as root\.$/);
});
