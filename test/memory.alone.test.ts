import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunFolder } from '../bench/store.ts';
import { projectFolder, temporaryFolder } from './support/folders.ts';
import { writeParts } from './support/histories.ts';

interface Reading {
	readonly ok: number;
	readonly unknown: number;
	readonly connectsPeakPerS: number;
	/** The most memory that the process ever had. */
	readonly peakKb: number;
	/** What is left after a collection. */
	readonly keptKb: number;
}

const fewCalls = 200_000;

test('a trial with ten times the calls takes the orchestrator no more memory', async () => {
	const path = temporaryFolder('memory');
	mkdirSync(join(path, 'trials'));
	const folder = new RunFolder(path);
	await writeParts(folder, 'few', fewCalls);
	await writeParts(folder, 'many', 10 * fewCalls);
	const fixture = join(projectFolder, 'test', 'fixtures', 'read-history.ts');
	const out = execFileSync(process.execPath, ['--expose-gc', fixture, path], { encoding: 'utf8', timeout: 300_000 });
	const { few, many } = JSON.parse(out) as { few: Reading[]; many: Reading };
	const [before, last] = few.slice(-2);
	assert.ok(before && last);
	assert.deepEqual([last.ok, last.unknown], [fewCalls - fewCalls / 50, fewCalls / 50]);
	assert.deepEqual([many.ok, many.unknown], [(fewCalls - fewCalls / 50) * 10, (fewCalls / 50) * 10]);
	assert.ok(many.connectsPeakPerS > 9 * last.connectsPeakPerS, 'so many more connections were counted too');
	assert.ok(many.peakKb <= last.peakKb * 1.1, `peak ${many.peakKb} KB after ${last.peakKb} KB`);
	assert.ok(many.keptKb <= last.keptKb * 1.1, `kept ${many.keptKb} KB after ${last.keptKb} KB`);
});
