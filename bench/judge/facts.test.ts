import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { CallEvent, HistoryEvent } from '../model/history.ts';
import type { Outcome } from '../model/session.ts';
import { SecondPeak } from './accounts/recovery.ts';
import { doubts } from './doubts.ts';
import { measuresOf, readFacts, type TrialFacts } from './facts.ts';

async function factsOf(events: HistoryEvent[]): Promise<TrialFacts> {
	return readFacts(
		(async function* () {
			yield* events;
		})(),
	);
}

async function valuesOf(events: HistoryEvent[]): Promise<Record<string, number>> {
	const measures = measuresOf(await factsOf(events));
	return Object.fromEntries(Object.entries(measures).map(([name, entry]) => [name, entry.value]));
}

function peakOf(instantsUs: readonly number[]): number {
	const second = new SecondPeak();
	for (const us of instantsUs) second.add(us);
	return second.peak;
}

const crash = { kind: 'crash', restartAfterMs: 1000 } as const;
const ok: Outcome = { is: 'ok' };

function call(at: number, session: number, outcome: Outcome = ok, phase: CallEvent['phase'] = 'measure'): CallEvent {
	return {
		is: 'call',
		at,
		callId: `0-${at}`,
		session,
		phase,
		dueUs: at - 500,
		sentUs: at - 400,
		outcome,
		bytesIn: 1,
		bytesOut: 1,
	};
}

function histogram(worker: number, values: number[]): HistoryEvent {
	const recorded = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, highestTrackableValue: 600_000_000 });
	for (const value of values) recorded.recordValue(value);
	return { is: 'histogram', at: 1, worker, of: 'latencyUs', data: encodeIntoCompressedBase64(recorded) };
}

test('outcomes are counted for the measured phase only', async () => {
	const events: HistoryEvent[] = [
		{ is: 'phase', at: 0, phase: 'measure' },
		call(10, 0, ok, 'warm'),
		call(20, 0),
		call(30, 1, { is: 'failed', why: 'refused' }),
		call(40, 1, { is: 'unknown', why: 'closed' }),
		{ is: 'dropped', at: 50, phase: 'measure', dueUs: 45 },
		{ is: 'phase', at: 2_000_000, phase: 'drain' },
	];
	const values = await valuesOf(events);
	assert.equal(values.callsOk, 1);
	assert.equal(values.callsFailed, 1);
	assert.equal(values.callsUnknown, 1);
	assert.equal(values.callsDropped, 1);
	assert.equal(values.callsPerS, 0.5);
});

test('percentiles of several workers are those of all their calls together', async () => {
	const low = Array.from({ length: 900 }, (_, n) => 100 + (n % 10));
	const high = Array.from({ length: 100 }, () => 5000);
	const values = await valuesOf([histogram(0, low), histogram(1, high)]);
	assert.ok(Math.abs((values.p50Us ?? 0) - 105) <= 1);
	assert.ok(Math.abs((values.p99Us ?? 0) / 5000 - 1) < 0.001);
	assert.ok(Math.abs((values.maxUs ?? 0) / 5000 - 1) < 0.001);
});

test('recovery counts from the heal to the first success of a share of all clients', async () => {
	const open = (session: number): HistoryEvent => ({
		is: 'session',
		at: 1,
		session,
		change: 'opened',
		initialized: true,
	});
	const clients = Array.from({ length: 100 }, (_, n) => n);
	const values = await valuesOf([
		...clients.map(open),
		...clients.map((n) => call(1000 + n, n)),
		{ is: 'fault', at: 1_000_000, fault: crash, change: 'applied' },
		{ is: 'connect', at: 1_200_000, session: 0, ok: false },
		{ is: 'fault', at: 2_000_000, fault: crash, change: 'healed' },
		// Client n succeeds again n+1 milliseconds after the heal, and once more later: only the first counts.
		...clients.map((n) => call(2_000_000 + (n + 1) * 1000, n)),
		...clients.map((n) => call(9_000_000 + n, n)),
	]);
	assert.equal(values.recovery95Ms, 95);
	assert.equal(values.recovery99Ms, 99);
	assert.equal(values.connectsPeakPerS, 1);
});

test('a share that never recovers has no recovery time', async () => {
	const facts = await factsOf([
		{ is: 'session', at: 1, session: 0, change: 'opened' },
		{ is: 'session', at: 1, session: 1, change: 'opened' },
		{ is: 'fault', at: 10, fault: crash, change: 'applied' },
		{ is: 'fault', at: 20, fault: crash, change: 'healed' },
		call(1000, 0),
	]);
	assert.equal(measuresOf(facts).recovery95Ms, undefined);
	assert.equal(facts.recovery.neverRecovered, 1);
	assert.deepEqual(doubts(facts, ['recovery95Ms'], {}), [
		{ id: 'not-recovered', detail: 'Clients without an answer after the fault was over: 1.' },
	]);
	assert.deepEqual(doubts(facts, ['servedAfterShare'], {}), [], 'no time of recovery is shown that could be doubted');
});

test('pushes that found a worker’s inbox full are told of, as each worker counted them to its last word', async () => {
	const traffic = (worker: number, at: number, hurried?: number): HistoryEvent => {
		return { is: 'traffic', at, worker, bytesIn: 1, bytesOut: 1, ...(hurried !== undefined && { hurried }) };
	};
	const said = async (...events: HistoryEvent[]) => {
		const facts = await factsOf([{ is: 'listen', at: 1, sessions: 2 }, ...events]);
		return doubts(facts, [], {});
	};
	assert.deepEqual(await said(traffic(0, 2), traffic(1, 2), traffic(0, 3, 40), traffic(1, 3, 2), traffic(0, 4, 50)), [
		{ id: 'generator-late', detail: '52 pushes found a worker’s inbox full.' },
	]);
	assert.deepEqual(await said(traffic(0, 2), traffic(0, 3)), []);
});

test('where nobody was ever served, nobody can have recovered: that is said the same, however many they were', async () => {
	const said = async (clients: number, ...more: HistoryEvent[]) => {
		const opened = Array.from({ length: clients }, (_, session): HistoryEvent => {
			return { is: 'session', at: 1, session, change: 'opened' };
		});
		const facts = await factsOf([
			...opened,
			call(5, 0, { is: 'failed', why: 'refused' }),
			...more,
			{ is: 'fault', at: 10, fault: crash, change: 'applied' },
			{ is: 'fault', at: 20, fault: crash, change: 'healed' },
			call(1000, 0, { is: 'failed', why: 'refused' }),
		]);
		return doubts(facts, ['recovery100Ms'], {}).map(({ detail }) => detail);
	};
	assert.deepEqual(await said(3), await said(6));
	assert.deepEqual(await said(3), ['Not one client was ever served, before the fault or after it.']);
	assert.deepEqual(await said(3, call(6, 1)), ['Clients without an answer after the fault was over: 3.']);
});

test('the peak is over any second, not over calendar seconds', () => {
	assert.equal(peakOf([900_000, 950_000, 1_050_000, 1_100_000, 3_000_000]), 4);
	assert.equal(peakOf([0, 1_000_000]), 1);
	assert.equal(peakOf([]), 0);
	const dense = Array.from({ length: 20_000 }, (_, n) => n * 250);
	assert.equal(peakOf(dense), 4000, 'old instants are forgotten, the window is not');
});

test('the cost per client is the slope of the readings of its state', async () => {
	const reading = (sessions: number, state: 'settled' | 'kept-alive'): HistoryEvent => {
		const fds = state === 'settled' ? sessions : 2 * sessions;
		const target = {
			pssKb: 40_000 + 12 * sessions,
			ussKb: 1,
			heapUsedKb: 5 * sessions,
			fdsSocket: 4 + fds,
			fdsPipe: 2,
			fdsFile: 1,
			fdsOther: 9,
		};
		return {
			is: 'reading',
			at: sessions,
			sessions,
			state,
			target,
			swarm: {},
			machine: { slabKb: 9 * sessions, tcpMemKb: 0 },
		};
	};
	const values = await valuesOf([0, 100, 200, 400].flatMap((n) => [reading(n, 'kept-alive'), reading(n, 'settled')]));
	assert.equal(values.fdsPerClient, 1);
	assert.equal(values.fdsPerClientKeptAlive, 2);
	assert.equal(values.pssKbPerClient, 12);
	assert.equal(values.kernelKbPerClient, 9);
	assert.equal(values.r2, 1);
});

test('how fast a ladder opened its clients, what they cost the workers, and how many failed', async () => {
	const reading = (sessions: number, opened: number, openMs: number): HistoryEvent => ({
		is: 'reading',
		at: sessions,
		sessions,
		state: 'settled',
		opened,
		openMs,
		target: {},
		swarm: { ussKb: 50_000 + 11 * sessions },
		machine: {},
	});
	const change = (what: 'lost' | 'open-failed'): HistoryEvent => ({ is: 'session', at: 1, session: 1, change: what });
	const events = [
		reading(0, 0, 1),
		reading(100, 100, 40),
		change('open-failed'),
		reading(400, 300, 160),
		change('lost'),
	];
	const values = await valuesOf(events);
	assert.equal(values.swarmKbPerClient, 11);
	assert.equal(values.openMs, 200);
	assert.equal(values.opensPerS, 2000);
	assert.deepEqual([values.opensFailed, values.sessionsLost], [1, 1]);
	assert.equal((await valuesOf([reading(0, 0, 1)])).opensPerS, undefined);
});

test('CPU per call is the target’s CPU time over the measured phase by its answered calls', async () => {
	const gauge = (at: number, cpuUs: number): HistoryEvent => ({
		is: 'gauge',
		at,
		role: 'target',
		pid: 7,
		values: { cpuUs },
	});
	const values = await valuesOf([
		gauge(0, 1_000_000),
		{ is: 'phase', at: 5, phase: 'measure' },
		gauge(10, 2_000_000),
		call(20, 0),
		call(30, 0),
		gauge(1_000_010, 2_500_000),
		{ is: 'phase', at: 1_000_020, phase: 'drain' },
		gauge(2_000_000, 9_000_000),
	]);
	assert.equal(values.cpuUsPerCall, 250_000);
	assert.equal(values.targetCpuShare, 50);
});

test('open sessions over time count each client once, and an outage is where the fault says', async () => {
	const { timeline } = await factsOf([
		{ is: 'session', at: 100, session: 0, change: 'opened' },
		{ is: 'session', at: 110, session: 1, change: 'opened' },
		{ is: 'phase', at: 1_000_000, phase: 'measure' },
		{ is: 'fault', at: 1_500_000, fault: crash, change: 'applied' },
		{ is: 'session', at: 1_500_100, session: 0, change: 'lost' },
		{ is: 'session', at: 1_500_200, session: 0, change: 'open-failed' },
		{ is: 'session', at: 2_300_000, session: 0, change: 'reopened' },
		{ is: 'fault', at: 2_200_000, fault: crash, change: 'healed' },
		{ is: 'phase', at: 3_000_000, phase: 'drain' },
	]);
	assert.deepEqual(timeline.series('openSessions'), [2, 2, 1, 1, 1, 2, 2, 2]);
	assert.deepEqual(timeline.outages, [{ kind: 'crash', fromUs: 1_500_000, toUs: 2_200_000 }]);
});
