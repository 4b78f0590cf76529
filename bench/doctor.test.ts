import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, diagnose, formatDoctor, type Machine, thisMachine } from './doctor.ts';

/** A machine that has everything. */
const good: Machine = {
	platform: 'linux',
	node: '26.10.0',
	pinnedNode: '26.10.0',
	cpus: [0, 1],
	placement: { pinned: true, target: [0], swarm: [1], note: 'The target runs on CPU 0, the swarm on CPU 1.' },
	memoryMb: 16_000,
	limits: { fdLimit: { soft: 20_000, hard: 20_000 }, ephemeralPorts: 28_232, ephemeralRange: [32_768, 60_999] },
	features: { processes: true, smapsRollup: true, slabInfo: true },
	ipc: async () => true,
	run: async (name) => ({ succeeded: true, text: `${name} version: ${name}/1.22.1` }),
};

const find = (checks: readonly Check[], id: string): Check =>
	checks.find((check) => check.id === id) ?? assert.fail(id);

test('a good machine is all ok', async () => {
	const checks = await diagnose(good);
	assert.deepEqual(
		checks.filter(({ state }) => state !== 'ok'),
		[],
	);
	assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length);
	assert.equal(find(checks, 'nginx').found, '1.22.1');
	assert.equal(find(checks, 'descriptors').found, '20000 a process: 9875 sessions of sse, which takes two each');
});

test('a poor machine hears what each absence costs, and what to do', async () => {
	const checks = await diagnose({
		...good,
		node: '24.0.0',
		cpus: [0],
		memoryMb: 900,
		limits: { fdLimit: { soft: 1024, hard: 4096 }, ephemeralPorts: 1000, ephemeralRange: [60_000, 60_999] },
		features: { processes: true, smapsRollup: false, slabInfo: false },
		ipc: async () => false,
		run: async () => null,
	});
	const states = Object.groupBy(checks, ({ state }) => state);
	assert.deepEqual(
		states.limited?.map(({ id }) => id),
		['node', 'cpus', 'memory', 'descriptors', 'ports', 'slabinfo'],
	);
	assert.deepEqual(
		states.ok?.map(({ id }) => id),
		['proc'],
	);
	assert.match(find(checks, 'descriptors').cost, /387 sessions.*ulimit -n/);
	assert.ok(checks.every(({ cost }) => cost.endsWith('.')));
});

test('servers that listen where clients get their ports are a risk', async () => {
	const ephemeralRange = [1024, 65_535] as const;
	const checks = await diagnose({ ...good, limits: { ...good.limits, ephemeralPorts: 64_512, ephemeralRange } });
	assert.equal(find(checks, 'ports').state, 'limited');
	assert.match(find(checks, 'ports').cost, /connect to itself/);
});

test('a program without a version is there all the same, one that may not is missing', async () => {
	const checks = await diagnose({ ...good, run: async () => ({ succeeded: false, text: 'usage: …' }) });
	assert.equal(find(checks, 'hey').state, 'ok');
	assert.equal(find(checks, 'hey').found, 'found, version unknown');
	assert.equal(find(checks, 'namespaces').state, 'missing');
});

test('the text fits its columns and counts the states', async () => {
	const checks = await diagnose({ ...good, run: async () => null, memoryMb: 10 });
	for (const columns of [60, 80, 100]) {
		const text = formatDoctor(checks, columns);
		for (const line of text.split('\n')) assert.ok(line.length <= columns, line);
		assert.match(text, /\n\n8 ok, 1 limited, 12 missing$/);
	}
	const line = formatDoctor(checks, 100)
		.split('\n')
		.find((candidate) => candidate.includes('nginx '));
	assert.match(line ?? '', /^missing {2}nginx {15}not found$/);
	assert.equal(formatDoctor([], 80), '\n0 ok, 0 limited, 0 missing');
});

test('this machine is diagnosed', async () => {
	const checks = await diagnose(thisMachine());
	assert.equal(find(checks, 'ipc').state, 'ok');
	assert.match(find(checks, 'node').found, /^\d+\.\d+\.\d+/);
});
