import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GaugeValues, HistoryEvent, ReadingEvent } from '../../model/history.ts';
import type { Outcome } from '../../model/session.ts';
import { type Random, seededRandom } from '../../random.ts';
import { fitLine } from '../fit.ts';
import { fitGrowth, Growth } from './growth.ts';

function gaussian(random: Random): number {
	return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** 16 readings of a leak of 3 per call under noise that keeps the share `kept` of itself from reading to reading. */
function noisy(kept: number, random: Random): [number, number][] {
	let noise = kept < 1 ? gaussian(random) / Math.sqrt(1 - kept ** 2) : 0;
	return Array.from({ length: 16 }, (_, n) => {
		if (n > 0) noise = kept * noise + gaussian(random);
		return [n, 3 * n + noise];
	});
}

/** How often the interval holds the true slope, in 1000 seeded series. */
function coverage(fit: typeof fitGrowth, kept: number): number {
	const random = seededRandom(11);
	let held = 0;
	for (let n = 0; n < 1000; n++) {
		const [low, high] = fit(noisy(kept, random))?.slopeCi ?? [Number.NaN, Number.NaN];
		if (low <= 3 && 3 <= high) held++;
	}
	return held / 1000;
}

test('the interval holds the truth as often as it says, however much readings have in common', () => {
	for (const kept of [0, 0.5, 0.9, 1])
		assert.ok(coverage(fitGrowth, kept) > 0.935, `${kept}: ${coverage(fitGrowth, kept)}`);
	assert.ok(coverage(fitLine, 0.9) < 0.6, 'the usual interval does not');
});

test('an exact line has an exact slope, whatever the distance of its readings', () => {
	const fit = fitGrowth([
		[10, 120],
		[20, 140],
		[50, 200],
		[51, 202],
	]);
	assert.ok(fit?.slopeCi);
	for (const value of [fit.slope, ...fit.slopeCi]) assert.ok(Math.abs(value - 2) < 1e-9);
	assert.equal(fitGrowth([[5, 1]]), undefined);
	assert.equal(
		fitGrowth([
			[5, 1],
			[6, 2],
		])?.slopeCi,
		undefined,
	);
});

const ok: Outcome = { is: 'ok' };

function calls(count: number, outcome: Outcome = ok): HistoryEvent[] {
	const call = { is: 'call', at: 1, callId: '0-0', session: 0, phase: 'measure', dueUs: 0, sentUs: 0 } as const;
	return Array.from({ length: count }, () => ({ ...call, outcome, bytesIn: 1, bytesOut: 1 }));
}

function reading(target: GaugeValues, state: ReadingEvent['state'] = 'loaded'): HistoryEvent {
	return { is: 'reading', at: 1, sessions: 1, state, target, swarm: {}, machine: {} };
}

const started: HistoryEvent = { is: 'process', at: 0, role: 'target', pid: 1, change: 'ready' };
const measuring: HistoryEvent = { is: 'phase', at: 0, phase: 'measure' };

function measured(...events: HistoryEvent[]): Record<string, number> {
	const growth = new Growth();
	for (const event of events) growth.take(event);
	return Object.fromEntries(
		Object.entries(growth.measures()).map(([name, { value }]) => [name, Number(value.toFixed(9))]),
	);
}

function gauges(leaked: number): GaugeValues {
	const fds = { fdsSocket: 3, fdsPipe: 2, fdsFile: leaked, fdsOther: 0 };
	return { ussKb: 5000 + 4 * leaked, heapUsedKb: 100 + leaked, externalKb: 50 + 2 * leaked, ...fds };
}

test('growth is counted over the answered calls of the measured phase', () => {
	const found = measured(
		started,
		reading(gauges(900)),
		...calls(7),
		measuring,
		reading(gauges(7)),
		...calls(3),
		...calls(5, { is: 'unknown', why: 'timeout' }),
		...calls(2, { is: 'failed', why: 'refused' }),
		reading(gauges(10)),
		reading(gauges(400), 'settled'),
		...calls(4, { is: 'failed', why: 'wrong-answer' }),
		reading(gauges(14)),
	);
	assert.deepEqual(found, { ussKbPerCall: 4, heapKbPerCall: 3, fdsPerCall: 1 });
});

test('a target that was started again begins anew; what was not read has no slope', () => {
	const found = measured(
		measuring,
		reading(gauges(1000)),
		...calls(1),
		started,
		reading({ ussKb: 100 }),
		...calls(10),
		reading({ ussKb: 120 }),
	);
	assert.deepEqual(found, { ussKbPerCall: 2 });
	assert.deepEqual(measured(measuring, reading(gauges(1))), {});
});
