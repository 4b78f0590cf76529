import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { recordOf } from './support/runs.ts';

/** Programs that take all they get, one for each CPU, until they are disposed of. */
function hogs(): Disposable {
	const all = Array.from({ length: availableParallelism() }, () =>
		spawn(process.execPath, ['-e', 'while (true);'], { stdio: 'ignore' }),
	);
	return {
		[Symbol.dispose]: () => {
			for (const hog of all) hog.kill('SIGKILL');
		},
	};
}

const args = ['--profile', 'smoke', '--scenario', 'restart', '--target', 'stateless', '--seed', '1'];
const withinMs = 120_000;

test('beside programs that take the CPUs a trial of a timeline is invalid, the second attempt too, and the reader is told why', {
	skip: linuxOnly,
}, async () => {
	const root = temporaryFolder('shared');
	using _ = hogs();
	const { code, out, err } = await bench([...args, '--out', root], { withinMs, env: { BENCH_BESIDE_OTHERS: '' } });
	assert.equal(code, 4, err);
	const [trial] = recordOf(join(root, 'latest')).trials;
	assert.equal(trial?.state, 'invalid');
	const because =
		/^other programs used [\d.]+ of \d+ CPUs and \d+ % stood idle; the limit is 0\.5 .*: stop what else runs/;
	assert.match(trial.because, because);
	assert.ok((trial.measures.othersCpuShare?.value ?? 0) > 50);
	const warned = trial.warnings.map(({ id, detail }) => `${id}: ${detail}`).join('\n');
	assert.match(warned, /^machine-shared: Other programs used [\d.]+ of \d+ CPUs during the trial\.$/m);
	assert.match(warned, /^retried: First attempt: other programs used /m);
	assert.match(out, /^! Other programs used up to [\d.]+ of \d+\sCPUs?, in 1 of 1\strial\.$/m);
});

test('where others are meant to run it counts, with a warning', { skip: linuxOnly }, async () => {
	const root = temporaryFolder('shared');
	using _ = hogs();
	const { out } = await bench([...args, '--out', root], { withinMs, env: { BENCH_BESIDE_OTHERS: '1' } });
	const [trial] = recordOf(join(root, 'latest')).trials;
	const doubts = trial?.warnings.map(({ id }) => id) ?? [];
	assert.ok(doubts.includes('machine-shared'), doubts.join());
	// What starved the generator itself still counts against the trial.
	assert.doesNotMatch(JSON.stringify(trial), /"because":"other programs/);
	assert.match(out, /^! Other programs used [\d.]+ of \d+ CPUs during the trial\./m);
});
