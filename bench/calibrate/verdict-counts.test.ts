import assert from 'node:assert/strict';
import { test } from 'node:test';
import jstat from 'jstat';
import { type Random, seededRandom } from '../random.ts';
import { roundsFor, roundsOfArms } from './verdict-arms.ts';
import { type BlockFigures, comparisons, isEnough, proofRow, repeatsToFind } from './verdict-counts.ts';

/** Blocks of a machine whose trials differ from each other by so much. */
function blocks(count: number, spread: number, slower: readonly number[], random: Random): BlockFigures[] {
	const one = (factor: number) => factor * 4000 * Math.exp(spread * jstat.normal.inv(random.next(), 0, 1));
	return Array.from({ length: count }, () => ({ base: [one(1), one(1)], slowed: slower.map(one) }));
}

const asked = { percents: [5, 10], repeats: 3, seed: 11 };

test('on a quiet machine a server is itself, and slower ones are found', () => {
	const row = proofRow('cpuUsPerCall', blocks(30, 0.004, [1.05, 1.1], seededRandom(1)), asked);
	assert.equal(row.different.of, comparisons);
	assert.equal(row.different.ranForReal, 10);
	assert.ok(row.different.count <= 10, `${row.different.count} of 100`);
	assert.ok((row.slowdowns[1]?.found.count ?? 0) >= 99);
	const [five] = row.slowdowns;
	assert.ok(five && Math.abs(five.measured.value - 1.05) < 0.005);
	// What is not found is called equal or left open; nothing is counted twice.
	assert.ok(five.found.count + five.calledEqual <= five.found.of);
	assert.ok(row.perRepeat > 0.002 && row.perRepeat < 0.008);
});

test('on a noisy machine the smallest difference that is found grows with the noise, and more repeats would be needed', () => {
	const smallest = [0.01, 0.03, 0.06].map((spread) => {
		const row = proofRow('p50Us', blocks(30, spread, [1.05, 1.1], seededRandom(2)), asked);
		return row.smallestFoundPercent ?? Number.NaN;
	});
	assert.deepEqual(
		smallest,
		smallest.toSorted((a, b) => a - b),
		String(smallest),
	);
	const noisy = proofRow('p50Us', blocks(30, 0.06, [1.05, 1.1], seededRandom(2)), asked);
	const [five] = noisy.slowdowns;
	assert.ok(five && !isEnough(five.found));
	assert.ok(noisy.repeatsNeeded === undefined || noisy.repeatsNeeded > 3);
});

test('the smallest difference is one that is really found', () => {
	const spread = 0.02;
	const { smallestFoundPercent = Number.NaN } = proofRow(
		'p50Us',
		blocks(60, spread, [1.05, 1.1], seededRandom(3)),
		asked,
	);
	const slower = 1 + (2 * smallestFoundPercent) / 100;
	const [row] = proofRow('p50Us', blocks(60, spread, [slower], seededRandom(4)), {
		...asked,
		percents: [10],
	}).slowdowns;
	assert.ok(row && isEnough(row.found), `${row?.found.count} of 100 at twice ${smallestFoundPercent} %`);
});

test('the same figures and seed give the same counts', () => {
	const figures = blocks(12, 0.02, [1.05, 1.1], seededRandom(5));
	assert.deepEqual(proofRow('p50Us', figures, asked), proofRow('p50Us', figures, asked));
	assert.equal(proofRow('p50Us', figures.slice(0, 4), asked).different.ranForReal, 1);
});

test('more noise takes more repeats', () => {
	const [calm = 0, loud = 0] = [0.01, 0.04].map((spread) => repeatsToFind(10, spread, seededRandom(6)) ?? Number.NaN);
	assert.ok(calm >= 3 && loud > calm, `${calm} and ${loud}`);
});

test('the repeats that are needed are for the slowdown that was measured, which is less than the injected one', () => {
	const spread = 0.03;
	const row = (slower: number) =>
		proofRow('p50Us', blocks(60, spread, [slower], seededRandom(8)), { ...asked, percents: [8] });
	const [injected, measured] = [row(1.08), row(1.06)];
	const { repeatsNeededForPercent: percent = Number.NaN } = measured;
	assert.ok(Math.abs(percent - 100 * ((measured.slowdowns[0]?.measured.value ?? 0) - 1)) < 1e-9);
	assert.ok(percent < 7.5, `${percent}`);
	assert.ok(
		(measured.repeatsNeeded ?? 0) > (injected.repeatsNeeded ?? Number.NaN),
		`${measured.repeatsNeeded} and ${injected.repeatsNeeded}`,
	);
	const found = proofRow('p50Us', blocks(30, 0.004, [1.1], seededRandom(1)), { ...asked, percents: [10] });
	assert.equal(found.repeatsNeededForPercent, undefined);
});

test('a slowdown within the margin may be found with some repeats and not with more, which call it equal', () => {
	const needed = repeatsToFind(4.7, 0.03, seededRandom(9)) ?? assert.fail();
	assert.ok(needed > 6 && needed <= 24, `${needed}`);
	assert.equal(repeatsToFind(1, 0.01, seededRandom(9)), undefined);
	assert.equal(repeatsToFind(-1, 0.01, seededRandom(9)), undefined);
});

test('a slowed server costs its share more in all, though only its work can be made more', () => {
	const cost = { usPerRound: 0.004, fixedUs: 120 };
	const { base, slowed } = roundsOfArms([0.05, 0.1], cost);
	const costUs = (rounds: number) => cost.fixedUs + rounds * cost.usPerRound;
	assert.ok(Math.abs(costUs(base) / 4000 - 1) < 1e-4);
	for (const [n, share] of [0.05, 0.1].entries())
		assert.ok(Math.abs(costUs(slowed[n] ?? 0) / costUs(base) / (1 + share) - 1) < 1e-5);
	assert.equal(roundsFor(120, cost), 0);
});
