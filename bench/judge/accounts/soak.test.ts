import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import { checkpointEveryMs, type SoakLoad } from '../../model/soak.ts';
import { Soak } from './soak.ts';

const minuteUs = 60_000_000;

function checkpoint(number: number, heapUsedKb: number, openSessions: number): HistoryEvent {
	return {
		...{ is: 'checkpoint', at: number * minuteUs, number, sessions: 100, gone: number * 10 },
		target: { heapUsedKb, externalKb: 0, ussKb: 50_000, openSessions, openStreams: 0 },
		...{ fds: 120, swarmKb: 60_000, harnessKb: 80_000 },
	};
}

function call(dueUs: number, tookUs: number): HistoryEvent {
	return {
		...{ is: 'call', at: dueUs + tookUs, callId: '0-1', session: 0, phase: 'measure', dueUs, sentUs: dueUs },
		...{ outcome: { is: 'ok' }, bytesIn: 0, bytesOut: 0 },
	};
}

function soaked(events: readonly HistoryEvent[]): Soak {
	const account = new Soak();
	for (const event of events) account.take(event);
	return account;
}

test('what grows by the minute is said by the hour, without the first checkpoint', () => {
	// The first has memory to find its size.
	const events = Array.from({ length: 11 }, (_, n) => checkpoint(n, n === 0 ? 900 : 5000 + 10 * n, 100 + 2 * n));
	const measures = soaked(events).measures();
	assert.equal(measures.heapKbPerHour?.value.toFixed(3), '600.000');
	assert.equal(measures.sessionsPerHour?.value.toFixed(3), '120.000');
	assert.ok(Math.abs((measures.sessionsPerHour?.ci?.[0] ?? 0) - 120) < 1e-6);
	assert.equal(measures.fdsPerHour?.value, 0);
	assert.equal(measures.harnessKbPerHour?.value, 0);
	assert.deepEqual([measures.soakedMs?.value, measures.passedClients?.value], [600_000, 100]);
});

test('latency is that between checkpoints, without the calls that were due while the server was read', () => {
	const events: HistoryEvent[] = [checkpoint(0, 5000, 100)];
	for (let n = 1; n <= 5; n++) {
		const fromUs = (n - 1) * minuteUs;
		// Each minute is 100 µs slower than the one before; readings take a second in which calls wait.
		for (let k = 0; k < 400; k++) events.push(call(fromUs + 100_000 * (k + 20), 1000 + 100 * n));
		events.push({ is: 'checkpoint-begun', at: n * minuteUs - 1_000_000 });
		for (let k = 0; k < 300; k++) events.push(call(n * minuteUs - 900_000, 500_000));
		events.push(checkpoint(n, 5000, 100));
		for (let k = 0; k < 300; k++) events.push(call(n * minuteUs - 100_000, 900_000));
	}
	const account = soaked(events);
	const near = (value: number | undefined, truth: number) => Math.abs((value ?? 0) / truth - 1) < 0.01;
	const p99 = account.series('p99Us').map(([, us]) => us);
	assert.equal(p99.length, 5);
	for (const [n, us] of p99.entries()) assert.ok(near(us, 1100 + 100 * n), `${us}`);
	assert.ok(near(account.measures().p50UsPerHour?.value, 6000));
});

test('with fewer than two checkpoints there is nothing to tell', () => {
	assert.equal(soaked([checkpoint(0, 1, 1)]).tells, false);
	assert.deepEqual(soaked([checkpoint(0, 1, 1)]).measures(), {});
	assert.equal(soaked([checkpoint(0, 1, 1), checkpoint(1, 1, 1)]).tells, true);
	assert.equal(soaked([checkpoint(0, 1, 1), checkpoint(3, 1, 1)]).lastMs, 180_000);
});

test('a long soak has a checkpoint every minute, a short one some twenty', () => {
	const every = (forMs: number) =>
		checkpointEveryMs({ kind: 'soak', sessions: 1, perS: 1, passing: 1, roundEveryMs: 1, forMs } satisfies SoakLoad);
	assert.deepEqual([6000, 60_000, 1_200_000, 86_400_000].map(every), [1000, 3000, 60_000, 60_000]);
});
