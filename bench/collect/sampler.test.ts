import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { clockSince, monotonicUs } from '../clock.ts';
import type { GaugeEvent } from '../model/history.ts';
import { fakeProc, statLine } from './fixtures/fake-proc.ts';
import { Proc } from './proc.ts';
import { Budget, Sampler } from './sampler.ts';

const linuxOnly = process.platform === 'linux' ? false : 'no /proc';

function idleChild(t: TestContext): ChildProcess {
	const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
	t.after(() => child.kill('SIGKILL'));
	return child;
}

/** A sampler that keeps what it emits. */
function recordingSampler(t: TestContext, options: { hz?: number; proc?: Proc } = {}) {
	const events: GaugeEvent[] = [];
	const sampler = new Sampler({
		clock: clockSince(monotonicUs()),
		emit: (event) => events.push(event),
		...options,
	});
	t.after(() => sampler.stop());
	return { sampler, events, of: (pid: number) => events.filter((event) => event.pid === pid) };
}

test('a changing set of processes is sampled, and the machine with it', { skip: linuxOnly }, async (t) => {
	const { sampler, events, of } = recordingSampler(t, { hz: 50 });
	const [first, second] = [idleChild(t), idleChild(t)];
	const [firstPid, secondPid] = [first.pid ?? 0, second.pid ?? 0];
	sampler.add({ role: 'target', pid: firstPid });
	sampler.start();
	sampler.start();
	// The first sample is taken at once.
	assert.deepEqual(
		events.map(({ role }) => role),
		['target', 'machine'],
	);
	sampler.add({ role: 'swarm', pid: secondPid });
	while (of(secondPid).length < 3) await sleep(5);
	first.kill('SIGKILL');
	await once(first, 'exit');
	const ended = of(firstPid).length;
	while (of(secondPid).length < 6) await sleep(5);
	assert.equal(of(firstPid).length, ended);
	sampler.remove(secondPid);
	const removed = of(secondPid).length;
	while (of(0).length < 10) await sleep(5);
	assert.equal(of(secondPid).length, removed);
	sampler.stop();
	const stopped = events.length;
	await sleep(60);
	assert.equal(events.length, stopped);
	assert.equal(sampler.cost().ticks, of(0).length);
	assert.ok(of(secondPid).every(({ role, values }) => role === 'swarm' && (values.rssKb ?? 0) > 0));
	assert.ok(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0)));
});

test('ticks keep their rhythm, and ticks that were missed are counted, not made up for', async (t) => {
	const { sampler, of } = recordingSampler(t, { hz: 20, proc: new Proc(fakeProc(t, {})) });
	sampler.start();
	while (of(0).length < 3) await sleep(5);
	const busyUntil = performance.now() + 330;
	while (performance.now() < busyUntil);
	while (of(0).length < 8) await sleep(5);
	sampler.stop();
	const { skipped } = sampler.cost();
	assert.ok(skipped >= 5, `${skipped} skipped`);
	const ticks = of(0).map(({ at }) => at);
	const periods = ((ticks.at(-1) ?? 0) - (ticks[0] ?? 0)) / 50_000;
	// Every period had its tick or was counted as skipped; one may be under way.
	assert.ok(Math.abs(periods - (ticks.length - 1 + skipped)) < 1.5, `${periods} periods, ${ticks.length} ticks`);
});

test('an emit that stops the sampler stops it', async (t) => {
	let emitted = 0;
	const sampler: Sampler = new Sampler({
		clock: () => 0,
		emit: () => {
			emitted += 1;
			sampler.stop();
		},
		hz: 100,
		proc: new Proc(fakeProc(t, {})),
	});
	sampler.start();
	await sleep(50);
	assert.equal(emitted, 1);
});

test('descriptors that come between two countings are booked as sockets', (t) => {
	const root = fakeProc(
		t,
		{ '42/stat': statLine({}), '42/statm': '10 10 1 1 1 1 1' },
		{ '42/fd/0': '/dev/null', '42/fd/1': 'pipe:[1]', '42/fd/2': 'socket:[2]' },
	);
	const { sampler, of } = recordingSampler(t, { proc: new Proc(root) });
	const kinds = () => {
		sampler.sample();
		const { fdsSocket, fdsPipe, fdsFile, fdsOther } = of(42).at(-1)?.values ?? {};
		return [fdsSocket, fdsPipe, fdsFile, fdsOther];
	};
	sampler.add({ role: 'target', pid: 42 });
	assert.deepEqual(kinds(), [1, 1, 1, 0]);
	symlinkSync('socket:[3]', join(root, '42/fd/3'));
	symlinkSync('anon_inode:[eventpoll]', join(root, '42/fd/4'));
	assert.deepEqual(kinds(), [3, 1, 1, 0]);
	for (const name of ['2', '3', '4']) unlinkSync(join(root, '42/fd', name));
	assert.deepEqual(kinds(), [0, 1, 1, 0]);
});

test('CPU time never runs backwards when a thread ends', (t) => {
	const root = fakeProc(t, { '42/stat': statLine({ utime: 1 }), '42/task/42/schedstat': '25000000 1 1' });
	const { sampler, of } = recordingSampler(t, { proc: new Proc(root) });
	sampler.add({ role: 'target', pid: 42 });
	sampler.sample();
	writeFileSync(join(root, '42/task/42/schedstat'), '12000000 1 1');
	sampler.sample();
	assert.deepEqual(
		of(42).map(({ values }) => values.cpuUs),
		[25_000, 25_000],
	);
});

test('a budget spends 2 % of the time at most', () => {
	const budget = new Budget(100);
	const busy = (ms: number) => () => {
		const until = performance.now() + ms;
		while (performance.now() < until);
		return 'done';
	};
	assert.equal(budget.spend(0, busy(0)), 'done');
	assert.equal(budget.spend(99, busy(0)), undefined);
	assert.equal(budget.spend(100, busy(4)), 'done');
	assert.equal(budget.spend(299, busy(0)), undefined);
	assert.equal(budget.spend(100_000, busy(0)), 'done');
});
