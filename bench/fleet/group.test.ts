import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyLine, type Group, groupOf, releaseLine, signalGroup, startTicksOf, watchLine } from './group.ts';

const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

test('the start time is field 22, whatever the command is called', () => {
	const root = mkdtempSync(join(tmpdir(), 'proc-'));
	mkdirSync(join(root, '7'));
	const fields = Array.from({ length: 50 }, (_, index) => String(index + 3));
	fields[0] = 'S';
	writeFileSync(join(root, '7', 'stat'), `7 (a) b ( 1 2) c) ${fields.join(' ')}\n`);
	assert.equal(startTicksOf(7, root), '22');
	assert.equal(startTicksOf(8, root), null);
	rmSync(root, { recursive: true });
});

test('a group survives the way to the reaper', () => {
	const groups = new Map<number, Group>();
	const send = (text: string) => {
		for (const line of text.split('\n')) applyLine(groups, line);
	};
	send(watchLine({ id: 100, startTicks: '77' }) + watchLine({ id: 200, startTicks: null }));
	assert.deepEqual(
		[...groups.values()],
		[
			{ id: 100, startTicks: '77' },
			{ id: 200, startTicks: null },
		],
	);
	send(releaseLine(100));
	assert.deepEqual([...groups.keys()], [200]);
});

test('a line that would signal everybody is ignored', () => {
	const groups = new Map<number, Group>();
	for (const line of ['', '+', '+ 0 1', '+ 1 1', '+ -5 1', '+ x 1', '+ 12', '* 12 1']) applyLine(groups, line);
	assert.equal(groups.size, 0);
});

test('a number that belongs to another process by now is left alone', { skip: linuxOnly }, async () => {
	const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
	const exited = once(child, 'exit');
	const group = groupOf(child.pid ?? 0);
	assert.match(group.startTicks ?? '', /^\d+$/);
	assert.equal(signalGroup({ ...group, startTicks: '1' }, 'SIGKILL'), false);
	assert.equal(child.exitCode ?? child.signalCode, null);
	assert.equal(signalGroup(group, 'SIGKILL'), true);
	assert.deepEqual(await exited, [null, 'SIGKILL']);
	assert.equal(signalGroup(group, 'SIGKILL'), false);
});
