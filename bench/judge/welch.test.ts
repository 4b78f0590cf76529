import assert from 'node:assert/strict';
import { test } from 'node:test';
import { welch } from './welch.ts';

/** Student's own data: extra hours of sleep with two drugs. */
const sleep = [
	[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
	[1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const;

test('the difference, its degrees of freedom, interval and p are those that R gives', () => {
	const { difference, degrees, ci, p } = welch(...sleep) ?? assert.fail();
	const rounded = [difference, degrees, ...ci, p].map((each) => Number(each.toFixed(4)));
	assert.deepEqual(rounded, [1.58, 17.7765, -0.2055, 3.3655, 0.0794]);
});

test('without spread a difference is certain, and with a single value nothing is', () => {
	const certain = { error: 0, degrees: Number.POSITIVE_INFINITY };
	assert.deepEqual(welch([2, 2, 2], [3, 3]), { ...certain, difference: 1, ci: [1, 1], p: 0 });
	assert.deepEqual(welch([2, 2], [2, 2]), { ...certain, difference: 0, ci: [0, 0], p: 1 });
	assert.equal(welch([2], [3, 4]), undefined);
});
