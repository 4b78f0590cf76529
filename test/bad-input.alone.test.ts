import assert from 'node:assert/strict';
import { cpSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { refused, withDescriptors } from './support/refusal.ts';
import { measuredRun, oneLadder, oneTrial } from './support/runs.ts';

const root = temporaryFolder('bad-input');

/** A sound run's folder, with one trial. */
async function smallRun(): Promise<string> {
	const { folder, ended } = await measuredRun(oneTrial);
	assert.equal(ended.code, 0, ended.err);
	return realpathSync(folder);
}

test('a spoilt run is refused with one sentence', { skip: linuxOnly, concurrency: 2 }, async (t) => {
	const good = await smallRun();
	const spoilt = (name: string, spoil: (folder: string) => void) => {
		const folder = join(root, name);
		cpSync(good, folder, { recursive: true });
		spoil(folder);
		return bench(['report', folder]);
	};
	const withRecord = (name: string, text: string) =>
		spoilt(name, (folder) => writeFileSync(join(folder, 'run.json'), text));
	const history = (folder: string) => join(folder, 'trials', 'steady-calls.stateless.r1.ndjson.gz');

	await Promise.all([
		t.test('no JSON', async () => refused(await withRecord('cut', '{"schema": 1, "tri'), 2, /Cannot read .*run\.json/)),
		t.test('another schema', async () => refused(await withRecord('new', '{"schema": 99}'), 2, /schema 99/)),
		t.test('no object', async () => refused(await withRecord('null', 'null'), 2, /run\.json/)),
		t.test('nothing but a schema', async () => refused(await withRecord('hollow', '{"schema": 1}'), 2, /run\.json/)),
		t.test('a missing history', async () =>
			refused(
				await spoilt('missing', (folder) => rmSync(history(folder))),
				2,
				/history of trial steady-calls\.stateless\.r1/,
			),
		),
		t.test('a history cut short', async () =>
			refused(await spoilt('short', (folder) => truncateSync(history(folder), 2000)), 2, /history of trial/),
		),
		t.test('a history that is none', async () =>
			refused(await spoilt('other', (folder) => writeFileSync(history(folder), 'hello')), 2, /history of trial/),
		),
	]);
});

test('what too few descriptors clamp runs to its end', { skip: linuxOnly }, async () => {
	const { ended } = await measuredRun(oneLadder, { prefix: withDescriptors(600) });
	assert.equal(ended.code, 0, ended.out);
});
