import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatsToClear, welch } from './welch.ts';

/** Student's own data: extra hours of sleep with two drugs. */
const sleep = [
	[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
	[1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const;

test('the difference, its interval and p are those that R gives', () => {
	const found = welch(...sleep);
	const rounded = [found?.value, ...(found?.ci ?? []), found?.p].map((each) => Number(each?.toFixed(4)));
	assert.deepEqual(rounded, [1.58, -0.2055, 3.3655, 0.0794]);
});

test('without spread a difference is certain, and with a single value nothing is', () => {
	assert.deepEqual(welch([2, 2, 2], [3, 3]), { value: 1, ci: [1, 1], p: 0 });
	assert.deepEqual(welch([2, 2], [2, 2]), { value: 0, ci: [0, 0], p: 1 });
	assert.equal(welch([2], [3, 4]), undefined);
});

test('more repeats are needed the nearer the limit is, and none can be told at it', () => {
	const sample = [10, 11, 12];
	const near = repeatsToClear(0.5, [sample]) as number;
	const far = repeatsToClear(1, [sample]) as number;
	assert.ok(near > far && far >= 1);
	assert.ok((repeatsToClear(1, [sample, sample]) as number) > far, 'two samples vary more than one');
	assert.equal(repeatsToClear(0, [sample]), undefined);
	assert.equal(repeatsToClear(0.001, [sample]), undefined);
	assert.equal(repeatsToClear(1, [[10]]), undefined);
});
