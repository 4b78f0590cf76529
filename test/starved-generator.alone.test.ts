import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBench } from './support/command.ts';
import { goneWithinMs } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, marked, survivors } from './support/processes.ts';
import { recordOf } from './support/runs.ts';

/** Whether a trial of the target is in its measured phase, by the log that the harness writes as it goes. */
function isMeasuring(root: string, target: string): boolean {
	const runs = readdirSync(root).filter((name) => name !== 'latest');
	return runs.some((run) => {
		const path = join(root, run, 'trials', `steady-calls.${target}.r1.parts`, 'harness.ndjson');
		const log = existsSync(path) ? readFileSync(path, 'utf8') : '';
		return log.includes('"phase":"measure"') && !log.includes('"phase":"drain"');
	});
}

test('a worker that is stopped for a second makes its trial invalid: tried once more, and in no comparison', {
	skip: linuxOnly,
}, async () => {
	const root = temporaryFolder('starved');
	const args = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'sse,stateless', '--seed', '1'];
	await using running = startBench([...args, '--out', root]);
	for (const attempt of ['first', 'second']) {
		await running.until(() => isMeasuring(root, 'stateless'), `the ${attempt} attempt is measured`);
		const workers = marked(running.mark).filter(({ command }) => command.includes('/bench/worker.ts'));
		assert.ok(workers.length > 0);
		for (const { pid } of workers) process.kill(pid, 'SIGSTOP');
		await sleep(1000);
		for (const { pid } of workers) process.kill(pid, 'SIGCONT');
		await running.until(() => !isMeasuring(root, 'stateless'), `the ${attempt} attempt is over`);
	}
	const { code, out, err } = await running.ended;
	assert.equal(code, 4, err);
	assert.deepEqual(await survivors(running.mark, goneWithinMs), []);

	const record = recordOf(join(root, 'latest'));
	assert.equal(record.state, 'failed');
	const starved = record.trials.find(({ target }) => target === 'stateless');
	assert.equal(starved?.state, 'invalid');
	const because =
		/^swarm worker \d+ \(pid \d+\) (took 1 % of its calls up more than|stood still for) [\d.]+ ms.*; the limit is [\d.]+ ms$/;
	assert.match(starved?.state === 'invalid' ? starved.because : '', because);
	const retried = starved?.warnings.filter(({ id }) => id === 'retried') ?? [];
	assert.equal(retried.length, 1);
	assert.match(retried[0]?.detail ?? '', /First attempt: swarm worker \d+ .*; the limit is /);
	assert.match(out, /swarm worker \d+/);

	const compared = record.comparisons.filter(({ a, b }) => [a, b].includes('stateless'));
	assert.deepEqual(compared, [], 'nothing is compared with a trial that is invalid');
	for (const { verdict, evidence } of record.findings) {
		assert.equal(verdict, 'inconclusive');
		assert.ok(evidence.every(({ target }) => target !== 'stateless'));
	}
});
