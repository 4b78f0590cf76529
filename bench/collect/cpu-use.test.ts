import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuUse } from '../model/cpu-use.ts';
import { CpuUseMeter, type CpuUseOptions, cpuUseBetween } from './cpu-use.ts';
import { fakeProc, statLine } from './fixtures/fake-proc.ts';
import { Proc } from './proc.ts';

/** A line of `/proc/stat` in ticks: user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice. */
const line = (name: string, ...ticks: number[]) => `${name} ${ticks.join(' ')}\n`;
const zero = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const before = `${line('cpu', 1, 2, 3)}${line('cpu0', ...zero)}${line('cpu1', ...zero)}${line('cpu2', ...zero)}intr 1 2\n`;

async function useOf(t: Parameters<typeof fakeProc>[0], after: string, ownTicks: number): Promise<CpuUse | undefined> {
	const root = fakeProc(t, { stat: before, '10/stat': statLine({ parent: 1 }) });
	let nowMs = 1000;
	const meter = new CpuUseMeter({ pid: 10, cpus: [0, 1], proc: new Proc(root), nowMs: () => nowMs });
	const first = await meter.look();
	nowMs += 2000;
	writeFileSync(join(root, 'stat'), after);
	writeFileSync(join(root, '10/stat'), statLine({ parent: 1, utime: ownTicks }));
	const second = await meter.look();
	return first && second && cpuUseBetween(first, second);
}

test('others’ time is all that the allowed CPUs worked, and what was stolen, less one’s own', async (t) => {
	const cpu0 = line('cpu0', 60, 10, 20, 70, 10, 5, 5, 20, 60, 10);
	const after = `${cpu0}${line('cpu1', 100, 0, 0, 100, 0, 0, 0, 0, 0, 0)}${line('cpu2', 200, 0, 0, 0, 0, 0, 0, 0, 0, 0)}`;
	const use = await useOf(t, after, 90);
	// 120 ticks of CPU 0 and 100 of CPU 1; a guest's are the user's already, and CPU 2 is not ours to miss.
	assert.deepEqual(use, { spanUs: 2e6, cpus: 2, ownUs: 900_000, othersUs: 1_300_000, idleUs: 1_800_000 });
});

test('where the ticks of processes are ahead of those of the CPUs others used nothing, and not less', async (t) => {
	const use = await useOf(t, `${line('cpu0', 50, 0, 0, 150)}${line('cpu1', 0, 0, 0, 200)}`, 53);
	assert.deepEqual(use, { spanUs: 2e6, cpus: 2, ownUs: 530_000, othersUs: 0, idleUs: 3_500_000 });
});

test('what orphans used that ended is nobody’s', async (t) => {
	const root = fakeProc(t, {
		stat: before,
		'10/stat': statLine({ parent: 1 }),
		'1/stat': statLine({ parent: 0, cutime: 400 }),
	});
	let nowMs = 0;
	const meter = new CpuUseMeter({ pid: 10, cpus: [0, 1], proc: new Proc(root), nowMs: () => nowMs });
	const first = await meter.look();
	nowMs += 2000;
	writeFileSync(join(root, 'stat'), `${line('cpu0', 100, 0, 0, 100)}${line('cpu1', 100, 0, 0, 100)}`);
	writeFileSync(join(root, '10/stat'), statLine({ parent: 1, utime: 50 }));
	writeFileSync(join(root, '1/stat'), statLine({ parent: 0, cutime: 520 }));
	const second = await meter.look();
	assert.ok(first && second);
	const { ownUs, othersUs } = cpuUseBetween(first, second);
	assert.deepEqual({ ownUs, othersUs }, { ownUs: 500_000, othersUs: 300_000 });
});

test('looks are shared for a quarter of a second', async (t) => {
	const root = fakeProc(t, { stat: before, '10/stat': statLine({}) });
	let nowMs = 0;
	const meter = new CpuUseMeter({ pid: 10, cpus: [0], proc: new Proc(root), nowMs: () => nowMs });
	const first = meter.look();
	nowMs = 249;
	assert.equal(meter.look(), first);
	nowMs = 250;
	assert.notEqual(meter.look(), first);
	assert.equal((await meter.look())?.atMs, 250);
});

test('nothing is known without /proc, or where it says nothing of the CPUs', async (t) => {
	for (const files of [{}, { stat: before }, { stat: 'intr 1\n', '10/stat': statLine({}) }]) {
		const meter = new CpuUseMeter({ pid: 10, cpus: [0], proc: new Proc(fakeProc(t, files)) });
		assert.equal(await meter.look(), undefined);
	}
});

const skip = process.platform === 'linux' ? false : 'no /proc';
const cpus = Array.from({ length: availableParallelism() }, (_, n) => n);
const burn = (ms: number) => `while (process.cpuUsage().user < ${ms * 1000});`;

function node(script: string): ChildProcess {
	return spawn(process.execPath, ['-e', script], { stdio: 'ignore', detached: true });
}

async function between(options: CpuUseOptions, work: () => Promise<unknown>): Promise<CpuUse> {
	const meter = new CpuUseMeter(options);
	const first = await meter.look();
	await work();
	await sleep(300);
	const second = await meter.look();
	assert.ok(first && second);
	return cpuUseBetween(first, second);
}

test('what a child has burnt is one’s own after its end, and others’ to whoever did not start it', {
	skip,
}, async () => {
	const neighbour = node('setTimeout(() => {}, 60_000)');
	try {
		const burnt = async () => void (await once(node(burn(600)), 'exit'));
		const mine = await between({ pid: process.pid, cpus }, burnt);
		// Ticks are cut: two for each process.
		assert.ok(mine.ownUs >= 560_000, JSON.stringify(mine));
		const theirs = await between({ pid: neighbour.pid ?? 0, cpus }, burnt);
		assert.ok(theirs.ownUs <= 100_000, JSON.stringify(theirs));
		assert.ok(theirs.othersUs >= 500_000, JSON.stringify(theirs));
	} finally {
		neighbour.kill('SIGKILL');
	}
});
