import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backends } from './backends.ts';

const three = [1, 2, 3].map((n) => ({ hostname: '127.0.0.1', port: 20_000 + n }));

function behind(most?: number): Backends {
	const backends = new Backends(most);
	backends.replace(three);
	return backends;
}

const turns = (backends: Backends, count: number) => Array.from({ length: count }, () => backends.choose(undefined));

test('requests without a session go round', () => {
	assert.deepEqual(turns(behind(), 7), [0, 1, 2, 0, 1, 2, 0]);
});

test('one that is not registered gets nothing new, and its turn is another’s', () => {
	const backends = behind();
	backends.register(1, false);
	assert.deepEqual(turns(backends, 4), [0, 2, 0, 2]);
	backends.register(1, true);
	assert.deepEqual(turns(backends, 3), [0, 1, 2]);
	for (const n of [0, 1, 2]) backends.register(n, false);
	assert.equal(backends.choose(undefined), undefined);
	assert.throws(() => backends.register(3, true), RangeError);
});

test('a session stays where it was learnt, goes elsewhere while its server is out, and comes back', () => {
	const backends = behind();
	backends.learn('a', 2);
	assert.deepEqual([backends.choose('a'), backends.choose('a')], [2, 2]);
	assert.equal(backends.choose('unknown'), 0);
	backends.register(2, false);
	assert.equal(backends.choose('a'), 1);
	backends.register(2, true);
	assert.equal(backends.choose('a'), 2);
	assert.notEqual(backends.choose('a', [2]), 2);
});

test('what refused this request is not asked again', () => {
	const backends = behind();
	assert.equal(backends.choose(undefined, [0, 1]), 2);
	assert.equal(backends.choose(undefined, [0, 1, 2]), undefined);
});

test('new servers take the places of the old ones', () => {
	const backends = behind();
	backends.register(0, false);
	backends.learn('a', 1);
	backends.replace(three.map(({ hostname, port }) => ({ hostname, port: port + 10 })));
	assert.equal(backends.at(backends.choose('a') ?? -1)?.port, 20_012);
	assert.equal(turns(backends, 3).length, new Set(turns(backends, 3)).size);
});

test('of too many sessions the one unused for longest is forgotten', () => {
	const backends = behind(2);
	backends.learn('a', 2);
	backends.learn('b', 2);
	assert.equal(backends.choose('a'), 2);
	backends.learn('c', 2);
	assert.deepEqual([backends.choose('a'), backends.choose('c')], [2, 2]);
	assert.equal(backends.choose('b'), 0);
});
