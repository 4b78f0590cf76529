import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { recordedEvents } from '../../test/support/recorded.ts';
import { echoTemplate } from '../model/call-template.ts';
import type { CallEvent, DroppedEvent } from '../model/history.ts';
import { constantRate, type Load, loadMs, spike } from '../model/load.ts';
import { type Connect, type Failure, SessionError } from '../model/session.ts';
import type { SwarmSetup } from '../model/swarm.ts';
import { deriveSeed } from '../random.ts';
import { maxQueued } from './call-queue.ts';
import { arrivals } from './pacer.ts';
import { Recorder } from './recorder.ts';
import { Swarm } from './swarm.ts';

/** Sessions that answer `serviceMs` after they were asked, or fail for a reason. */
function server(serviceMs: number, fails: (n: number) => Failure | undefined = () => undefined) {
	const seen = { calls: 0 };
	const connect: Connect = () => ({
		initialized: true,
		callable: true,
		resumeToken: undefined,
		open: async () => {},
		call: (_call, caller) => {
			const why = fails(seen.calls++);
			setTimeout(() => {
				if (why) caller.failed(new SessionError(why, why));
				else caller.answered({ bytesIn: 1, bytesOut: 1 });
			}, serviceMs);
		},
		request: async () => ({}),
		abandon: () => {},
		close: async () => {},
		destroy: () => {},
	});
	return { connect, seen };
}

interface Course {
	readonly load: Load;
	readonly sessions: number;
	readonly drainMs: number;
	readonly server: ReturnType<typeof server>;
}

/** What every swarm of these tests is told. */
const common = {
	worker: 0,
	workers: 1,
	originUs: 0,
	manyAddresses: false,
	transport: 'stateless',
	headers: [],
	seed: 1,
	callTimeoutMs: 1e6,
	openConcurrency: 8,
	exact: true,
} as const;

/** Runs a whole load on a virtual clock, a millisecond at a time, and gives what the worker recorded. */
async function play({ load, sessions, drainMs, server: { connect } }: Course) {
	// Not setImmediate: the schedule would look at a clock that stands still, and never come to an end.
	mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
	const folder = mkdtempSync(join(tmpdir(), 'swarm-'));
	const historyPath = join(folder, 'history.ndjson');
	try {
		const recorder = new Recorder(historyPath, 0);
		const places = [{ urls: [], stream: false, call: echoTemplate, policy: 'immediate' }] as const;
		const setup: SwarmSetup = { ...common, historyPath, places };
		const swarm = new Swarm(setup, connect, recorder, () => Date.now() * 1000);
		let over = false;
		let startUs = 0;
		const course = (async () => {
			await swarm.hold(sessions);
			startUs = Date.now() * 1000;
			await swarm.run(load, startUs, 0);
			await swarm.drain(drainMs);
			await swarm.finish();
			over = true;
		})();
		for (let ms = 0; !over && ms < 2 * (loadMs(load) + drainMs) + 5000; ms++) {
			mock.timers.tick(1);
			await new Promise((resolve) => setImmediate(resolve));
		}
		assert.ok(over, 'the course came to its end');
		await course;
		recorder.close();
		const events = await recordedEvents(folder);
		const calls = events.filter((event): event is CallEvent => event.is === 'call');
		const count = (is: CallEvent['outcome']['is']) => calls.filter(({ outcome }) => outcome.is === is).length;
		const dropped = events.filter((event): event is DroppedEvent => event.is === 'dropped');
		const counts = { ok: count('ok'), failed: count('failed'), unknown: count('unknown'), dropped: dropped.length };
		const offeredUs = [...calls, ...dropped].map(({ dueUs }) => dueUs - startUs).sort((a, b) => a - b);
		return { counts, calls, offeredUs, queuedPeak: swarm.queuedPeak };
	} finally {
		mock.timers.reset();
		rmSync(folder, { recursive: true });
	}
}

function open(sessions: number, rate: Extract<Load, { kind: 'open' }>['rate'], kind: 'constant' | 'poisson'): Load {
	return { kind: 'open', sessions, rate, arrivals: kind };
}

/** The due instants of a load, in order, worked out beside the swarm. */
function dueOf(load: Load): number[] {
	const schedule = arrivals(load, deriveSeed(1, 'load'), { worker: 0, workers: 1 });
	const due: number[] = [];
	for (let next = schedule.next(); !next.done; next = schedule.next()) due.push(next.value.dueUs);
	return due;
}

test('enough sessions: every call is answered and none waits', async () => {
	const load = open(20, constantRate(1000, 2000), 'constant');
	const { counts, calls, offeredUs, queuedPeak } = await play({ load, sessions: 20, drainMs: 100, server: server(10) });
	assert.deepEqual(counts, { ok: 2000, failed: 0, unknown: 0, dropped: 0 });
	assert.equal(queuedPeak, 0);
	assert.deepEqual(offeredUs, dueOf(load), 'what is recorded is what was due');
	assert.ok(calls.every(({ dueUs, sentUs }) => sentUs >= dueUs && sentUs - dueUs <= 1000));
});

test('a spike beyond what the sessions can do waits and is worked off; its wait counts from due', async () => {
	// 10 sessions of 10 ms answer 1000/s: 3000/s for 500 ms leave 1000 behind, worked off at 800/s more than arrive.
	const load = open(10, spike({ basePerS: 200, peakPerS: 3000, atMs: 500, peakMs: 500, forMs: 3000 }), 'constant');
	const { counts, calls, queuedPeak } = await play({ load, sessions: 10, drainMs: 2000, server: server(10) });
	assert.deepEqual(counts, { ok: 2000, failed: 0, unknown: 0, dropped: 0 });
	assert.ok(Math.abs(queuedPeak / 1000 - 1) < 0.1, `${queuedPeak} waited`);
	const longestUs = Math.max(...calls.map(({ at, dueUs }) => at - dueUs));
	assert.ok(Math.abs(longestUs / 1_000_000 - 1) < 0.1, `the last of the spike waited for ${longestUs} µs`);
	const serviceUs = new Set(calls.map(({ at, sentUs }) => at - sentUs));
	assert.ok(Math.max(...serviceUs) <= 11_000, 'the time of service does not hold the wait');
});

for (const kind of ['constant', 'poisson'] as const) {
	test(`overload past the bound of the queue (${kind}): offered = answered + failed + unknown + dropped`, async () => {
		const reasons = ['refused', 'closed', undefined, undefined] as const;
		const load = open(10, constantRate(20_000, 2000), kind);
		const slow = server(10, (n) => reasons[n % 4]);
		const { counts, calls, offeredUs, queuedPeak } = await play({ load, sessions: 10, drainMs: 500, server: slow });
		assert.deepEqual(offeredUs, dueOf(load), 'every arrival is recorded, once, as it was due');
		assert.equal(queuedPeak, maxQueued);
		assert.equal(calls.length, slow.seen.calls);
		assert.deepEqual(counts, {
			ok: Math.floor(calls.length / 4) + Math.floor((calls.length + 1) / 4),
			failed: Math.floor((calls.length + 3) / 4),
			unknown: Math.floor((calls.length + 2) / 4),
			dropped: offeredUs.length - calls.length,
		});
		assert.equal(new Set(calls.map(({ callId }) => callId)).size, calls.length, 'no call twice');
	});
}

test('a client that fails has one call in flight at a time: what fell due meanwhile keeps its order', async () => {
	const load: Load = { kind: 'periodic', sessions: 20, everyMs: 20, forMs: 2000 };
	const slow = server(45, () => 'closed');
	const { counts, calls, offeredUs } = await play({ load, sessions: 20, drainMs: 5000, server: slow });
	assert.equal(new Set(calls.map(({ callId }) => callId)).size, calls.length, 'no call is recorded twice');
	assert.deepEqual(offeredUs, dueOf(load), 'every arrival is recorded, once');
	assert.deepEqual(counts, { ok: 0, failed: 0, unknown: 2000, dropped: 0 });
	for (const own of Map.groupBy(calls, ({ session }) => session).values()) {
		const sent = own.toSorted((one, other) => one.sentUs - other.sentUs);
		for (const [n, call] of sent.entries()) {
			const before = sent[n - 1];
			assert.ok(!before || (before.dueUs < call.dueUs && before.at <= call.sentUs), `call ${n} of ${call.session}`);
		}
	}
});

test('client n and call n belong to place n modulo the places; callers open when they call, and call once, slowly', async () => {
	mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
	const folder = mkdtempSync(join(tmpdir(), 'swarm-'));
	const historyPath = join(folder, 'history.ndjson');
	try {
		const recorder = new Recorder(historyPath, 0);
		const place = { urls: [], stream: false, policy: 'immediate', callers: 1 } as const;
		const call = { ...echoTemplate, slow: { ms: 70 } };
		const setup: SwarmSetup = {
			...common,
			historyPath,
			places: [place, place, place].map((own) => ({ ...own, call })),
		};
		const asked: string[] = [];
		let opened = 0;
		const base = server(5).connect;
		const connect: Connect = (events, token, client) => {
			const session = base(events, token, client);
			return {
				...session,
				open: async () => {
					opened++;
				},
				call: (made, caller) => {
					asked.push(`${(client ?? 0) % 3} ${made.seq % 3} ${made.arguments.includes('"afterMs":70')}`);
					session.call(made, caller);
				},
			};
		};
		const swarm = new Swarm(setup, connect, recorder, () => Date.now() * 1000);
		let over = false;
		const course = (async () => {
			await swarm.hold(9);
			assert.equal(opened, 6, 'three of them are callers');
			const load: Load = { kind: 'watch', sessions: 9, callers: 1, callAtMs: 200, forMs: 300 };
			await swarm.run(load, Date.now() * 1000, 0);
			await swarm.drain(100);
			await swarm.finish();
			over = true;
		})();
		for (let ms = 0; !over && ms < 5000; ms++) {
			mock.timers.tick(1);
			await new Promise((resolve) => setImmediate(resolve));
		}
		await course;
		recorder.close();
		const slow = [0, 1, 2].map((n) => `${n} ${n} true`);
		const plain = [0, 1, 2].flatMap((n) => [`${n} ${n} false`, `${n} ${n} false`]);
		assert.deepEqual(asked.sort(), [...slow, ...plain].sort());
		const calls = (await recordedEvents(folder)).filter((event): event is CallEvent => event.is === 'call');
		assert.equal(new Set(calls.map(({ callId }) => callId)).size, 9);
	} finally {
		mock.timers.reset();
		rmSync(folder, { recursive: true });
	}
});

/** How many slow calls twelve callers make whose sessions open so, of a watch of this length. */
async function slowCalls(open: () => Promise<void>, forMs: number): Promise<number> {
	mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
	const folder = mkdtempSync(join(tmpdir(), 'swarm-'));
	const historyPath = join(folder, 'history.ndjson');
	try {
		const recorder = new Recorder(historyPath, 0);
		const place = { urls: [], stream: false, policy: 'none', callers: 1, call: echoTemplate } as const;
		const base = server(5).connect;
		const connect: Connect = (...args) => ({ ...base(...args), open });
		const setup: SwarmSetup = { ...common, historyPath, places: Array.from({ length: 12 }, () => place) };
		const swarm = new Swarm(setup, connect, recorder, () => Date.now() * 1000);
		let over = false;
		const course = (async () => {
			const load: Load = { kind: 'watch', sessions: 12, callers: 1, callAtMs: forMs - 1, forMs };
			await swarm.hold(12);
			await swarm.run(load, Date.now() * 1000, 0);
			await new Promise((resolve) => setTimeout(resolve, forMs));
			await swarm.drain(100);
			await swarm.finish();
			over = true;
		})();
		for (let ms = 0; !over && ms < 2 * forMs + 5000; ms++) {
			mock.timers.tick(1);
			await new Promise((resolve) => setImmediate(resolve));
		}
		await course;
		recorder.close();
		return (await recordedEvents(folder)).filter(({ is }) => is === 'call').length;
	} finally {
		mock.timers.reset();
		rmSync(folder, { recursive: true });
	}
}

test('a caller that is refused or kept waiting calls and fails; one whose turn to open came too late makes no call', async () => {
	const never = () => new Promise<void>(() => {});
	assert.equal(await slowCalls(() => Promise.reject(new SessionError('refused', 'no')), 1000), 12);
	// Four open at a time, for 0.3 s each: by half of the time the last began 0.6 s before, or 2.9 s.
	assert.equal(await slowCalls(never, 2400), 0);
	assert.equal(await slowCalls(never, 7000), 12);
});

test('clients whose calls have failed can be asked again at once', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'swarm-'));
	const historyPath = join(folder, 'history.ndjson');
	const recorder = new Recorder(historyPath, 0);
	const places = [{ urls: [], stream: false, call: echoTemplate, policy: 'immediate' }] as const;
	const failing = server(0, () => 'timeout');
	const swarm = new Swarm(
		{ ...common, historyPath, places },
		failing.connect,
		recorder,
		() => performance.now() * 1000,
	);
	await swarm.hold(3);
	await swarm.touch();
	await swarm.touch();
	assert.equal(failing.seen.calls, 6);
	await swarm.finish();
	recorder.close();
	rmSync(folder, { recursive: true });
});
