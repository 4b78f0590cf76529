import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isAlive } from '../bench/fleet/fixtures/gone.ts';
import { MemoryGroup, memoryHome } from '../bench/fleet/memory-group.ts';
import { freePort } from '../bench/fleet/port.ts';
import { findTool } from '../bench/fleet/tools.ts';
import type { Fault } from '../bench/model/fault.ts';
import { constantRate } from '../bench/model/load.ts';
import { balancer } from '../bench/model/path.ts';
import type { Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { childrenCalled, linuxOnly } from './support/processes.ts';
import { eventsOf, known, type Played, type PlayOptions, playTrial } from './support/trials.ts';

const atMs = 300;
/** So many trials: they mostly wait, and nothing of them is measured. */
const atOnce = 2;
const behindBalancer = true;

/** A steady load of calls in which the fault strikes, if there is one. */
function size(fault?: Fault, { forMs = 2000, behindBalancer: isBehind = false } = {}): Size {
	return {
		load: { kind: 'open', sessions: 12, rate: constantRate(150, forMs), arrivals: 'poisson' },
		warmMs: 200,
		faults: fault ? [{ atMs, fault }] : [],
		repeats: 1,
		...(isBehind && { path: balancer }),
	};
}

/** A trial beside others: its clients do not ask for a CPU of their own. */
function playBeside(target: Target, size: Size, options: PlayOptions = {}): Promise<Played> {
	return playTrial(target, size, { sharesMachine: true, ...options });
}

/** When the fault was applied and healed, in µs of the trial. */
function windowOf(played: Played): { appliedUs: number; healedUs: number } {
	assert.equal(played.end.end, 'ran', JSON.stringify(played.end));
	const [applied, healed, ...more] = eventsOf(played, 'fault');
	assert.ok(applied?.change === 'applied' && healed?.change === 'healed' && more.length === 0);
	return { appliedUs: applied.at, healedUs: healed.at };
}

function processesOf(played: Played, role: string) {
	const all = eventsOf(played, 'process').filter((event) => event.role === role);
	const isReady = ({ change }: { change: string }) => change === 'ready';
	return { ready: all.filter(isReady), exited: all.filter((event) => !isReady(event)) };
}

function callsOf(played: Played) {
	const calls = eventsOf(played, 'call');
	return { calls, notOk: calls.filter(({ outcome }) => outcome.is !== 'ok') };
}

/** Nothing that a trial started runs after it. */
function assertAllGone(played: Played): void {
	const pids = eventsOf(played, 'process').map(({ pid }) => pid);
	assert.ok(pids.length > 0);
	assert.deepEqual(
		pids.filter((pid) => isAlive(pid)),
		[],
	);
}

describe('faults on one process', { skip: linuxOnly, concurrency: atOnce }, () => {
	test('drain: the server ends by itself and is back; the fault heals at its ready', async () => {
		const drain: Fault = { kind: 'drain', deadlineMs: 2000, restartAfterMs: 500 };
		const played = await playBeside(known('stateless'), size(drain, { forMs: 4000 }));
		const { appliedUs, healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.deepEqual([ready.length, exited[0]?.exit], [2, 'exit code 0']);
		assert.equal(ready[1]?.at, healedUs);
		assert.ok(healedUs - appliedUs >= 500_000);
		const { calls } = callsOf(played);
		assert.ok(calls.some(({ sentUs, outcome }) => sentUs > healedUs && outcome.is === 'ok'));
		assertAllGone(played);
	});

	test('pause: nothing is answered, and then everything', async () => {
		const forMs = 1500;
		const played = await playBeside(known('stateless'), size({ kind: 'pause', forMs }));
		const { appliedUs } = windowOf(played);
		assert.equal(processesOf(played, 'target').ready.length, 1);
		const { calls, notOk } = callsOf(played);
		const untilUs = appliedUs + forMs * 1000;
		// The signal is sent a moment after the event is written, and answers may be on their way.
		assert.ok(calls.every(({ at }) => at < appliedUs + 1_000_000 || at >= untilUs));
		assert.ok(calls.filter(({ sentUs, at }) => sentUs < untilUs && at >= untilUs).length > 0);
		assert.deepEqual(notOk, []);
	});

	test('fd_exhaustion: the server stays, and is as it was afterwards', {
		skip: findTool('prlimit') ? false : 'prlimit is missing',
	}, async () => {
		const played = await playBeside(known('stateless'), size({ kind: 'fd_exhaustion', spareFds: 0, forMs: 500 }));
		const { healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.equal(ready.length, 1);
		assert.ok(exited.every(({ at }) => at > healedUs));
		assert.ok(callsOf(played).calls.some(({ sentUs, outcome }) => sentUs > healedUs && outcome.is === 'ok'));
	});

	test('a trial that is ended while its target stands still leaves nothing behind', async () => {
		const ending = new AbortController();
		const played = await playBeside(known('sse'), size({ kind: 'pause', forMs: 20_000 }, { forMs: 25_000 }), {
			signal: ending.signal,
			onPhase: (phase) => {
				if (phase === 'measure') setTimeout(() => ending.abort(), atMs + 300);
			},
		});
		assert.equal(played.end.end, 'aborted');
		assert.deepEqual(
			eventsOf(played, 'fault').map(({ change }) => change),
			['applied'],
		);
		assertAllGone(played);
	});
});

// One after the other: each looks for what this process left behind.
describe('a limit of memory', { skip: linuxOnly }, () => {
	test('memory_limit: a server that the kernel kills is back with the heal, or the trial says why it cannot be', async (t) => {
		const played = await playBeside(known('stateless'), size({ kind: 'memory_limit', spareMb: 0, forMs: 700 }));
		if (played.end.end === 'unavailable') {
			await assert.rejects(MemoryGroup.enter([process.pid], 10_000), { message: /memory_limit needs/ });
			t.skip(played.end.because);
			return;
		}
		const { healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.deepEqual([ready.length, exited[0]?.exit], [2, 'SIGKILL']);
		assert.equal(ready[1]?.at, healedUs);
		const left = readdirSync(memoryHome(process.pid).parent).filter((name) =>
			name.startsWith(`mcp-bench-${process.pid}-`),
		);
		assert.deepEqual(left, []);
	});

	test('a memory limit is lifted where the trial ends first', async () => {
		const ending = new AbortController();
		const fault = { kind: 'memory_limit', spareMb: 500, forMs: 20_000 } as const;
		const played = await playBeside(known('stateless'), size(fault, { forMs: 25_000 }), {
			signal: ending.signal,
			onPhase: (phase) => {
				if (phase === 'measure') setTimeout(() => ending.abort(), atMs + 300);
			},
		});
		assertAllGone(played);
		if (played.end.end === 'unavailable') return;
		const left = readdirSync(memoryHome(process.pid).parent).filter((name) =>
			name.startsWith(`mcp-bench-${process.pid}-`),
		);
		assert.deepEqual(left, []);
	});
});

describe('behind the balancer', { skip: linuxOnly, concurrency: atOnce }, () => {
	for (const id of ['sse', 'stateful', 'stateless', 'modern']) {
		test(`${id}: three processes share the clients, and no session is lost`, async () => {
			const played = await playBeside(known(id, 3), size(undefined, { behindBalancer, forMs: 1000 }));
			assert.equal(played.end.end, 'ran', JSON.stringify(played.end));
			const { calls, notOk } = callsOf(played);
			assert.ok(calls.length > 50);
			assert.deepEqual(notOk, []);
			assert.deepEqual(
				eventsOf(played, 'session').filter(({ change }) => change === 'lost'),
				[],
			);
			const { ready, exited } = processesOf(played, 'path');
			assert.deepEqual([ready.length, exited.length], [1, 1]);
			assert.ok(eventsOf(played, 'gauge').some(({ role }) => role === 'path'));
			assertAllGone(played);
		});
	}
});

describe('faults behind the balancer', { skip: linuxOnly, concurrency: atOnce }, () => {
	test('rolling restart with deregistration: every process is renewed, and nobody without a session notices', async () => {
		const roll = { batch: 1, intervalMs: 100, stop: 'drain', deadlineMs: 2000, deregister: true } as const;
		const fault: Fault = { kind: 'rolling_restart', ...roll };
		const played = await playBeside(known('stateless', 3), size(fault, { behindBalancer, forMs: 3000 }));
		const { appliedUs, healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.equal(ready.length, 6);
		const inRoll = exited.filter(({ at }) => at > appliedUs && at < healedUs);
		assert.deepEqual(
			inRoll.map(({ exit }) => exit),
			Array(3).fill('exit code 0'),
		);
		const { calls, notOk } = callsOf(played);
		assert.deepEqual(notOk, []);
		assert.ok(calls.some(({ sentUs }) => sentUs > appliedUs && sentUs < healedUs));
	});

	test('rolling restart by kill: sessions of the killed process are lost, calls go on', async () => {
		const roll = { batch: 2, intervalMs: 100, stop: 'kill', deadlineMs: 0, deregister: false } as const;
		const fault: Fault = { kind: 'rolling_restart', ...roll };
		const played = await playBeside(known('stateful', 3), size(fault, { behindBalancer, forMs: 6000 }));
		const { healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.equal(ready.length, 6);
		assert.equal(exited.filter(({ exit }) => exit === 'SIGKILL').length, 3);
		const sessions = eventsOf(played, 'session');
		const lost = new Set(sessions.filter(({ change }) => change === 'lost').map(({ session }) => session));
		assert.equal(lost.size, 12);
		assert.ok(callsOf(played).calls.some(({ sentUs, outcome }) => sentUs > healedUs && outcome.is === 'ok'));
	});

	test('blue-green: new processes take over, the old ones drain and go, and nobody without a session notices', async () => {
		const fault: Fault = { kind: 'blue_green', deadlineMs: 2000 };
		const played = await playBeside(known('stateless', 3), size(fault, { behindBalancer, forMs: 2500 }));
		const { appliedUs, healedUs } = windowOf(played);
		const { ready, exited } = processesOf(played, 'target');
		assert.equal(new Set(ready.map(({ pid }) => pid)).size, 6);
		const gone = exited.filter(({ at }) => at > appliedUs && at <= healedUs);
		assert.deepEqual(
			gone.map(({ pid }) => pid).sort(),
			ready
				.slice(0, 3)
				.map(({ pid }) => pid)
				.sort(),
		);
		assert.ok(gone.every(({ exit }) => exit === 'exit code 0'));
		assert.deepEqual(callsOf(played).notOk, []);
		assertAllGone(played);
	});

	test('a crash behind the balancer is answered by it: 502, and no connection is refused', async () => {
		const fault: Fault = { kind: 'crash', restartAfterMs: 500 };
		const played = await playBeside(known('stateless'), size(fault, { behindBalancer }));
		const { appliedUs, healedUs } = windowOf(played);
		const { notOk } = callsOf(played);
		assert.ok(notOk.some(({ outcome }) => outcome.is === 'failed' && outcome.why === 'http-status'));
		assert.ok(notOk.every(({ sentUs }) => sentUs > appliedUs - 1_000_000 && sentUs < healedUs + 1_000_000));
		assert.ok(eventsOf(played, 'connect').every(({ ok }) => ok));
	});

	test('down and half_open: the servers live on', async () => {
		for (const kind of ['down', 'half_open'] as const) {
			const played = await playBeside(known('stateless'), size({ kind, forMs: 500 }, { behindBalancer }));
			const { appliedUs, healedUs } = windowOf(played);
			assert.equal(processesOf(played, 'target').ready.length, 1);
			const { calls, notOk } = callsOf(played);
			assert.ok(notOk.length > 0 && notOk.every(({ at }) => at > appliedUs));
			if (kind === 'down') assert.ok(calls.some(({ sentUs, outcome }) => sentUs > healedUs && outcome.is === 'ok'));
		}
	});
});

describe('faults of what passes', { skip: linuxOnly, concurrency: atOnce }, () => {
	test('latency begins and heals on living connections: calls are late in between, and none fails', async () => {
		const latencyMs = 300;
		const forMs = 2500;
		const fault: Fault = { kind: 'latency', latencyMs, forMs };
		const played = await playBeside(known('stateless'), size(fault, { behindBalancer, forMs: 4500 }));
		const { appliedUs, healedUs } = windowOf(played);
		const { calls, notOk } = callsOf(played);
		assert.deepEqual(notOk, []);
		const isLate = ({ sentUs, at }: { sentUs: number; at: number }) => at - sentUs >= (latencyMs - 2) * 1000;
		// In force since the first late answer came by, and at least until its time was over.
		const sinceUs = Math.min(...calls.filter(isLate).map(({ at }) => at)) - latencyMs * 1000;
		const untilUs = appliedUs + (forMs - latencyMs - 5) * 1000;
		const within = calls.filter(({ sentUs }) => sentUs > Math.max(sinceUs, appliedUs + 100_000) && sentUs < untilUs);
		assert.ok(within.length > 0);
		assert.ok(within.every(isLate));
		assert.ok(calls.some(({ sentUs, at }) => sentUs > healedUs && at - sentUs < latencyMs * 1000));
	});

	test('an idle limit cuts silent streams, and the history says what was cut, by whom and how', async () => {
		const fault: Fault = { kind: 'idle_timeout', idleMs: 500, end: 'rst', forMs: 1500 };
		const calm = { kind: 'open', sessions: 12, rate: constantRate(2, 3500), arrivals: 'poisson' } as const;
		const played = await playBeside(known('sse'), { ...size(fault, { behindBalancer }), load: calm });
		const { appliedUs, healedUs } = windowOf(played);
		const cuts = eventsOf(played, 'cut');
		assert.ok(cuts.length >= 1, 'a stream that carried nothing');
		for (const { at, by, end, place, idleMs } of cuts) {
			assert.deepEqual([by, end, place], ['idle_timeout', 'rst', 0]);
			assert.ok(at >= appliedUs + 495_000 && at <= healedUs + 100_000 && idleMs >= 495);
		}
		const lost = eventsOf(played, 'session').filter(({ change }) => change === 'lost');
		assert.ok(lost.length > 0 && lost.every(({ why }) => why === 'reset'), JSON.stringify(lost));
	});
});

describe('what ends a trial', { skip: linuxOnly }, () => {
	/** Kills the trial's child of this name as its measured phase begins. */
	const killIn = (file: string, isBehind: boolean): Promise<Played> =>
		playTrial(known('stateless'), size(undefined, { behindBalancer: isBehind, forMs: 4000 }), {
			onPhase: (phase) => {
				if (phase !== 'measure') return;
				const [pid, ...others] = childrenCalled(file);
				assert.ok(pid !== undefined && others.length === 0);
				process.kill(pid, 'SIGKILL');
			},
		});

	test('the death of the balancer', async () => {
		const played = await killIn('/proxy-process.ts', behindBalancer);
		assert.ok(played.end.end === 'aborted');
		assert.match(played.end.because, /the embedded proxy ended by itself \(SIGKILL\)/);
		assertAllGone(played);
	});

	test('the death of the target without a fault', async () => {
		const played = await killIn('/servers/stateless.ts', false);
		assert.ok(played.end.end === 'aborted');
		assert.match(played.end.because, /the target ended by itself \(SIGKILL\)/);
		assertAllGone(played);
	});

	test('a target that cannot be had twice is no failure', async () => {
		const port = await freePort();
		const command = `${process.execPath} servers/stateless.ts --port ${port}`;
		const url = `http://127.0.0.1:${port}/mcp`;
		const own: Target = { ...known('stateless'), server: { kind: 'command', command, url } };
		const fault: Fault = { kind: 'blue_green', deadlineMs: 100 };
		const { end } = await playTrial(own, size(fault, { behindBalancer }));
		assert.ok(end.end === 'unavailable', JSON.stringify(end));
		assert.match(end.because, /listens on one port only/);
	});
});
