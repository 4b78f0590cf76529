import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logAxis, percentileLabel, percentileTicks } from './ticks.ts';

test('a logarithmic axis begins and ends on a mark', () => {
	assert.deepEqual(logAxis([0.26, 48]), { min: 0.2, max: 50, ticks: [0.2, 0.5, 1, 2, 5, 10, 20, 50] });
	assert.deepEqual(logAxis([0.3, 900]).ticks, [0.2, 1, 10, 100, 1000]);
});

test('a logarithmic axis survives zeros, single values and nothing at all', () => {
	assert.deepEqual(logAxis([0, -3, 7]), { min: 5, max: 10, ticks: [5, 10] });
	assert.deepEqual(logAxis([10]).max, 100);
	assert.deepEqual(logAxis([]).ticks, [1, 10]);
});

test('percentiles are named by as many nines as they have', () => {
	assert.deepEqual(percentileTicks(10_000), [2, 10, 100, 1000, 10_000]);
	const names = [1, 2, 4, 10, 40, 100, 1000, 10_000, Number.POSITIVE_INFINITY].map(percentileLabel);
	assert.deepEqual(
		names.map((name) => name.replace('\u202f', ' ')),
		['0 %', '50 %', '75 %', '90 %', '97.5 %', '99 %', '99.9 %', '99.99 %', '100 %'],
	);
});
