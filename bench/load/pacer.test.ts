import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantRate, type Load } from '../model/load.ts';
import { type Arrival, arrivals } from './pacer.ts';

const alone = { worker: 0, workers: 1 };

function all(load: Load, seed = 1, share = alone): Arrival[] {
	const result: Arrival[] = [];
	const schedule = arrivals(load, seed, share);
	for (let next = schedule.next(); !next.done; next = schedule.next()) result.push(next.value);
	return result;
}

function open(rate: Extract<Load, { kind: 'open' }>['rate'], kind: 'constant' | 'poisson' = 'constant'): Load {
	return { kind: 'open', sessions: 1, rate, arrivals: kind };
}

test('a constant rate is exact and does not drift over an hour', () => {
	const due = all(open(constantRate(300, 3_600_000)));
	assert.equal(due.length, 300 * 3600);
	assert.equal(due[0]?.dueUs, 0);
	assert.equal(due[1]?.dueUs, 3333);
	assert.equal(due[300 * 1800]?.dueUs, 1800 * 1e6);
	assert.equal(due.at(-1)?.dueUs, Math.round((300 * 3600 - 1) * (1e6 / 300)));
});

test('a ramp holds as many arrivals as the area under it, and later ones come closer together', () => {
	const due = all(open([{ forMs: 10_000, fromPerS: 0, toPerS: 100 }]));
	assert.equal(due.length, 500);
	// Half of the time passes before a quarter of the arrivals: the area grows with the square.
	assert.equal(due.filter(({ dueUs }) => dueUs < 5_000_000).length, 125);
});

test('segments follow each other: a spike between two quiet stretches', () => {
	const quiet = { forMs: 1000, fromPerS: 10, toPerS: 10 };
	const due = all(open([quiet, { forMs: 100, fromPerS: 1000, toPerS: 1000 }, quiet]));
	assert.equal(due.length, 120);
	assert.equal(due.filter(({ dueUs }) => dueUs >= 1_000_000 && dueUs < 1_100_000).length, 100);
});

test('Poisson arrivals have exponential gaps: mean, spread and tail', () => {
	const due = all(open(constantRate(1000, 60_000), 'poisson'));
	const gaps = due.slice(1).map(({ dueUs }, n) => dueUs - (due[n]?.dueUs ?? 0));
	const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
	const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
	assert.ok(Math.abs(mean / 1000 - 1) < 0.02, `mean gap ${mean}`);
	assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.03, 'an exponential’s deviation equals its mean');
	const tail = gaps.filter((gap) => gap > 3000).length / gaps.length;
	assert.ok(Math.abs(tail / Math.exp(-3) - 1) < 0.1, `share above three means: ${tail}`);
});

test('the same seed gives the same schedule, another seed another', () => {
	const load = open(constantRate(100, 1000), 'poisson');
	assert.deepEqual(all(load, 7), all(load, 7));
	assert.notDeepEqual(all(load, 7), all(load, 8));
});

test('workers share one schedule without loss or doubling', () => {
	for (const load of [
		open(constantRate(500, 2000), 'poisson'),
		{ kind: 'periodic', sessions: 50, everyMs: 1000, forMs: 3000 } as const,
	]) {
		const parts = [0, 1, 2].flatMap((worker) => all(load, 3, { worker, workers: 3 }));
		const byTime = (a: Arrival, b: Arrival) => a.dueUs - b.dueUs || (a.session ?? 0) - (b.session ?? 0);
		assert.deepEqual(parts.sort(byTime), all(load, 3).sort(byTime));
	}
});

test('a periodic load calls every session once per period, each at a random instant of its own', () => {
	const due = all({ kind: 'periodic', sessions: 40, everyMs: 1000, forMs: 3000 });
	assert.equal(due.length, 120);
	for (const period of [0, 1, 2]) {
		const inPeriod = due.filter(({ dueUs }) => Math.floor(dueUs / 1e6) === period);
		assert.equal(new Set(inPeriod.map(({ session }) => session)).size, 40);
	}
	const instants = due.filter(({ dueUs }) => dueUs < 1e6).map(({ dueUs }) => dueUs);
	assert.equal(new Set(instants).size, 40, 'the instants differ');
	assert.ok(instants.filter((at) => at < 500_000).length > 10 && instants.filter((at) => at >= 500_000).length > 10);
});

test('a load without a schedule is refused', () => {
	assert.throws(() => all({ kind: 'hold', rungs: [1] }), /no schedule/);
});
