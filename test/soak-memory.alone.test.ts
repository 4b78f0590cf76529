import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';

/** What a soak ended with. */
interface Soaked {
	readonly end: string;
	/** Private memory of the workers and of the harness at the last checkpoint. */
	readonly swarmKb: number;
	readonly harnessKb: number;
	readonly calls: number;
	/** Clients that had come and gone. */
	readonly gone: number;
}

function soaked(forMs: number): Soaked {
	const fixture = join(projectFolder, 'test', 'fixtures', 'soak-once.ts');
	const out = execFileSync(process.execPath, [fixture, String(forMs)], { encoding: 'utf8', timeout: 120_000 });
	return JSON.parse(out) as Soaked;
}

test('a soak of twice the length takes workers and harness no more memory', { skip: linuxOnly }, () => {
	const [short, long] = [soaked(6000), soaked(12_000)];
	assert.deepEqual([short.end, long.end], ['ran', 'ran']);
	assert.ok(long.calls > 1.4 * short.calls, 'so many more calls were made');
	for (const whose of ['swarmKb', 'harnessKb'] as const) {
		const said = `${whose}: ${long[whose]} KB after ${short[whose]} KB`;
		assert.ok(long[whose] <= short[whose] * 1.15, said);
	}
});
