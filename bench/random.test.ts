import assert from 'node:assert/strict';
import { test } from 'node:test';
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
