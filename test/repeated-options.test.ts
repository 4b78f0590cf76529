import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { latestRecord } from './support/runs.ts';

test('options that take lists add up when they are repeated', async () => {
	const root = temporaryFolder('repeated');
	const targets = ['--target', 'sse', '--target', 'stateless,sse'];
	const chosen = ['--scenario', 'rolling-deploy', '--scenario', 'restart', '--case', 'deregister'];
	const args = ['--profile', 'smoke', ...targets, ...chosen, '--case', 'crash-refused', '--out', root];
	await using running = startBench(args);
	await running.until(() => latestRecord(root) !== undefined, 'the plan is saved');
	const { planned, command } = latestRecord(root) ?? assert.fail('there is a run');
	assert.deepEqual([...new Set(planned.map(({ scenario }) => scenario))], ['restart', 'rolling-deploy']);
	assert.match(command, /--scenario restart,rolling-deploy --case deregister,crash-refused --target sse,stateless /);
});

test('a case that is for none of the targets is said before the run', async () => {
	const cases = ['--case', 'shared-store-embedded-in-turn', '--case', 'round-robin-embedded-in-turn'];
	const chosen = ['--scenario', 'load-balancing', '--target', 'stateless', ...cases, '--path', 'embedded'];
	await using running = startBench(['--profile', 'smoke', ...chosen, '--out', temporaryFolder('left-out')]);
	await running.until(() => running.said.out.includes('1 trial, about'), 'the estimate');
	const [first, second] = running.said.out.split('\n');
	assert.match(
		first ?? '',
		/^The case shared-store-embedded-in-turn of load-balancing is left out: it is for stateful, /,
	);
	assert.match(second ?? '', /^--path embedded does not act in load-balancing: /);
});
