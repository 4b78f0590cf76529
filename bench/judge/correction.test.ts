import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { adjustedPs } from './correction.ts';

test('p values are corrected as Benjamini and Hochberg do, in the order in which they came', () => {
	// Checked against R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "BH") and c(0.001, 0.2, 0.03).
	assert.deepEqual(
		adjustedPs([0.01, 0.02, 0.03, 0.04, 0.05]).map((p) => p.toFixed(4)),
		['0.0500', '0.0500', '0.0500', '0.0500', '0.0500'],
	);
	assert.deepEqual(
		adjustedPs([0.03, 0.001, 0.2]).map((p) => p.toFixed(4)),
		['0.0450', '0.0030', '0.2000'],
	);
	assert.deepEqual(adjustedPs([]), []);
});

test('of two hundred comparisons of equals hardly ever one is called different', () => {
	const random = seededRandom(1);
	const families = 200;
	let called = 0;
	for (let family = 0; family < families; family++) {
		const ps = adjustedPs(Array.from({ length: 200 }, () => random.next()));
		if (ps.some((p) => p < 0.05)) called++;
	}
	assert.ok(called / families < 0.09, `${called} of ${families} families`);
});
