import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTool } from '../bench/fleet/tools.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import type { TrialResult } from '../bench/model/trial.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { measuredRun, recordOf } from './support/runs.ts';

/** The scenario through the command, with real processes: one arm, few cases. */

const args = ['--profile', 'smoke', '--scenario', 'load-balancing', '--target', 'stateful'];
/** Ten seconds on a machine at rest. */
const runWithinMs = 120_000;
const redis = findTool('redis-server') !== null || process.env.REQUIRE_REAL === '1';
const skip = linuxOnly || (redis ? false : 'redis-server is missing; apt-get install redis-server');

function measureOf(trials: readonly TrialResult[], inCase: string): (name: MeasureName) => number {
	const trial = trials.find(({ id }) => id.includes(`.${inCase}.`));
	assert.ok(trial?.state === 'completed', `${inCase}: ${trial && 'because' in trial ? trial.because : trial?.state}`);
	return (name) => trial.measures[name]?.value ?? Number.NaN;
}

test('cases side by side before three servers: who is served, where calls ran, and what the death of one costs', {
	skip,
}, async () => {
	const { folder, ended } = await measuredRun(args, { withinMs: runWithinMs });
	assert.equal(ended.code, 0, ended.err);
	const { trials } = recordOf(folder);
	const [even, stick, store] = ['round-robin', 'stick-table', 'shared-store'].map((way) =>
		measureOf(trials, `${way}-embedded-in-turn`),
	);
	assert.ok(even && stick && store);
	assert.ok(even('firstTryShare') <= 50, `in turn they meet another server: ${even('firstTryShare')}`);
	for (const served of [stick, store]) {
		assert.deepEqual([served('firstTryShare'), served('okBeforeShare')], [100, 100]);
		assert.ok(served('imbalance') >= 1 && served('imbalance') < 2, `${served('imbalance')}`);
	}
	assert.ok(stick('lostAfterShare') > 0, 'the sessions of the dead process are lost');
	assert.ok(even('okBeforeShare') < 100, `${even('okBeforeShare')}`);
	assert.deepEqual([stick('servedAfterShare'), store('servedAfterShare')], [100, 100], 'two servers serve all');
	assert.equal(new Set(trials.map(({ history }) => history)).size, 1);
	const report = readFileSync(join(folder, 'report.md'), 'utf8');
	assert.match(report, /Clients served at first try/);
	assert.match(report, /\| stick table +\| 100 +\| 1[.\d]* +\| \d+ /, 'the table that a chooser reads');
});

test('a program that is missing is named with its package, and only its cases are skipped', {
	skip: linuxOnly,
}, async () => {
	const root = temporaryFolder('skipped');
	// Nothing is found on this path; the pinned Node is started by its own.
	const withoutTools = { env: { PATH: temporaryFolder('empty') }, withinMs: runWithinMs };
	const cases = 'shared-store-embedded-in-turn,stick-table-embedded-in-turn';
	const ended = await bench([...args, '--case', cases, '--out', root], withoutTools);
	assert.equal(ended.code, 0, ended.err);
	const { trials } = recordOf(join(root, 'latest'));
	const byState = Object.fromEntries(
		trials.map((trial) => [trial.case, 'because' in trial ? trial.because : trial.state]),
	);
	assert.equal(byState['stick-table-embedded-in-turn'], 'completed');
	if (findTool('redis-server', '') === null) {
		assert.match(byState['shared-store-embedded-in-turn'] ?? '', /apt-get install redis-server/);
	}
});
