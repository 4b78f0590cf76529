import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRecord } from '../bench/model/run.ts';
import { startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { latestRecord } from './support/runs.ts';

/** Starts a run, reads its plan as soon as it is saved, and kills it: the order is all that matters here. */
async function planOf(args: readonly string[]): Promise<RunRecord> {
	const root = temporaryFolder('seed');
	await using running = startBench([...args, '--out', root]);
	await running.until(() => latestRecord(root) !== undefined, 'the plan is saved');
	const record = latestRecord(root);
	assert.ok(record);
	assert.equal(record.state, 'running');
	return record;
}

const small = ['--profile', 'smoke', '--scenario', 'restart,steady-calls', '--target', 'sse,stateless,modern,stateful'];
const order = (record: RunRecord) => record.planned.map(({ id }) => id);

test('the same seed gives the same plan, another seed another order', { skip: linuxOnly }, async () => {
	const [first, again, other] = await Promise.all(
		['11', '11', '12'].map((seed) => planOf([...small, '--repeats', '3', '--seed', seed])),
	);
	assert.ok(first && again && other);
	assert.deepEqual(again.planned, first.planned);
	assert.notDeepEqual(order(other), order(first));
	assert.deepEqual(order(other).sort(), order(first).sort());
});

test('the command that a run prints makes the same plan again, a drawn seed included', {
	skip: linuxOnly,
}, async () => {
	const first = await planOf([...small, '--repeats', '2']);
	const words = first.command.split(' ');
	assert.deepEqual(words.slice(0, 4), ['npm', 'run', 'bench', '--']);
	const again = await planOf(words.slice(4));
	assert.equal(again.seed, first.seed);
	assert.deepEqual(again.planned, first.planned);
	assert.equal(again.command, first.command);
});
