import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalWithin } from '../model/verdict-rules.ts';
import { type Random, seededRandom } from '../random.ts';
import { repeatsNeeded } from './power.ts';
import { compareSamples } from './verdict.ts';

/** Noise of a logarithm, with a mean of zero. */
type Noise = (random: Random) => number;

const normal =
	(sd: number): Noise =>
	(random) =>
		sd * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
/** As long to one side as times are when something comes between. */
const skewed =
	(sd: number): Noise =>
	(random) =>
		sd * (-Math.log(1 - random.next()) - 1);
/** Quiet, but one of ten repeats is a quarter slower. */
const disturbed: Noise = (random) => normal(0.02)(random) + (random.next() < 0.1 ? 0.225 : -0.025);

const sample = (count: number, noise: Noise, random: Random, factor = 1) =>
	Array.from({ length: count }, () => factor * Math.exp(noise(random)));

/** How many of so many comparisons have an interval that holds the true ratio, which is 1, and what they were called. */
function simulate(count: number, a: Noise, b: Noise, runs = 500, truth = 1) {
	const random = seededRandom(20 + count);
	const words = { equal: 0, higher: 0, lower: 0, inconclusive: 0 };
	let covered = 0;
	for (let run = 0; run < runs; run++) {
		const found = compareSamples(sample(count, a, random), sample(count, b, random, truth));
		assert.ok(found?.ci);
		if (found.ci[0] <= truth && found.ci[1] >= truth) covered++;
		words[found.verdict]++;
	}
	return { covered: covered / runs, different: (words.higher + words.lower) / runs, words };
}

for (const count of [3, 5, 10, 20]) {
	test(`with ${count} repeats intervals hold the truth and equals are not called different`, (context) => {
		const kinds = {
			'log-normal, alike': [normal(0.05), normal(0.05)],
			'log-normal, one four times as wide': [normal(0.02), normal(0.08)],
			'skewed, alike': [skewed(0.05), skewed(0.05)],
			'disturbed, alike': [disturbed, disturbed],
			'log-normal against skewed': [normal(0.05), skewed(0.05)],
		} satisfies Record<string, readonly [Noise, Noise]>;
		for (const [kind, [a, b]] of Object.entries(kinds)) {
			const { covered, different } = simulate(count, a, b);
			context.diagnostic(`${count}, ${kind}: covered ${covered}, different ${different}`);
			// 95 % less what five hundred comparisons leave to chance.
			assert.ok(covered >= 0.92, `${kind}: ${covered}`);
			assert.ok(different <= 0.08, `${kind}: ${different}`);
		}
		// Where only one side is skewed, and four times as wide, no method of so few values does better; the docs give the figure.
		const { covered } = simulate(count, normal(0.02), skewed(0.08));
		context.diagnostic(`${count}, log-normal against skewed, four times as wide: covered ${covered}`);
		assert.ok(covered >= 0.85, `${covered}`);
	});
}

test('what is 10 % slower is found with three repeats where these differ by 1 %, and not where they differ by 10 %', () => {
	const clear = simulate(3, normal(0.01), normal(0.01), 300, 1.1);
	assert.ok(clear.words.higher >= 0.95 * 300, JSON.stringify(clear.words));
	assert.equal(clear.words.lower, 0);
	const unclear = simulate(3, normal(0.1), normal(0.1), 300, 1.1);
	assert.ok(unclear.words.inconclusive >= 0.7 * 300, JSON.stringify(unclear.words));
});

test('equals that hardly spread are called equal, and never what is a tenth apart', () => {
	assert.ok(simulate(5, normal(0.01), normal(0.01), 300).words.equal >= 0.95 * 300);
	assert.equal(simulate(5, normal(0.02), normal(0.02), 300, 1.1).words.equal, 0);
	// Just at the margin at most one of twenty is, the error of each of the two one-sided tests being half of that.
	const atMargin = simulate(5, normal(0.02), normal(0.02), 500, 1 + equalWithin);
	assert.ok(atMargin.words.equal <= 0.05 * 500, JSON.stringify(atMargin.words));
});

test('the repeats that an open verdict is said to need decide it mostly, and half of them mostly do not', () => {
	const random = seededRandom(7);
	const noise = normal(0.05);
	const [a, b] = [sample(200, noise, random), sample(200, noise, random, 1.06)];
	// With the true spread: two hundred repeats tell it.
	const perSide = (repeatsNeeded(a.slice(0, 6), b.slice(0, 6)) ?? 0) + 6;
	assert.ok(perSide > 6 && perSide < 100, `${perSide}`);
	const exact = { a: [0.95, 1.05, 1.0, 0.96, 1.04], b: [1.01, 1.11, 1.06, 1.02, 1.1] };
	const more = repeatsNeeded(exact.a, exact.b) ?? 0;
	assert.ok(more > 1, `${more}`);
	const decided = (count: number) => {
		// The sample's own spread, and its ratio.
		const { words } = simulate(count, normal(0.0447), normal(0.0447), 300, 1.06);
		return (300 - words.inconclusive) / 300;
	};
	assert.ok(decided(5 + more) >= 0.7, `${5 + more} repeats: ${decided(5 + more)}`);
	assert.ok(decided(Math.ceil((5 + more) / 2)) < 0.7, `${decided(Math.ceil((5 + more) / 2))}`);
});

test('a stricter level needs more repeats, and what never would be decided has no number', () => {
	const [a, b] = [
		[1, 1.02, 0.98],
		[1.05, 1.08, 1.06],
	];
	const [usual, strict] = [0.05, 0.001].map((level) => repeatsNeeded(a, b, { level }));
	assert.ok(usual !== undefined && strict !== undefined && strict > usual, `${usual}, ${strict}`);
	const wild = [
		[1, 3, 0.3],
		[1.1, 2.8, 0.4],
	] as const;
	assert.equal(repeatsNeeded(...wild), undefined);
	assert.equal(compareSamples(...wild)?.moreRepeats, undefined);
});

test('counts without spread are as exact as they look', () => {
	const same = compareSamples([60, 60, 60], [60, 60, 60]);
	assert.deepEqual(same, { ratio: 1, ci: [1, 1], p: 1, verdict: 'equal' });
	const half = compareSamples([60, 60, 60], [30, 30, 30]);
	assert.deepEqual(
		[half?.verdict, half?.p, half?.ci?.map((end) => end.toFixed(6))],
		['lower', 0, ['0.500000', '0.500000']],
	);
	const oneSided = compareSamples([60, 60, 60], [90, 91, 92]);
	assert.equal(oneSided?.verdict, 'higher');
	assert.equal(compareSamples([0, 0, 0], [1, 2, 3]), undefined);
	assert.equal(compareSamples([], [1]), undefined);
});

test('too few repeats decide nothing and say how many are missing at least', () => {
	const single = compareSamples([1], [2]);
	assert.deepEqual(single, { ratio: 2, verdict: 'inconclusive', moreRepeats: 2 });
	const pair = compareSamples([1, 1.01], [2, 2.02]);
	assert.equal(pair?.verdict, 'inconclusive');
	assert.equal(pair?.moreRepeats, 1);
	assert.equal(compareSamples([1, 1.01], [2, 2.02], { fewest: 2 })?.verdict, 'higher');
});

test('the same figures always have the same interval, and the other way round its inverse', () => {
	const random = seededRandom(3);
	const [a, b] = [sample(7, skewed(0.1), random), sample(7, normal(0.1), random, 1.2)];
	assert.deepEqual(compareSamples(a, b), compareSamples(a, b));
	const [there, back] = [compareSamples(a, b), compareSamples(b, a)];
	assert.ok(there?.ci && back?.ci);
	assert.ok(Math.abs(there.ratio * back.ratio - 1) < 1e-12);
	assert.ok(Math.abs(there.ci[0] * back.ci[1] - 1) < 1e-12 && Math.abs(there.ci[1] * back.ci[0] - 1) < 1e-12);
});
