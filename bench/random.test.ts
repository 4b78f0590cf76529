import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayMs, policies } from './model/policy.ts';
import { deriveSeed, seededRandom, shuffled } from './random.ts';

test('a seed gives the same numbers, spread evenly', () => {
	const one = seededRandom(3);
	const two = seededRandom(3);
	const drawn = Array.from({ length: 10_000 }, () => one.next());
	assert.deepEqual(
		drawn.slice(0, 5),
		Array.from({ length: 5 }, () => two.next()),
	);
	assert.ok(drawn.every((n) => n >= 0 && n < 1));
	for (let tenth = 0; tenth < 10; tenth++) {
		const share = drawn.filter((n) => Math.floor(n * 10) === tenth).length / drawn.length;
		assert.ok(Math.abs(share - 0.1) < 0.02, `tenth ${tenth}: ${share}`);
	}
});

test('labels make seeds that differ, and stay the same', () => {
	const seeds = ['a', 'b', 'ab'].flatMap((label) => [
		deriveSeed(1, label, 1),
		deriveSeed(1, label, 2),
		deriveSeed(2, label, 1),
	]);
	assert.equal(new Set(seeds).size, 9);
	assert.equal(deriveSeed(1, 'x', 7), deriveSeed(1, 'x', 7));
	assert.notEqual(deriveSeed(1, 'a', 'b'), deriveSeed(1, 'ab'));
});

test('a shuffle keeps every item and leaves its input alone', () => {
	const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);
	const mixed = shuffled(items, seededRandom(1));
	assert.deepEqual(mixed.toSorted(), [...items]);
	assert.notDeepEqual(mixed, [...items]);
	const firsts = new Set(Array.from({ length: 200 }, (_, seed) => shuffled(items, seededRandom(seed))[0]));
	assert.equal(firsts.size, items.length, 'every item comes first for some seed');
});

test('reconnect policies: fixed waits the same, jitter stays below a growing limit, immediate tries at once and then about every 250 ms', () => {
	assert.deepEqual(
		[0, 1, 9].map((attempt) => delayMs(policies['fixed-3s'], attempt, 0.3)),
		[3000, 3000, 3000],
	);
	assert.deepEqual(
		[0, 1, 2, 9].map((attempt) => delayMs(policies['full-jitter'], attempt, 0.5)),
		[250, 500, 1000, 1500],
	);
	assert.deepEqual(
		[0, 1, 2].map((attempt) => delayMs(policies.immediate, attempt, 0.5)),
		[0, 250, 250],
	);
});
