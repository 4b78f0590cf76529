import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { HistoryEvent } from './model/history.ts';
import { type RunRecord, runSchema } from './model/run.ts';
import { createRunFolder, findRun, StoreError } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'store-'));
after(() => rmSync(root, { recursive: true }));

/** A run before its first trial. */
const begun: Omit<RunRecord, 'id'> = {
	schema: runSchema,
	command: 'npm run bench',
	profile: 'smoke',
	seed: 1,
	state: 'running',
	startedAt: '2026-01-02T03:04:05.678Z',
	environment: { placement: { note: 'Nothing is pinned.' } } as RunRecord['environment'],
	targets: [],
	scenarios: [],
	planned: [],
	trials: [],
	comparisons: [],
	findings: [],
};

async function newFolder(under = root) {
	return (await createRunFolder(under, begun)).folder;
}

test('a run has a folder of its own with its record in it, and latest points at the newest', async () => {
	const first = await createRunFolder(root, begun);
	const second = await createRunFolder(root, begun);
	assert.equal(first.record.id, '20260102T030405Z-smoke');
	assert.equal(second.folder.id, '20260102T030405Z-smoke-2');
	assert.equal(readlinkSync(join(root, 'latest')), second.folder.id);
	const found = (await findRun(root, 'latest')).load();
	assert.deepEqual(found, { ...begun, id: second.folder.id });
});

test('a run that was killed before it had a record is told from one that never was', async () => {
	const under = join(root, 'killed');
	const id = '20260102T030405Z-full';
	mkdirSync(join(under, id), { recursive: true });
	await assert.rejects(
		findRun(under, id),
		(error) =>
			error instanceof StoreError && /killed before its first trial.*There are no runs yet/.test(error.message),
	);
	await newFolder(under);
	await assert.rejects(findRun(under, id), /The newest runs are 20260102T030405Z-smoke;/);
});

test('the parts of a history become one, in the order of time; a line cut short by a kill is left out', async () => {
	const folder = await newFolder();
	const parts = await folder.partsFolder('t');
	const line = (n: number) => `${JSON.stringify({ is: 'phase', at: n, phase: 'warm' })}\n`;
	writeFileSync(join(parts, 'a'), line(1) + line(4) + line(6));
	writeFileSync(join(parts, 'b'), line(2) + line(3) + line(9).slice(0, 12));
	writeFileSync(join(parts, 'empty'), '');
	await folder.closeHistory('t');
	const read: HistoryEvent[] = [];
	for await (const event of folder.history('t')) read.push(event);
	assert.deepEqual(
		read.map((event) => event.at),
		[1, 2, 3, 4, 6],
	);
});

test('what is no run is refused with the next step', async () => {
	const folder = await newFolder();
	rmSync(join(folder.path, 'run.json'));
	assert.throws(
		() => folder.load(),
		(error) => error instanceof StoreError && /there is no such file/.test(error.message),
	);
	writeFileSync(join(folder.path, 'run.json'), '{"schema": 99}');
	assert.throws(() => folder.load(), /schema 99, this version reads 1/);
	writeFileSync(join(folder.path, 'run.json'), '{');
	assert.throws(() => folder.load(), StoreError);
	await assert.rejects(findRun(root, 'nonsense'), /No run "nonsense".*npm run bench/s);
	await assert.rejects(async () => {
		for await (const _ of folder.history('gone'));
	}, /history of trial gone is missing/);
});

test('folders that are missing are made; one that cannot be is refused instead of tried for ever', async () => {
	const deep = await newFolder(join(root, 'a', 'b', 'c'));
	assert.match(deep.path, /a.b.c/);
	writeFileSync(join(root, 'file'), '');
	await assert.rejects(newFolder(join(root, 'file')), { code: 'EEXIST' });
	await assert.rejects(newFolder(join(root, 'file', 'below')), { code: 'ENOTDIR' });
	if (process.platform === 'linux') await assert.rejects(newFolder('/proc/nowhere/runs'), { code: 'ENOENT' });
});
