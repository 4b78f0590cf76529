import assert from 'node:assert/strict';
import { test } from 'node:test';
import jstat from 'jstat';
import { type Curve, constantRate, joined, type Load, loadMs, ramp, spike, steps } from '../model/load.ts';
import { type Arrival, arrivals, type Share } from './pacer.ts';

const alone = { worker: 0, workers: 1 };

function all(load: Load, seed = 1, share: Share = alone): Arrival[] {
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

test('an hour at 20,000 a second: the count and the last instant are exact', () => {
	const schedule = arrivals(open(constantRate(20_000, 3_600_000)), 1, alone);
	let count = 0;
	let wrong = 0;
	let last = -1;
	for (let next = schedule.next(); !next.done; next = schedule.next()) {
		last = next.value.dueUs;
		if (last !== count * 50) wrong++;
		count++;
	}
	assert.deepEqual({ count, last, wrong }, { count: 72_000_000, last: 3_599_999_950, wrong: 0 });
});

/** The area under a curve until an instant, worked out anew: how many arrivals should have come. */
function areaUntil(curve: Curve, ms: number): number {
	let area = 0;
	let startMs = 0;
	for (const { forMs, fromPerS, toPerS } of curve) {
		const lasted = Math.min(forMs, Math.max(0, ms - startMs));
		const rateThen = fromPerS + ((toPerS - fromPerS) * lasted) / forMs;
		area += ((fromPerS + rateThen) / 2) * (lasted / 1000);
		startMs += forMs;
	}
	return area;
}

/** How many arrivals fall into each interval of `everyMs`. */
function countsOf(due: readonly Arrival[], everyMs: number, forMs: number): number[] {
	const counts = new Array<number>(Math.ceil(forMs / everyMs)).fill(0);
	for (const { dueUs } of due) {
		const at = Math.floor(dueUs / 1000 / everyMs);
		counts[at] = (counts[at] ?? 0) + 1;
	}
	return counts;
}

const aSpike = spike({ basePerS: 50, peakPerS: 2000, atMs: 3000, peakMs: 500, forMs: 8000 });
const curves: Readonly<Record<string, Curve>> = {
	spike: aSpike,
	'ramp up': ramp(0, 500, 10_000),
	'ramp down to nothing': ramp(400, 0, 7000),
	steps: steps([100, 0, 300, 1000, 7], 1300),
	'all of them joined': joined(
		ramp(0, 200, 2000),
		constantRate(200, 1000),
		aSpike,
		steps([30, 60], 1100),
		ramp(60, 0, 900),
	),
};

for (const [name, curve] of Object.entries(curves)) {
	test(`${name}: every interval of 100 ms has exactly as many arrivals as the area above it`, () => {
		const forMs = loadMs(open(curve));
		const counts = countsOf(all(open(curve)), 100, forMs);
		// The area reaches a whole number once for each arrival, 0 at the beginning; what sums carry beyond 1e-9 is rounding.
		const until = (ms: number) => Math.ceil(areaUntil(curve, ms) - 1e-9);
		assert.deepEqual(
			counts,
			counts.map((_, n) => until((n + 1) * 100) - until(n * 100)),
		);
		assert.equal(
			counts.reduce((sum, count) => sum + count, 0),
			until(forMs),
		);
	});
}

test('curves keep their lengths and rates; nonsense is refused', () => {
	assert.deepEqual(aSpike, [
		{ forMs: 3000, fromPerS: 50, toPerS: 50 },
		{ forMs: 500, fromPerS: 2000, toPerS: 2000 },
		{ forMs: 4500, fromPerS: 50, toPerS: 50 },
	]);
	assert.deepEqual(joined(constantRate(5, 0), steps([1, 2], 10)), [...constantRate(1, 10), ...constantRate(2, 10)]);
	assert.throws(() => ramp(-1, 5, 10), RangeError);
	assert.throws(() => constantRate(Number.NaN, 10), RangeError);
	assert.throws(() => spike({ basePerS: 1, peakPerS: 2, atMs: 900, peakMs: 200, forMs: 1000 }), RangeError);
	assert.deepEqual(all(open([])), []);
	assert.deepEqual(all(open(constantRate(0, 1000))), []);
});

/** Kolmogorov–Smirnov: how far the distribution of the gaps is from the exponential of mean 1, over what chance allows at 1 %. */
function farFromExponential(gaps: readonly number[]): number {
	const sorted = [...gaps].sort((a, b) => a - b);
	const n = sorted.length;
	const distance = sorted.reduce((most, gap, i) => {
		const expected = 1 - Math.exp(-gap);
		return Math.max(most, Math.abs(expected - i / n), Math.abs(expected - (i + 1) / n));
	}, 0);
	return distance / (1.628 / Math.sqrt(n));
}

/** Gaps between arrivals in units of the curve's area, where a Poisson process has rate 1 whatever the curve. */
function rescaledGaps(curve: Curve, due: readonly Arrival[]): number[] {
	const areas = due.map(({ dueUs }) => areaUntil(curve, dueUs / 1000));
	return areas.map((area, n) => area - (areas[n - 1] ?? 0));
}

for (const [name, curve] of Object.entries({
	'a constant rate': constantRate(1000, 60_000),
	'a spike between ramps': joined(ramp(0, 800, 20_000), aSpike, ramp(800, 0, 20_000)),
})) {
	test(`Poisson arrivals on ${name} have exponential gaps, the first included (Kolmogorov–Smirnov at 1 %)`, () => {
		for (const seed of [1, 2, 3]) {
			const due = all(open(curve, 'poisson'), seed);
			assert.ok(due.length > 15_000);
			const far = farFromExponential(rescaledGaps(curve, due));
			assert.ok(far < 1, `seed ${seed}: ${far} times the critical distance`);
		}
	});
}

test('the Kolmogorov–Smirnov test of these tests tells other gaps from exponential ones', () => {
	const curve = constantRate(1000, 20_000);
	assert.ok(farFromExponential(rescaledGaps(curve, all(open(curve)))) > 10, 'equal gaps');
	const due = all(open(curve, 'poisson'));
	const shorter = rescaledGaps(curve, due).map((gap) => gap * 0.95);
	assert.ok(farFromExponential(shorter) > 1, 'a mean 5 % too short');
});

test('counts of Poisson arrivals vary as much as their mean: variance over mean within its 99 % interval', () => {
	const windows = 2000;
	for (const seed of [1, 2, 3]) {
		const counts = countsOf(all(open(constantRate(2000, windows * 20), 'poisson'), seed), 20, windows * 20);
		const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
		const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
		// (n − 1)·variance/mean is distributed as chi-square with n − 1 degrees of freedom.
		const low = jstat.chisquare.inv(0.005, windows - 1);
		const high = jstat.chisquare.inv(0.995, windows - 1);
		assert.ok(squares / mean > low && squares / mean < high, `seed ${seed}: ${low} < ${squares / mean} < ${high}`);
		assert.ok(Math.abs(mean - 40) < 2.58 * Math.sqrt(40 / windows), `seed ${seed}: mean ${mean}`);
	}
});

test('a Poisson spike has its arrivals where it is: counts per 500 ms against the area above (chi-square at 1 %)', () => {
	for (const seed of [1, 2, 3]) {
		const counts = countsOf(all(open(aSpike, 'poisson'), seed), 500, 8000);
		const expected = counts.map((_, n) => areaUntil(aSpike, (n + 1) * 500) - areaUntil(aSpike, n * 500));
		const far = counts.reduce((sum, count, n) => sum + (count - (expected[n] ?? 0)) ** 2 / (expected[n] ?? 0), 0);
		assert.ok(far < jstat.chisquare.inv(0.99, counts.length), `seed ${seed}: ${far} over ${counts.length} intervals`);
	}
});

test('the same seed gives the same schedule, another seed another', () => {
	const load = open(constantRate(100, 1000), 'poisson');
	assert.deepEqual(all(load, 7), all(load, 7));
	assert.notDeepEqual(all(load, 7), all(load, 8));
});

for (const workers of [1, 2, 3, 7]) {
	test(`${workers} workers share one schedule without loss or doubling`, () => {
		for (const load of [
			open(constantRate(500, 2000), 'poisson'),
			open(curves['all of them joined'] ?? []),
			open(aSpike, 'poisson'),
			{ kind: 'periodic', sessions: 50, everyMs: 1000, forMs: 3000 } as const,
			{ kind: 'periodic', sessions: 3, everyMs: 700, forMs: 3000 } as const,
		]) {
			const parts = Array.from({ length: workers }, (_, worker) => all(load, 3, { worker, workers }));
			const byTime = (a: Arrival, b: Arrival) => a.dueUs - b.dueUs || (a.session ?? 0) - (b.session ?? 0);
			assert.deepEqual(parts.flat().sort(byTime), all(load, 3).sort(byTime));
			if (load.kind === 'open') {
				const sizes = parts.map(({ length }) => length);
				assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `equal shares: ${sizes}`);
			}
		}
	});
}

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

test('a watch: of each place the first sessions make a slow call at once, the others an ordinary one near the end', () => {
	const load: Load = { kind: 'watch', sessions: 12, callers: 1, callAtMs: 900, forMs: 1000 };
	const made = [0, 1].flatMap((worker) => all(load, 1, { worker, workers: 2, places: 3 }));
	assert.equal(new Set(made.map(({ session }) => session)).size, 12, 'each session once');
	const slow = made.filter(({ isSlow }) => isSlow);
	assert.deepEqual(slow.map(({ session }) => session).sort(), [0, 1, 2], 'one of each of three places');
	assert.ok(slow.every(({ dueUs }) => dueUs < 100_000));
	const others = made.filter(({ isSlow }) => !isSlow);
	assert.ok(others.every(({ dueUs }) => dueUs >= 900_000 && dueUs < 1_000_000));
});
