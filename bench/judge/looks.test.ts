import assert from 'node:assert/strict';
import { test } from 'node:test';
import jstat from 'jstat';
import { errorOfLook, lookAt, lookSizes, mostRepeats, nextLookSize } from '../model/looks.ts';
import { seededRandom } from '../random.ts';
import { comparisonAt, wideningOf } from './looks.ts';
import { compareSamples } from './verdict.ts';

test('looks are at fixed sizes, and all of them together err at most as often as one may', () => {
	const sizes = (planned: number) => lookSizes(planned).take(4).toArray();
	assert.deepEqual([1, 2, 3, 5].map(sizes), [
		[1, 3, 6, 12],
		[2, 4, 8, 16],
		[3, 6, 12, 24],
		[5, 10, 20, 40],
	]);
	assert.deepEqual(
		[1, 3, 4, 6, 7, 12, 13].map((repeats) => lookAt(repeats, 3)),
		[1, 1, 2, 2, 3, 3, 4],
	);
	assert.deepEqual(
		[1, 3, 5, 6, 60, mostRepeats].map((repeats) => nextLookSize(repeats, 3)),
		[3, 6, 6, 12, 96, undefined],
	);
	const all = Array.from({ length: 60 }, (_, n) => errorOfLook(n + 1)).reduce((sum, each) => sum + each, 0);
	assert.ok(all <= 0.05 + 1e-12, String(all));
});

test('a later look needs a wider interval, and a verdict that it does not carry is open', () => {
	const widths = [1, 2, 3, 4].map((look) => wideningOf(look, 6));
	assert.ok((widths[0] ?? 0) > 1);
	assert.deepEqual(
		widths,
		widths.toSorted((a, b) => a - b),
	);
	const found = { ratio: 1.1, ci: [1.001, 1.1 ** 2 / 1.001], verdict: 'higher' } as const;
	const clear = { ratio: 1.5, ci: [1.4, 1.5 ** 2 / 1.4], verdict: 'higher' } as const;
	assert.equal(comparisonAt(found, 1, 6).verdict, 'inconclusive');
	assert.equal(comparisonAt(clear, 3, 6).verdict, 'higher');
	assert.equal(comparisonAt({ ratio: 1, ci: [0.96, 1.04], verdict: 'equal' }, 2, 6).verdict, 'inconclusive');
	assert.equal(comparisonAt({ ratio: 1, ci: [0.995, 1.005], verdict: 'equal' }, 2, 6).verdict, 'equal');
	// What is open for another reason stays so.
	assert.equal(comparisonAt({ ...clear, verdict: 'inconclusive' }, 1, 6).verdict, 'inconclusive');
});

test('of simulated servers that are the same, looking until something differs calls too many different, these looks do not', () => {
	const random = seededRandom(20_260_731);
	const runs = 1500;
	const sizes = lookSizes(3).take(5).toArray();
	const most = sizes.at(-1) ?? 0;
	const value = () => Math.exp(0.08 * jstat.normal.inv((random.next() + 2 ** -54) / (1 + 2 ** -53), 0, 1));
	const called = { plainly: 0, byLooks: 0 };
	for (let run = 0; run < runs; run++) {
		const [a, b] = [Array.from({ length: most }, value), Array.from({ length: most }, value)];
		const open = { plainly: true, byLooks: true };
		for (const [n, size] of sizes.entries()) {
			const found = compareSamples(a.slice(0, size), b.slice(0, size));
			if (!found) continue;
			for (const how of ['plainly', 'byLooks'] as const) {
				const { verdict } = how === 'plainly' ? found : comparisonAt(found, n + 1, size);
				if (!open[how] || verdict === 'inconclusive') continue;
				// Whoever has decided stops.
				open[how] = false;
				if (verdict !== 'equal') called[how]++;
			}
		}
	}
	assert.ok(called.byLooks / runs <= 0.05, `${called.byLooks} of ${runs}`);
	assert.ok(called.plainly / runs > 0.07, `${called.plainly} of ${runs}: the correction would be for nothing`);
});
