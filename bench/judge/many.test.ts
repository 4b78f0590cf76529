import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { adjusted, falseShare } from './many.ts';

test('the example of Benjamini and Hochberg: four of fifteen differences are called', () => {
	const pValues = [
		0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
	];
	const found = adjusted(pValues);
	assert.equal(found.filter((p) => p <= falseShare).length, 4);
	assert.deepEqual(found.map((p) => Number(p.toFixed(4))).slice(0, 4), [0.0015, 0.003, 0.0095, 0.0356]);
	assert.equal(found.at(-1), 1);
});

test('values keep their places, never become smaller, and stay in order', () => {
	const { next } = seededRandom(5);
	const pValues = Array.from({ length: 40 }, next);
	const found = adjusted(pValues);
	for (const [n, p] of pValues.entries()) {
		assert.ok((found[n] as number) >= p && (found[n] as number) <= 1);
		for (const [m, other] of pValues.entries()) if (other > p) assert.ok((found[m] as number) >= (found[n] as number));
	}
	assert.deepEqual(adjusted([]), []);
	assert.deepEqual(adjusted([0.03]), [0.03]);
});
