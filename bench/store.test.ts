import assert from 'node:assert/strict';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { HistoryEvent } from './model/history.ts';
import { createRunFolder, findRun, StoreError } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'store-'));
after(() => rmSync(root, { recursive: true }));

const at = new Date('2026-01-02T03:04:05Z');

test('a run has a folder of its own, and latest points at the newest', async () => {
	const first = await createRunFolder(root, 'smoke', at);
	const second = await createRunFolder(root, 'smoke', at);
	assert.equal(first.id, '20260102T030405Z-smoke');
	assert.equal(second.id, '20260102T030405Z-smoke-2');
	assert.equal(readlinkSync(join(root, 'latest')), second.id);
});

test('the parts of a history become one, in the order of time; a line cut short by a kill is left out', async () => {
	const folder = await createRunFolder(root, 'smoke', at);
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
	const folder = await createRunFolder(root, 'smoke', at);
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
	const deep = await createRunFolder(join(root, 'a', 'b', 'c'), 'smoke', at);
	assert.match(deep.path, /a.b.c/);
	writeFileSync(join(root, 'file'), '');
	await assert.rejects(createRunFolder(join(root, 'file'), 'smoke', at), { code: 'EEXIST' });
	await assert.rejects(createRunFolder(join(root, 'file', 'below'), 'smoke', at), { code: 'ENOTDIR' });
	if (process.platform === 'linux')
		await assert.rejects(createRunFolder('/proc/nowhere/runs', 'smoke', at), { code: 'ENOENT' });
});
