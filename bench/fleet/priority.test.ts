import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Role } from '../model/history.ts';
import { startChild } from './child.ts';
import { allowedCpus } from './cpus.ts';
import { groupPriority } from './priority.ts';
import { findTool } from './tools.ts';

const own = groupPriority('self');
const waitMs = 10_000;
const file = fileURLToPath(new URL('./fixtures/stubborn.ts', import.meta.url));

/** How far behind the harness such a process comes: as a process, and as the group that its session is. */
async function behind(role: Role, cpus?: readonly number[]): Promise<readonly number[]> {
	const child = startChild({ role, file, ipc: false, ...(cpus && { cpus }) });
	try {
		// Without privileges the kernel may put the change off, when another process asked for one just before.
		const giveUpMs = performance.now() + waitMs;
		const isDone = () => cpus !== undefined || groupPriority(child.pid) !== own;
		while (!isDone() && performance.now() < giveUpMs) await sleep(20);
		return [getPriority(child.pid) - getPriority(), (groupPriority(child.pid) ?? Number.NaN) - (own ?? 0)];
	} finally {
		await child.kill();
	}
}

test('the swarm comes after the harness, what is measured after the swarm, and the pinned have their place', {
	skip: process.platform === 'linux' && own !== undefined ? false : 'Linux does not group processes by session here',
}, async () => {
	assert.deepEqual(await behind('swarm'), [5, 5]);
	assert.deepEqual(await behind('target'), [10, 10]);
	assert.deepEqual(await behind('path'), [10, 10]);
	if (findTool('taskset')) assert.deepEqual(await behind('target', allowedCpus().slice(0, 1)), [0, 0]);
});

test('of a process that is not there no group is known', () => {
	assert.equal(groupPriority(-1), undefined);
});
