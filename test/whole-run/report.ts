import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunRecord } from '../../bench/model/run.ts';
import { bench } from '../support/command.ts';
import { temporaryFolder } from '../support/folders.ts';
import { missingReports, recordOf, reportFiles } from '../support/runs.ts';
import { summaryOf } from '../support/terminal.ts';
import { wholeRun } from '../support/whole-run.ts';

/** A copy of the whole run under a root of its own, to be spoiled. */
async function copyOfRun(): Promise<{ root: string; folder: string; record: RunRecord }> {
	const { folder } = await wholeRun();
	const record = recordOf(folder);
	const root = temporaryFolder('report');
	const copy = join(root, record.id);
	cpSync(folder, copy, { recursive: true, dereference: true });
	return { root, folder: copy, record };
}

function contentOf(path: string): string {
	return readFileSync(path, 'utf8');
}

function save(folder: string, record: object): void {
	writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
}

test('report makes measures, comparisons and findings again from the histories alone', async () => {
	const { folder, record } = await copyOfRun();
	const trials = record.trials.map((trial) => ({ ...trial, measures: {} }));
	save(folder, { ...record, trials, comparisons: [], findings: [] });
	const { code, err } = await bench(['report', folder]);
	assert.equal(code, 0, err);
	assert.deepEqual(recordOf(folder), record);
});

test('report writes deleted reports again, by the name of the run, the same to the byte', async () => {
	const { root, folder, record } = await copyOfRun();
	for (const name of [...reportFiles, 'charts']) rmSync(join(folder, name), { recursive: true });
	const { code, out, err } = await bench(['report', record.id, '--out', root]);
	assert.equal(code, 0, err);
	assert.deepEqual(missingReports(folder), []);
	const original = (await wholeRun()).folder;
	for (const name of reportFiles) {
		assert.ok(contentOf(join(folder, name)) === contentOf(join(original, name)), `${name} differs`);
	}
	const { ended } = await wholeRun();
	assert.equal(summaryOf(out), summaryOf(ended.out), 'the summary on the terminal is the same');
});

test('what a killed harness left behind is reported as interrupted, with the trials that were finished', async () => {
	const { root, folder, record } = await copyOfRun();
	const { finishedAt, ...unfinished } = record;
	const trials = record.trials.slice(0, 2);
	save(folder, { ...unfinished, state: 'running', trials, comparisons: [], findings: [] });
	// What was being written when the kill came.
	writeFileSync(join(folder, 'run.json.tmp'), '{"schema":');
	const { code, out, err } = await bench(['report', record.id, '--out', root]);
	assert.equal(code, 0, err);
	const again = recordOf(folder);
	assert.equal(again.state, 'interrupted');
	assert.deepEqual(again.trials, trials);
	assert.match(out, /2\s+of\s+7\s+planned\s+trials\s+completed/);
	assert.match(out, /interrupted/);
});
