import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Unavailable } from '../model/unavailable.ts';
import { startChild } from './child.ts';
import { limitDescriptors, limitWithSpare } from './descriptor-limit.ts';
import { MemoryGroup, memoryHome } from './memory-group.ts';
import { startServer } from './server.ts';
import { findTool } from './tools.ts';

const fixture = { kind: 'node', file: 'bench/fleet/fixtures/server.ts', args: [] } as const;
const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

describe('the number of descriptors with so many to spare', () => {
	test('without gaps it is their count and the spare ones', () => {
		assert.equal(limitWithSpare([0, 1, 2], 4), 7);
		assert.equal(limitWithSpare([0, 1, 2], 0), 3);
	});

	test('gaps are free, and what is open behind them stays in the way', () => {
		assert.equal(limitWithSpare([0, 1, 2, 5, 6], 1), 4);
		assert.equal(limitWithSpare([0, 1, 2, 5, 6], 3), 8);
		assert.equal(limitWithSpare([], 2), 2);
	});
});

test('a process under a descriptor limit takes so many connections and no more; lifted, it takes them', {
	skip: linuxOnly || (findTool('prlimit') ? false : 'prlimit is missing'),
}, async () => {
	const server = await startServer({ server: fixture });
	const sockets: Socket[] = [];
	try {
		const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;
		const before = descriptors();
		const limit = await limitDescriptors(server.pid, 3);
		for (let n = 0; n < 10; n += 1) {
			const socket = connect(server.port, '127.0.0.1').on('error', () => {});
			sockets.push(socket);
			await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
		}
		await assert.rejects(fetch(server.url, { signal: AbortSignal.timeout(2000) }), 'no descriptor is left for it');
		assert.ok(descriptors() - before <= 3, `${descriptors() - before} more`);
		for (const socket of sockets) socket.destroy();
		await limit.lift();
		await limit.lift();
		assert.equal(await (await fetch(server.url)).text(), 'ok');
		const again = await limitDescriptors(server.pid, 3);
		await server.kill();
		await again.lift();
	} finally {
		for (const socket of sockets) socket.destroy();
		await server.kill();
	}
});

/** Why no memory group can be made here, or false. */
const noGroups = await MemoryGroup.enter([process.pid], 10_000).then(
	async (group) => {
		await group.lift();
		return false;
	},
	(error: Error) => (error instanceof Unavailable ? error.message : (error.stack ?? '')),
);

function groupsLeft(): string[] {
	return readdirSync(memoryHome(process.pid).parent).filter((name) => name.startsWith(`mcp-bench-${process.pid}-`));
}

describe('a memory group', { skip: linuxOnly || noGroups }, () => {
	test('holds a process, and leaves nothing behind', async () => {
		const server = await startServer({ server: fixture });
		try {
			const home = memoryHome(server.pid).own;
			const group = await MemoryGroup.enter([server.pid], 64);
			assert.notEqual(memoryHome(server.pid).own, home);
			assert.equal(groupsLeft().length, 1);
			assert.equal(await (await fetch(server.url)).text(), 'ok');
			await group.lift();
			assert.equal(memoryHome(server.pid).own, home);
			await group.lift();
			assert.deepEqual(groupsLeft(), []);
		} finally {
			await server.kill();
		}
	});

	test('removes what a harness left behind that is no more', async () => {
		const child = startChild({ role: 'target', nodeFlags: ['--eval'], file: '0', ipc: false });
		await child.exited;
		const left = join(memoryHome(process.pid).parent, `mcp-bench-${child.pid}-1`);
		mkdirSync(left);
		const group = await MemoryGroup.enter([process.pid], 10_000);
		await group.lift();
		assert.equal(existsSync(left), false);
	});

	test('ends a process that takes more, and can be left by a dead one', async () => {
		const greedy = 'setTimeout(() => { const all = []; for (;;) all.push(Buffer.alloc(1e6, 1)); }, 500)';
		const child = startChild({ role: 'target', nodeFlags: ['--eval'], file: greedy, ipc: false });
		const group = await MemoryGroup.enter([child.pid], 64);
		assert.deepEqual(await child.exited, { code: null, signal: 'SIGKILL' });
		await group.lift();
		assert.deepEqual(groupsLeft(), []);
	});
});

describe('where the memory of a process is accounted', () => {
	const root = mkdtempSync(join(tmpdir(), 'cgroups-'));
	after(() => rmSync(root, { recursive: true }));
	const machine = (groups: string, mounts: string) => {
		const proc = mkdtempSync(join(root, 'proc-'));
		for (const folder of ['7', 'self']) mkdirSync(join(proc, folder));
		writeFileSync(join(proc, '7', 'cgroup'), groups);
		writeFileSync(join(proc, 'self', 'mountinfo'), mounts);
		return proc;
	};

	test('version 1: inside of its own group, as the mount shows it', () => {
		const mounts = '35 31 0:32 / /cg/memory rw shared:9 - cgroup cgroup rw,memory\n';
		const { own, parent, files } = memoryHome(7, machine('4:memory:/a/b\n0::/\n', mounts));
		assert.deepEqual([own, parent, files.limit], ['/cg/memory/a/b', '/cg/memory/a/b', 'memory.limit_in_bytes']);
		const inner = '35 31 0:32 /docker/x /cg/memory rw - cgroup cgroup rw,memory\n';
		assert.equal(memoryHome(7, machine('4:cpu,memory:/docker/x/y\n', inner)).own, '/cg/memory/y');
	});

	test('version 2: beside its own group, where the parent hands the controller down', () => {
		const point = mkdtempSync(join(root, 'cg-'));
		mkdirSync(join(point, 'user', 'session'), { recursive: true });
		for (const [folder, controllers] of [
			['user', 'cpu memory\n'],
			['user/session', '\n'],
		]) {
			writeFileSync(join(point, folder ?? '', 'cgroup.subtree_control'), controllers ?? '');
		}
		const proc = machine('0::/user/session\n', `30 20 0:5 / ${point} rw - cgroup2 cgroup2 rw\n`);
		const { own, parent, files } = memoryHome(7, proc);
		assert.deepEqual([own, parent], [join(point, 'user/session'), join(point, 'user')]);
		assert.equal(files.limit, 'memory.max');
		const alone = machine('0::/\n', `30 20 0:5 / ${join(point, 'user', 'session')} rw - cgroup2 cgroup2 rw\n`);
		assert.throws(() => memoryHome(7, alone), /not handed down/);
	});

	test('nowhere: one sentence says so', () => {
		assert.throws(() => memoryHome(7, machine('0::/\n', '')), Unavailable);
		assert.throws(() => memoryHome(7, join(root, 'nothing')), /needs control groups: this system has none/);
	});
});
