import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOfLook, lookAt } from '../model/looks.ts';
import { mostMoreRepeats } from '../model/verdict-rules.ts';
import { seededRandom } from '../random.ts';
import { partOf, repeatsNeeded, repeatsToClear, repeatsToDecide } from './power.ts';
import { welch } from './welch.ts';

const sample = [10, 11, 12];

test('more repeats are needed the nearer the limit is, and none can be told at it', () => {
	const near = repeatsToClear(0.5, [sample]) as number;
	const far = repeatsToClear(1, [sample]) as number;
	assert.ok(near > far && far >= 1);
	assert.ok((repeatsToClear(1, [sample, sample]) as number) > far, 'two samples vary more than one');
	assert.equal(repeatsToClear(-1, [sample]), far, 'on whichever side it is');
	assert.equal(repeatsToClear(0, [sample]), undefined);
	assert.equal(repeatsToClear(0.001, [sample]), undefined);
	assert.equal(repeatsToClear(1, [[10]]), undefined);
});

test('gates and comparisons are told the same number for the same figures', () => {
	const [a, b] = [
		[1, 1.04, 0.97],
		[1.1, 1.13, 1.06],
	] as const;
	const logs = [a, b].map((side) => side.map(Math.log));
	const distance = welch(logs[0] ?? [], logs[1] ?? [])?.difference ?? 0;
	assert.equal(repeatsToClear(distance, logs), repeatsNeeded(a, b, { margin: 0 }));
});

test('the number decides with the chance that it promises: four of five figures are clear of the limit', () => {
	const random = seededRandom(12);
	const gauss = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
	const have = 4;
	const repeats = have + (repeatsToDecide({ distance: 1, variances: [1, 1] }, have) ?? assert.fail());
	const side = (middle: number, count: number) => Array.from({ length: count }, () => middle + gauss());
	const runs = 1000;
	const clear = (count: number) =>
		Array.from({ length: runs }, () => welch(side(0, count), side(1, count))).filter((found) => (found?.ci[0] ?? 0) > 0)
			.length / runs;
	assert.ok(clear(repeats) >= 0.77 && clear(repeats) <= 0.87, `${repeats}: ${clear(repeats)}`);
	assert.ok(clear(Math.ceil(repeats / 2)) < 0.6, `${clear(Math.ceil(repeats / 2))}`);
});

test('a stricter level takes more, and a level that falls with the looks takes more than the level of the look at hand', () => {
	const known = { distance: 0.06, variances: [0.0016, 0.0016] };
	const more = (level: Parameters<typeof partOf>[0]) => repeatsToDecide(known, 3, { level }) as number;
	const falling = (repeats: number) => errorOfLook(lookAt(repeats, 3));
	const [usual, atHand, later] = [more(0.05), more(errorOfLook(1)), more(falling)];
	assert.ok(usual < atHand && atHand < later, `${usual}, ${atHand}, ${later}`);
	assert.equal(more(partOf(0.05, 0.5)), atHand);
	assert.ok(more(partOf(falling, 0.1)) > later);
});

test('whether they are equal is held to its own level, and what never will be decided has no number', () => {
	const equals = { distance: 0.005, variances: [0.0004, 0.0004] };
	const more = (level: number) => repeatsToDecide(equals, 3, { equal: { margin: Math.log(1.05), level } }) as number;
	assert.ok(more(0.05) < more(0.005));
	const atMargin = { distance: Math.log(1.02), variances: [1, 1] };
	assert.equal(repeatsToDecide(atMargin, 3, { equal: { margin: Math.log(1.05) } }), undefined);
	assert.ok((repeatsToDecide({ distance: 0.2, variances: [0.1, 0.1] }, 3) ?? 0) <= mostMoreRepeats);
});
