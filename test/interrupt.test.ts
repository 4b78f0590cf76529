import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, startBench } from './support/command.ts';
import { endInterrupted } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, marked } from './support/processes.ts';
import { latestRecord, missingReports, recordOf } from './support/runs.ts';

const calls = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'sse,stateless', '--seed', '1'];
/** From the signal to the end: what is measured is given up, not waited for. */
const endsWithinMs = 10_000;

describe('a run that is interrupted', { skip: linuxOnly, concurrency: 2 }, () => {
	test('Ctrl-C in the middle: finished trials are kept and reported, nothing runs on', async () => {
		const root = temporaryFolder('interrupt');
		await using running = startBench([...calls, '--repeats', '3', '--out', root]);
		await running.until(() => running.said.out.includes('[1/9]'), 'the first trial is finished');
		await running.until(
			() => marked(running.mark).some(({ command }) => command.includes('/servers/')),
			'a second target',
		);
		const { out, err } = await endInterrupted(running, endsWithinMs);
		assert.equal(err.trim().split('\n').length, 1, err);
		assert.match(err, /Interrupted/);
		assert.match(out, /interrupted/);

		const folder = join(root, 'latest');
		const record = recordOf(folder);
		assert.equal(record.state, 'interrupted');
		assert.ok(record.finishedAt);
		assert.equal(record.trials.length, 2);
		assert.notEqual(record.trials[0]?.state, 'aborted');
		assert.equal(record.trials[1]?.state, 'aborted');
		assert.deepEqual(missingReports(folder), []);
		assert.ok(record.findings.length > 0);
		const left = readdirSync(join(folder, 'trials')).filter((name) => !name.endsWith('.ndjson.gz'));
		assert.deepEqual(left, [], 'no parts of histories are left');
	});

	test('Ctrl-C while a server is down on purpose: it is not started again, and the command ends', async () => {
		const root = temporaryFolder('interrupt');
		const restart = ['--profile', 'smoke', '--scenario', 'restart', '--target', 'stateless'];
		for (const waitMs of [0, 1200]) {
			await using running = startBench([...restart, '--out', root]);
			const target = () => marked(running.mark).some(({ command }) => command.includes('/servers/'));
			await running.until(target, 'the target');
			await sleep(waitMs);
			await endInterrupted(running, endsWithinMs);
		}
	});

	test('Ctrl-C before the first trial: still a run with reports, exit code 130', async () => {
		const root = temporaryFolder('interrupt');
		await using running = startBench([...calls, '--out', root]);
		await running.until(() => running.said.out.includes('trials, about'), 'the estimate');
		await endInterrupted(running, endsWithinMs);
		const record = recordOf(join(root, 'latest'));
		assert.equal(record.state, 'interrupted');
		assert.deepEqual(
			record.trials.filter(({ state }) => state === 'completed'),
			[],
		);
		assert.ok(existsSync(join(root, 'latest', 'report.html')));
	});
});

describe('a run that is ended at once', { skip: linuxOnly, concurrency: 2 }, () => {
	test('the second Ctrl-C ends at once, the children too, and the run can be reported', async () => {
		const root = temporaryFolder('interrupt');
		await using running = startBench([...calls, '--out', root]);
		await running.until(() => marked(running.mark).length >= 4, 'harness, reaper, target and worker run');
		running.interrupt();
		await running.until(() => running.said.err.includes('Interrupted'), 'the first is acknowledged');
		await endInterrupted(running, 2000);
		assert.ok(['running', 'interrupted'].includes(latestRecord(root)?.state ?? 'none'));
		const report = await bench(['report', 'latest', '--out', root]);
		assert.equal(report.code, 0, report.err);
		const record = latestRecord(root);
		assert.equal(record?.state, 'interrupted');
		const kept = record.trials.map(({ id }) => `${id}.ndjson.gz`);
		const left = readdirSync(join(root, 'latest', 'trials'));
		assert.deepEqual(left, kept, 'what was under way is kept where there is anything to it, and no parts are left');
	});

	test('SIGKILL as soon as there is a run: it can be reported, and says that nothing ran', async () => {
		const root = temporaryFolder('interrupt');
		await using running = startBench([...calls, '--out', root]);
		// Whoever asks for the latest run finds it from here on.
		await running.until(() => existsSync(join(root, 'latest')), 'the link to the run');
		running.kill('SIGKILL');
		assert.equal((await running.ended).signal, 'SIGKILL');
		assert.equal(latestRecord(root)?.state, 'running');
		const report = await bench(['report', '--out', root]);
		assert.equal(report.code, 0, report.err);
		assert.match(report.out, /0 of\s3\splanned trials completed, 3 not run/);
		assert.equal(latestRecord(root)?.state, 'interrupted');
	});

	test('SIGTERM to the harness alone ends the run in the same order', async () => {
		const root = temporaryFolder('interrupt');
		await using running = startBench([...calls, '--out', root]);
		await running.until(() => marked(running.mark).some(({ command }) => command.includes('/servers/')), 'a target');
		await endInterrupted(running, endsWithinMs, () => running.kill('SIGTERM'));
		assert.equal(latestRecord(root)?.state, 'interrupted');
	});
});
