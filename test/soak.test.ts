import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunRecord } from '../bench/model/run.ts';
import { bench, type Running, startBench } from './support/command.ts';
import { endInterrupted } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, survivors } from './support/processes.ts';
import { latestRecord, missingReports, recordOf } from './support/runs.ts';

const soak = ['--profile', 'smoke', '--scenario', 'soak', '--target', 'stateful', '--minutes', '1', '--seed', '1'];
const trial = 'soak.stateful.r1';
const endsWithinMs = 10_000;

function checkpoints(root: string): number {
	const part = join(root, 'latest', 'trials', `${trial}.parts`, 'harness.ndjson');
	return existsSync(part) ? readFileSync(part, 'utf8').split('"is":"checkpoint",').length - 1 : 0;
}

/** A soak of a minute with four checkpoints at least, three seconds from each to the next. */
async function soaking(running: Running, root: string): Promise<void> {
	await running.until(() => checkpoints(root) >= 4, 'four checkpoints');
}

/** What a soak that was ended reports: slopes of what it had, with intervals, and that it was cut short. */
function assertReported({ state, trials, command }: RunRecord, out: string): void {
	assert.equal(state, 'interrupted');
	assert.match(command, /--minutes 1\b/);
	const [only] = trials;
	assert.equal(trials.length, 1);
	assert.ok(only?.state === 'completed', JSON.stringify(only));
	assert.ok(only.warnings.some(({ id }) => id === 'cut-short'));
	const { afterMs = 0, ofMs } = only.stopped ?? {};
	assert.ok(afterMs > 0 && afterMs < 60_000 && ofMs === 60_000, JSON.stringify(only.stopped));
	// Lines break where they must, and thin spaces stand before units.
	assert.match(out.replaceAll(/\s+/g, ' '), /0 of 1 planned trial completed, 1 stopped after [\d.]+ s of 1 min 0 s\./);
	assert.match(out.replaceAll(/\s+/g, ' '), /0 of 1 trial completed, 1 stopped after [\d.]+ s of 1 min 0 s\./);
	// How steep it is, on a machine that may stand still, is none of this test's business.
	const { sessionsPerHour, heapKbPerHour, soakedMs } = only.measures;
	assert.ok(sessionsPerHour?.ci && heapKbPerHour?.ci, JSON.stringify(only.measures));
	assert.ok((soakedMs?.value ?? 0) > 0);
}

describe('a soak that does not come to its end', { skip: linuxOnly, concurrency: true }, () => {
	test('Ctrl-C: what it had measured by its last checkpoint is reported', async () => {
		const root = temporaryFolder('soak');
		await using running = startBench([...soak, '--out', root]);
		await soaking(running, root);
		const { out } = await endInterrupted(running, endsWithinMs);
		assert.match(out, /What grows in an hour/);
		const folder = join(root, 'latest');
		assertReported(recordOf(folder), out);
		assert.match(out, /soak · stateful · repeat 1 · stopped after/);
		assert.deepEqual(missingReports(folder), []);
	});

	test('killed: `report` finds what it had written down, once and again', async () => {
		const root = temporaryFolder('soak');
		await using running = startBench([...soak, '--out', root]);
		await soaking(running, root);
		running.kill('SIGKILL');
		await running.ended;
		assert.deepEqual(await survivors(running.mark, endsWithinMs), []);
		assert.deepEqual(latestRecord(root)?.trials, []);
		for (let time = 0; time < 2; time++) {
			const { code, err, out } = await bench(['report', '--out', root]);
			assert.deepEqual([code, err], [0, '']);
			assertReported(recordOf(join(root, 'latest')), out);
			assert.deepEqual(readdirSync(join(root, 'latest', 'trials')), [`${trial}.ndjson.gz`]);
		}
	});
});

test('how long it lasts is a whole number of minutes up to a day, and only a soak has it', async () => {
	for (const [args, said] of [
		[['--scenario', 'soak', '--minutes', '0'], /'0' is invalid\. It takes a whole number from 1 to 1440/],
		[['--scenario', 'soak', '--minutes', '1.5'], /'1\.5' is invalid/],
		[['--scenario', 'soak', '--minutes', '1441'], /'1441' is invalid/],
		[['--scenario', 'restart', '--minutes', '5'], /--minutes is how long a soak lasts; add --scenario soak\./],
	] as const) {
		const { code, err, out } = await bench(args);
		assert.deepEqual([code, out], [2, '']);
		assert.match(err, said);
		assert.equal(err.trim().split('\n').length, 1);
	}
});
