import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import type { HistoryEvent } from './model/history.ts';
import { type RunRecord, runSchema } from './model/run.ts';
import type { TrialPlan } from './model/trial.ts';
import { removeProfiles, withParts } from './recover.ts';
import { isRunning, releaseRun } from './run-owner.ts';
import { createRunFolder, type RunFolder } from './store.ts';
import { TrialLog } from './trial-log.ts';

const trial = (scenario: string, more: Partial<TrialPlan> = {}): TrialPlan => {
	return { id: `${scenario}.sse.r1`, scenario, target: 'sse', repeat: 1, seed: 1, ...more };
};

const planned = [
	trial('restart'),
	trial('auth'),
	trial('side', { id: 'side.a.sse.r1', case: 'a', history: 'side.sse.r1', place: 0, places: 2 }),
	trial('side', { id: 'side.b.sse.r1', case: 'b', history: 'side.sse.r1', place: 1, places: 2 }),
	trial('never-begun'),
	trial('steady-calls'),
];

async function begunRun(root: string) {
	const begun: Omit<RunRecord, 'id'> = {
		...{ schema: runSchema, command: 'npm run bench', profile: 'smoke', seed: 1, state: 'running' },
		startedAt: '2026-01-02T03:04:05.678Z',
		environment: { placement: { note: '' } } as RunRecord['environment'],
		...{ targets: [], scenarios: [], planned, trials: [], comparisons: [], findings: [] },
	};
	return createRunFolder(root, begun);
}

/** What a harness and a browser leave behind when they are killed in the middle of a trial. */
async function leaveParts(folder: RunFolder, history: string, isReady = true): Promise<void> {
	const parts = await folder.partsFolder(history);
	const log = new TrialLog(parts, () => 1_000_000);
	log.phase('start');
	if (isReady) log.ready('target', 4711, 1_500_000, []);
	log.event({ is: 'phase', at: 2_000_000, phase: 'warm' });
	log.close();
	writeFileSync(join(parts, 'swarm-1.ndjson'), '{"is":"phase","at":1700000,"phase":"open"}\n{"is":"pha');
	mkdirSync(join(parts, 'browser', 'profile'), { recursive: true });
	writeFileSync(join(parts, 'browser', 'profile', 'History'), 'a token');
}

/** The owner's file of a harness that is gone: a process that has just ended. */
function abandon(folder: RunFolder): void {
	const { pid } = spawnSync(process.execPath, ['-e', '']);
	writeFileSync(join(folder.path, 'harness.json'), JSON.stringify({ pid, startTicks: '1' }));
}

const partsOf = (folder: RunFolder) =>
	readdirSync(join(folder.path, 'trials')).filter((name) => name.endsWith('.parts'));

test('of a killed run the histories under way are kept, their trials are aborted, and nothing else is left', async () => {
	const { folder, record } = await begunRun(temporaryFolder('recover'));
	for (const history of ['restart.sse.r1', 'auth.sse.r1', 'side.sse.r1']) await leaveParts(folder, history);
	await leaveParts(folder, 'never-begun.sse.r1', false);
	abandon(folder);
	const recovered = await withParts(folder, record, []);
	assert.equal(recovered.isRunning, false);
	assert.deepEqual(
		recovered.run.trials.map(({ id, state }) => [id, state]),
		['restart.sse.r1', 'auth.sse.r1', 'side.a.sse.r1', 'side.b.sse.r1'].map((id) => [id, 'aborted']),
	);
	const [first] = recovered.run.trials;
	assert.ok(first?.state === 'aborted');
	assert.deepEqual([first.durationMs, first.because], [2000, 'the harness was killed while it ran']);
	const events: HistoryEvent[] = await Array.fromAsync(folder.history('restart.sse.r1'));
	assert.deepEqual(
		events.map(({ is, at }) => `${is} ${at}`),
		['phase 1000000', 'process 1500000', 'phase 1700000', 'phase 2000000'],
	);
	assert.ok(!existsSync(folder.historyPath('never-begun.sse.r1')), 'nothing happened in it');
	assert.equal(partsOf(folder).length, 4, 'nothing goes before the run is saved');
	await folder.save(recovered.run);
	await recovered.clear();
	assert.deepEqual(partsOf(folder), []);
	assert.deepEqual(readdirSync(folder.path).sort(), ['run.json', 'run.schema.json', 'trials']);
	const again = await withParts(folder, folder.load(), []);
	assert.deepEqual(again.run, recovered.run, 'the second time there is nothing to recover, and nothing is lost');
});

test('parts of a run that goes on stay', async () => {
	const root = temporaryFolder('recover');
	const { folder, record } = await begunRun(root);
	await leaveParts(folder, 'auth.sse.r1');
	assert.ok(isRunning(folder.path), 'whoever made the folder is alive: this process');
	const recovered = await withParts(folder, record, []);
	assert.ok(recovered.isRunning);
	assert.deepEqual(recovered.run, record);
	await recovered.clear();
	await removeProfiles(root);
	assert.deepEqual(partsOf(folder), ['auth.sse.r1.parts']);
	assert.ok(existsSync(join(folder.path, 'trials', 'auth.sse.r1.parts', 'browser', 'profile', 'History')));
	await releaseRun(folder.path);
	assert.equal(isRunning(folder.path), false);
});

test('a new run removes the browser profiles of killed ones, and nothing that could still be reported', async () => {
	const root = temporaryFolder('recover');
	const { folder, record } = await begunRun(root);
	await leaveParts(folder, 'auth.sse.r1');
	abandon(folder);
	await removeProfiles(root);
	const parts = join(folder.path, 'trials', 'auth.sse.r1.parts');
	assert.deepEqual(readdirSync(parts).sort(), ['harness.ndjson', 'swarm-1.ndjson']);
	assert.equal((await withParts(folder, record, [])).run.trials[0]?.state, 'aborted');
	await removeProfiles(join(root, 'missing'));
});

test('whose run it is: a process that is gone, another with its number, or no process at all is nobody', async () => {
	const { folder } = await begunRun(temporaryFolder('owner'));
	for (const [text, alive] of [
		[JSON.stringify({ pid: process.pid, startTicks: null }), true],
		[JSON.stringify({ pid: process.pid, startTicks: '1' }), process.platform !== 'linux'],
		[JSON.stringify({ pid: -1, startTicks: null }), false],
		[JSON.stringify({ pid: 2 ** 30, startTicks: null }), false],
		['{"pid":', false],
	] as const) {
		writeFileSync(join(folder.path, 'harness.json'), text);
		assert.equal(isRunning(folder.path), alive, text);
	}
});
