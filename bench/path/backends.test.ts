import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backends } from './backends.ts';
import { StickTable } from './stick-table.ts';

const three = [1, 2, 3].map((n) => ({ hostname: '127.0.0.1', port: 20_000 + n }));

function behind(most?: number) {
	const table = new StickTable(most);
	const backends = new Backends(table);
	backends.replace(three);
	return {
		backends,
		table,
		choose: (session?: string, tried?: readonly number[]) =>
			backends.choose({ headers: session === undefined ? {} : { 'mcp-session-id': session }, socket: {} }, tried),
	};
}

const turns = ({ choose }: ReturnType<typeof behind>, count: number) => Array.from({ length: count }, () => choose());

test('requests without a session go round', () => {
	assert.deepEqual(turns(behind(), 7), [0, 1, 2, 0, 1, 2, 0]);
});

test('one that is not registered gets nothing new, and its turn is another’s', () => {
	const scene = behind();
	const { backends, choose } = scene;
	backends.register(1, false);
	assert.deepEqual(turns(scene, 4), [0, 2, 0, 2]);
	backends.register(1, true);
	assert.deepEqual(turns(scene, 3), [0, 1, 2]);
	for (const n of [0, 1, 2]) backends.register(n, false);
	assert.equal(choose(), undefined);
	assert.throws(() => backends.register(3, true), RangeError);
});

test('a session stays where it was learnt, goes elsewhere while its server is out, and comes back', () => {
	const { backends, table, choose } = behind();
	table.stick('a', 2);
	assert.deepEqual([choose('a'), choose('a')], [2, 2]);
	assert.equal(choose('unknown'), 0);
	backends.register(2, false);
	assert.equal(choose('a'), 1);
	backends.register(2, true);
	assert.equal(choose('a'), 2);
	assert.notEqual(choose('a', [2]), 2);
});

test('what refused this request is not asked again', () => {
	const { choose } = behind();
	assert.equal(choose(undefined, [0, 1]), 2);
	assert.equal(choose(undefined, [0, 1, 2]), undefined);
});

test('new servers take the places of the old ones', () => {
	const scene = behind();
	const { backends, table, choose } = scene;
	backends.register(0, false);
	table.stick('a', 1);
	backends.replace(three.map(({ hostname, port }) => ({ hostname, port: port + 10 })));
	assert.equal(backends.at(choose('a') ?? -1)?.port, 20_012);
	assert.equal(turns(scene, 3).length, new Set(turns(scene, 3)).size);
});

test('of too many sessions the one unused for longest is forgotten', () => {
	const { table, choose } = behind(2);
	table.stick('a', 2);
	table.stick('b', 2);
	assert.equal(choose('a'), 2);
	table.stick('c', 2);
	assert.deepEqual([choose('a'), choose('c')], [2, 2]);
	assert.equal(choose('b'), 0);
});
