import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeProc, statLine } from './fixtures/fake-proc.ts';
import { Proc } from './proc.ts';
import { Family, type ProcessTree, usedBetween } from './process-tree.ts';

const noPause = async (): Promise<void> => {};
type Figures = Parameters<typeof statLine>[0];
type Processes = Readonly<Record<number, Figures>>;

const files = (processes: Processes) =>
	Object.fromEntries(Object.entries(processes).map(([pid, figures]) => [`${pid}/stat`, statLine(figures)]));

/** The harness is 10, in the session 5 of its terminal; what it starts has sessions of its own. */
const harness: Figures = { parent: 5, session: 5 };

const keys = (tree: ProcessTree | undefined) => [...(tree?.keys() ?? [])].map((key) => Number.parseInt(key, 10)).sort();

test('the family is the harness with all below it, and nobody else', async (t) => {
	const processes: Processes = {
		1: { parent: 0, session: 1 },
		5: { parent: 1, session: 5 },
		10: harness,
		11: { parent: 5, session: 5 },
		20: { parent: 10, session: 20 },
		21: { parent: 20, session: 20 },
		22: { parent: 21, session: 22, state: 'Z' },
		30: { parent: 1, session: 30 },
	};
	const root = fakeProc(t, { ...files(processes), 'self/stat': 'no process', 'net/tcp': '' });
	assert.deepEqual(keys(await new Family(10, new Proc(root)).look(noPause)), [10, 20, 21, 22]);
	assert.equal(await new Family(99, new Proc(root)).look(noPause), undefined, 'the root is not to be seen');
});

test('who was given to init stays in it by its session, or because it was there before', async (t) => {
	const before: Processes = {
		10: harness,
		20: { parent: 10, session: 20 },
		21: { parent: 20, session: 20, started: 3 },
		23: { parent: 20, session: 23, started: 3 },
	};
	const root = fakeProc(t, files(before));
	const write = (pid: number, figures: Figures) => writeFileSync(join(root, `${pid}/stat`), statLine(figures));
	const family = new Family(10, new Proc(root));
	assert.deepEqual(keys(await family.look(noPause)), [10, 20, 21, 23]);
	// A daemon: its parent has ended, and it has made a session for itself since; another stays in the session.
	rmSync(join(root, '20'), { recursive: true });
	write(21, { parent: 1, session: 20, started: 3 });
	write(23, { parent: 1, session: 99, started: 3 });
	assert.deepEqual(keys(await family.look(noPause)), [10, 21, 23]);
	// A pid that was given anew is somebody else.
	write(21, { parent: 1, session: 21, started: 700 });
	assert.deepEqual(keys(await family.look(noPause)), [10, 23]);
});

test('times of the living and of those they waited for are read in ticks', async (t) => {
	const processes = { 10: { ...harness, utime: 7, stime: 3, cutime: 4, cstime: 1, started: 2 } };
	const tree = await new Family(10, new Proc(fakeProc(t, files(processes)))).look(noPause);
	assert.deepEqual([...(tree ?? [])], [['10@2', { selfUs: 100_000, endedUs: 50_000 }]]);
});

const tree = (processes: Readonly<Record<string, readonly [selfUs: number, endedUs: number, parent?: string]>>) =>
	new Map(
		Object.entries(processes).map(([key, [selfUs, endedUs, parent]]) => [
			key,
			{ selfUs, endedUs, ...(parent !== undefined && { parent }) },
		]),
	);

test('a child that ended and was waited for counts with what it used since, and so does one that lived in between only', () => {
	const before = tree({ h: [100, 50], a: [400, 20, 'h'], b: [70, 0, 'a'] });
	// a used 30 more, b 5 more, a waited for b, and h for a; another child came, used 9, and went.
	const after = tree({ h: [110, 50 + (430 + 20 + 75) + 9] });
	assert.equal(usedBetween(before, after), 10 + 30 + 5 + 9);
});

test('a process that came counts from its beginning, with its own children', () => {
	const before = tree({ h: [100, 50] });
	assert.equal(usedBetween(before, tree({ h: [100, 50], c: [33, 8, 'h'] })), 41);
});

test('one for which nobody of the family waited is missing from its end on; nothing is negative', () => {
	const before = tree({ h: [100, 50], a: [400, 20, 'h'] });
	// Its 420 are nowhere: without care they would be taken from what the harness used.
	assert.equal(usedBetween(before, tree({ h: [190, 50] })), 90);
	assert.equal(usedBetween(before, tree({ h: [190, 60] })), 90, 'what else ended is lost in its shadow');
	const orphan = tree({ h: [100, 50], o: [400, 20] });
	assert.equal(usedBetween(orphan, tree({ h: [100, 57] })), 7, 'an orphan was init’s to wait for');
	assert.equal(usedBetween(tree({ h: [100, 50] }), tree({ h: [90, 40] })), 0);
});
