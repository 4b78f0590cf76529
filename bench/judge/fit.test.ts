import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { studentT } from './distributions.ts';
import { fitLine, geometricMeanWithInterval, meanWithInterval, medianWithInterval, ratioWithInterval } from './fit.ts';

test('a straight line is found exactly, with no doubt about it', () => {
	const fit = fitLine([0, 250, 500, 1000, 2000].map((x) => [x, 40_000 + 12.5 * x]));
	assert.ok(fit);
	assert.ok(Math.abs(fit.slope - 12.5) < 1e-9);
	assert.ok(Math.abs(fit.intercept - 40_000) < 1e-6);
	assert.equal(fit.r2, 1);
	assert.ok(fit.slopeCi && fit.slopeCi[1] - fit.slopeCi[0] < 1e-6);
});

test('the interval of a slope covers the truth under noise, and R² says how much is explained', () => {
	// Residuals +1, −1, −1, +1 are balanced: they leave the slope of 2 alone.
	const fit = fitLine(
		[
			[1, 3],
			[2, 3],
			[3, 5],
			[4, 9],
		].map(([x, y]) => [x as number, y as number] as const),
	);
	assert.ok(fit?.slopeCi);
	assert.ok(Math.abs(fit.slope - 2) < 1e-9);
	// By hand: residual sum 4, spread 5, standard error √(4/2/5), t(2) = 4.303.
	assert.ok(Math.abs(fit.slopeCi[1] - (2 + 4.303 * Math.sqrt(0.4))) < 1e-2);
	assert.ok(Math.abs(fit.r2 - (1 - 4 / 24)) < 1e-9);
});

test('a constant is a perfect line of slope 0; a single x has no line', () => {
	assert.deepEqual(
		fitLine([
			[0, 5],
			[10, 5],
			[20, 5],
		])?.r2,
		1,
	);
	assert.equal(
		fitLine([
			[3, 1],
			[3, 2],
		]),
		undefined,
	);
});

test('Student’s t against the printed table', () => {
	for (const [degrees, t] of [
		[1, 12.706],
		[2, 4.303],
		[4, 2.776],
		[30, 2.042],
	] as const) {
		assert.ok(Math.abs(studentT(degrees) - t) < 0.001, `${degrees}`);
	}
});

test('a mean over repeats with its interval; one repeat has none', () => {
	const { value, ci } = meanWithInterval([10, 12, 14]);
	assert.equal(value, 12);
	assert.ok(ci && Math.abs(ci[1] - (12 + (4.3027 * 2) / Math.sqrt(3))) < 0.001);
	assert.deepEqual(meanWithInterval([5]), { value: 5 });
});

test('a ratio is of geometric means, turns over with its sides, and narrows with agreement', () => {
	const there = ratioWithInterval([1, 1.1, 0.9], [2, 2.2, 1.8]);
	const back = ratioWithInterval([2, 2.2, 1.8], [1, 1.1, 0.9]);
	assert.ok(there?.ci && back?.ci);
	assert.ok(Math.abs(there.ratio - 2) < 1e-9);
	assert.ok(Math.abs(there.ci[0] * back.ci[1] - 1) < 1e-9);
	const tight = ratioWithInterval([1, 1.01, 0.99], [2, 2.02, 1.98]);
	assert.ok(tight?.ci && tight.ci[1] - tight.ci[0] < there.ci[1] - there.ci[0]);
});

test('a ratio of what is not positive is not given', () => {
	assert.equal(ratioWithInterval([0, 1], [1, 2]), undefined);
	assert.equal(ratioWithInterval([], [1]), undefined);
	const single = ratioWithInterval([2], [3]);
	assert.ok(single && Math.abs(single.ratio - 1.5) < 1e-9 && single.ci === undefined);
});

test('a geometric mean and its interval stay positive, however wide', () => {
	const { value, ci } = geometricMeanWithInterval([1, 10, 100]);
	assert.ok(Math.abs(value - 10) < 1e-9);
	assert.ok(ci && ci[0] > 0 && Math.abs(ci[0] * ci[1] - 100) < 1e-6, 'symmetric as a ratio');
	assert.ok(Math.abs(Math.log(ci[1] / 10) - (4.3027 * Math.log(10)) / Math.sqrt(3)) < 0.001);
});

test('the interval of a median covers it as often as it says, and less than six values have none', () => {
	assert.equal(medianWithInterval([1, 2, 3, 4, 5]).ci, undefined);
	assert.deepEqual(medianWithInterval([6, 1, 5, 2, 4, 3]), { value: 3.5, ci: [1, 6] });
	// The table of the sign test: 15 values, the 4th smallest to the 4th largest.
	assert.deepEqual(medianWithInterval(Array.from({ length: 15 }, (_, n) => n + 1)), { value: 8, ci: [4, 12] });
	const random = seededRandom(1);
	let covered = 0;
	for (let n = 0; n < 2000; n++) {
		// Skewed on purpose: an exponential distribution, whose median is ln 2.
		const { ci } = medianWithInterval(Array.from({ length: 9 }, () => -Math.log(1 - random.next())));
		if (ci && ci[0] <= Math.LN2 && Math.LN2 <= ci[1]) covered++;
	}
	assert.ok(covered >= 0.95 * 2000, `${covered} of 2000`);
});
