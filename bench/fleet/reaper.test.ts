import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, survivors } from './fixtures/gone.ts';
import { groupOf, releaseLine, watchLine } from './group.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

interface Started {
	readonly pids: readonly number[];
	readonly reaper: number;
}

/** What a failing reaper leaves behind must not outlive its test. */
function killAll(pids: readonly number[]): void {
	for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** Whether the process has a handler for the signal. */
function catches(pid: number, signal: NodeJS.Signals): boolean {
	const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
	return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

/** Runs the harness fixture in a group of its own, until it has said what it started. */
async function startHarness(t: TestContext, ...args: string[]) {
	const harness = spawn(process.execPath, [file('./harness.fixture.ts'), ...args], {
		detached: true,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(harness, 'exit');
	const [line] = (await once(createInterface(harness.stdout), 'line')) as [string];
	const started = JSON.parse(line) as Started;
	t.after(() => killAll([harness.pid ?? 0, ...started.pids, started.reaper]));
	return { harness, exited, started };
}

test('SIGKILL of the harness: every child is gone within 2 s', { skip: linuxOnly }, async (t) => {
	const { harness, exited, started } = await startHarness(t);
	const all = [...started.pids, started.reaper];
	// A server, a stopped server, one that ignores SIGTERM and has no IPC, another with a descendant, the reaper.
	assert.equal(all.length, 6);
	assert.deepEqual(all.filter(isAlive), all);
	harness.kill('SIGKILL');
	await exited;
	assert.deepEqual(await survivors(all, 2000), []);
});

test('a harness that just leaves takes its children along', { skip: linuxOnly }, async (t) => {
	const { exited, started } = await startHarness(t, '--leave');
	await exited;
	assert.deepEqual(await survivors([...started.pids, started.reaper], 2000), []);
});

test('Ctrl-C reaches the harness alone', { skip: linuxOnly }, async (t) => {
	const { harness, exited, started } = await startHarness(t);
	// What a terminal does: SIGINT to the whole foreground group. The fixture harness dies of it, and the reaper acts.
	process.kill(-(harness.pid ?? 0), 'SIGINT');
	const [, signal] = await exited;
	assert.equal(signal, 'SIGINT');
	assert.deepEqual(await survivors([...started.pids, started.reaper], 2000), []);
});

test('the reaper ignores polite signals, obeys releases, and drops half a line', { skip: linuxOnly }, async (t) => {
	const victims = [0, 1, 2].map(() =>
		spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }),
	);
	const pids = victims.map((victim) => victim.pid ?? 0);
	t.after(() => killAll(pids));
	const [watched, released, half] = pids as [number, number, number];
	const reaper = spawn(process.execPath, [file('./reaper.ts')], { stdio: ['pipe', 'ignore', 'inherit'] });
	const exited = once(reaper, 'exit');
	reaper.stdin.write(watchLine(groupOf(watched)) + watchLine(groupOf(released)) + releaseLine(released));
	// Before it has started a signal would end it.
	while (!catches(reaper.pid ?? 0, 'SIGQUIT')) await sleep(20);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) reaper.kill(signal);
	await sleep(50);
	assert.equal(isAlive(watched), true);
	reaper.stdin.end(`+ ${half}`);
	assert.deepEqual(await exited, [0, null]);
	assert.deepEqual(await survivors([watched], 2000), []);
	assert.deepEqual(pids.filter(isAlive), [released, half]);
});
