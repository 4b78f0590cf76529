import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { allowedCpus, parseCpuList, siblingsOf } from './cpus.ts';
import { machinePlacement, placement } from './placement.ts';

test('two CPUs: the target gets the first, the swarm the second', () => {
	assert.deepEqual(placement({ allowed: [0, 1], taskset: true }), {
		pinned: true,
		target: [0],
		swarm: [1],
		note: 'The target runs on CPU 0, the swarm on CPU 1.',
	});
});

test('the CPUs that are allowed count, not their numbers', () => {
	const { target, swarm, note } = placement({ allowed: [3, 5, 6, 7], taskset: true });
	assert.deepEqual({ target, swarm }, { target: [3], swarm: [5, 6, 7] });
	assert.equal(note, 'The target runs on CPU 3, the swarm on CPUs 5, 6, 7.');
});

test('instances may ask for more, but the swarm keeps one', () => {
	assert.deepEqual(placement({ allowed: [0, 1, 2, 3], taskset: true, targetCpus: 2 }).target, [0, 1]);
	assert.deepEqual(placement({ allowed: [0, 1, 2, 3], taskset: true, targetCpus: 9 }).swarm, [3]);
});

test('one CPU, or no taskset: nothing is pinned and the note says why', () => {
	const one = placement({ allowed: [0], taskset: true });
	assert.deepEqual([one.pinned, one.target, one.swarm], [false, [], []]);
	assert.match(one.note, /only CPU/);
	const none = placement({ allowed: [0, 1], taskset: false });
	assert.equal(none.pinned, false);
	assert.match(none.note, /taskset is missing/);
});

test('hardware threads of one core are named', () => {
	const { note } = placement({ allowed: [0, 1], taskset: true, siblings: () => [0, 1] });
	assert.match(note, /threads of one core/);
});

test('lists of the kernel are read', () => {
	assert.deepEqual(parseCpuList('0-3,8, 10-11\n'), [0, 1, 2, 3, 8, 10, 11]);
	assert.deepEqual(parseCpuList(''), []);
	assert.deepEqual(parseCpuList('x,2'), [2]);
});

test('the allowed CPUs come from /proc, the siblings from /sys', () => {
	const root = mkdtempSync(join(tmpdir(), 'cpus-'));
	mkdirSync(join(root, 'self'));
	writeFileSync(join(root, 'self', 'status'), 'Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t2-3,7\n');
	const topology = join(root, 'devices/system/cpu/cpu2/topology');
	mkdirSync(topology, { recursive: true });
	writeFileSync(join(topology, 'thread_siblings_list'), '2,6\n');
	assert.deepEqual(allowedCpus(root), [2, 3, 7]);
	assert.deepEqual(siblingsOf(2, root), [2, 6]);
	assert.deepEqual(siblingsOf(3, root), [3]);
	rmSync(root, { recursive: true });
	assert.ok(allowedCpus(root).length >= 1);
});

test('this machine has a placement', () => {
	const here = machinePlacement();
	assert.equal(here.pinned, here.target.length > 0 && here.swarm.length > 0);
	assert.ok(here.note.endsWith('.'));
});
