import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom, shuffled } from '../random.ts';
import { driftOf, type OrderedGroup } from './drift.ts';
import { longerTail, widerRepeats } from './moved-spread.ts';
import { outliersOf } from './outliers.ts';

const gauss = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Targets in interleaved blocks, of the same spread. @param disturbed by how much whole blocks differ, with all that is in them */
function blocks(
	targets: number,
	repeats: number,
	random: Random,
	{
		sd = 0.05,
		growth = 1,
		disturbed = 0,
	}: { sd?: number | ((target: number) => number); growth?: number; disturbed?: number } = {},
): readonly OrderedGroup[] {
	const order = Array.from({ length: repeats }, (_, repeat) =>
		shuffled(
			Array.from({ length: targets }, (_, target) => target),
			random,
		).map((target) => ({ target, repeat })),
	).flat();
	const ofBlock = Array.from({ length: disturbed > 0 ? repeats : 0 }, () => disturbed * gauss(random));
	const placed = order.map((each, n) => ({ ...each, at: n / (order.length - 1) }));
	return Array.from({ length: targets }, (_, target) => ({
		name: `t${target}`,
		values: placed
			.filter((each) => each.target === target)
			.map(({ repeat, at }) => {
				const spread = typeof sd === 'number' ? sd : sd(target);
				const value = 100 * (target + 1) * growth ** at * Math.exp(spread * gauss(random) + (ofBlock[repeat] ?? 0));
				return { at, repeat: repeat + 1, value };
			}),
	}));
}

test('a machine that gets slower is seen in eight targets of six repeats, and one that does not hardly ever', (context) => {
	const random = seededRandom(5);
	const runs = 100;
	const calls = (growth: number, repeats: number) =>
		Array.from({ length: runs }, () => driftOf(blocks(8, repeats, random, { growth }))).filter(
			(found) => (found?.p ?? 1) < 0.01,
		);
	const [seen, falsely] = [calls(1.2, 6), calls(1, 6)];
	const ofThree = [1.2, 2, 1].map((growth) => calls(growth, 3).length);
	context.diagnostic(`drift of 20 % seen in ${seen.length} of ${runs}, of nothing in ${falsely.length}`);
	context.diagnostic(`with three repeats 20 % in ${ofThree[0]}, 100 % in ${ofThree[1]}, of nothing in ${ofThree[2]}`);
	assert.ok((ofThree[1] ?? 0) >= 90 && (ofThree[2] ?? runs) <= 4, `${ofThree}`);
	assert.ok(seen.length >= 90, `${seen.length}`);
	assert.ok(falsely.length <= 4, `${falsely.length}`);
	const changes = seen.map((found) => found?.change ?? 0);
	const middle = changes.sort((a, b) => a - b)[Math.floor(changes.length / 2)] ?? 0;
	assert.ok(middle > 1.15 && middle < 1.26, `${middle}`);
	assert.ok(seen.every((found) => (found?.correlation ?? 0) > 0));
});

test('blocks that a disturbance of the machine sets apart are no drift, however many targets are in them', (context) => {
	const random = seededRandom(31);
	const runs = 400;
	for (const repeats of [3, 6]) {
		const falsely = Array.from({ length: runs }, () => driftOf(blocks(8, repeats, random, { disturbed: 0.1 }))).filter(
			(found) => (found?.p ?? 1) < 0.01,
		);
		context.diagnostic(`${repeats} blocks that differ by 10 %: a drift of nothing in ${falsely.length} of ${runs}`);
		assert.ok(falsely.length <= 0.03 * runs, `${repeats} repeats: ${falsely.length}`);
	}
});

test('cases that ran side by side have one place in time: together they are one witness', () => {
	const random = seededRandom(32);
	const one = blocks(4, 6, random, { growth: 1.1 });
	const four = one.flatMap((group) => Array.from({ length: 4 }, () => group));
	const [alone, together] = [driftOf(one), driftOf(four)].map((found) => found?.p ?? Number.NaN);
	assert.ok(Math.abs((alone ?? 0) - (together ?? 1)) < 0.05, `${alone} and ${together}`);
});

test('what has no power says nothing of a drift: few orders, too few repeats, no spread, figures of zero', () => {
	const random = seededRandom(6);
	assert.equal(driftOf(blocks(2, 3, random, { growth: 3 })), undefined, 'forty-eight layouts');
	assert.equal(driftOf(blocks(20, 2, random, { growth: 3 })), undefined);
	assert.equal(driftOf(blocks(8, 3, random, { sd: 0 })), undefined);
	const zeros = blocks(8, 3, random).map(({ name, values }) => ({
		name,
		values: values.map((each) => ({ ...each, value: 0 })),
	}));
	assert.equal(driftOf(zeros), undefined);
	const together = driftOf(blocks(3, 5, random, { growth: 3 }));
	assert.ok(together && together.p < 0.01, 'five repeats of three targets are enough');
});

test('a repeat far from its target’s others is found, and hardly any where all are alike', (context) => {
	const random = seededRandom(8);
	const runs = 300;
	const falsely = (sd: number | ((target: number) => number)) =>
		Array.from({ length: runs }, () => outliersOf(blocks(8, 3, random, { sd }))).filter(({ length }) => length > 0)
			.length;
	const alike = falsely(0.05);
	const unlike = falsely((target) => (target < 2 ? 0.1 : 0.05));
	context.diagnostic(
		`runs with an outlier among equals: ${alike} of ${runs}; with two of eight targets twice as wide ${unlike}`,
	);
	assert.ok(alike <= 0.02 * runs, `${alike}`);
	assert.ok(unlike <= 0.1 * runs, `${unlike}`);
	let found = 0;
	for (let run = 0; run < 100; run++) {
		const groups = blocks(8, 3, random);
		const hit = groups.map(({ name, values }, n) => ({
			name,
			values: values.map((each, m) => (n === 3 && m === 1 ? { ...each, value: each.value * 1.8 } : each)),
		}));
		const outliers = outliersOf(hit);
		if (outliers.some(({ name, repeat }) => name === 't3' && repeat === hit[3]?.values[1]?.repeat)) found++;
	}
	assert.ok(found >= 90, `${found}`);
});

test('a few deviations, or hardly any, are no outliers', () => {
	const random = seededRandom(9);
	const few = blocks(3, 3, random).map((group, n) =>
		n === 0 ? { ...group, values: group.values.map((each, m) => (m === 0 ? { ...each, value: 1e6 } : each)) } : group,
	);
	assert.deepEqual(outliersOf(few), [], 'six deviations tell no scale');
	const tight = blocks(8, 3, random, { sd: 0.0001 }).map((group, n) =>
		n === 0
			? { ...group, values: group.values.map((each, m) => (m === 0 ? { ...each, value: each.value * 1.05 } : each)) }
			: group,
	);
	assert.deepEqual(outliersOf(tight), [], 'a twentieth disturbs nobody');
});

test('a longer tail and wider repeats are told where they are clear, and of few repeats nothing', () => {
	assert.equal(longerTail([3, 3.1, 2.9], [3.1, 2.9, 3]), undefined);
	assert.ok((longerTail([3, 3.1, 2.9], [6.1, 5.9, 6])?.ratio ?? 0) > 1.9);
	assert.equal(longerTail([3, 3.01, 2.99], [3.31, 3.29, 3.3]), undefined, 'a tenth is not to speak of');
	assert.equal(longerTail([3], [6]), undefined);
	const random = seededRandom(4);
	const sample = (count: number, sd: number) => Array.from({ length: count }, () => 100 * Math.exp(sd * gauss(random)));
	assert.equal(widerRepeats(sample(5, 0.01), sample(5, 0.2)), undefined);
	const found = widerRepeats(sample(10, 0.01), sample(10, 0.1));
	assert.ok(found && found.times > 4, JSON.stringify(found));
	const runs = 300;
	const falsely = Array.from({ length: runs }, () => widerRepeats(sample(10, 0.05), sample(10, 0.05))).filter(Boolean);
	assert.ok(falsely.length <= 0.03 * runs, `${falsely.length}`);
});
