import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startBench } from './support/command.ts';
import { goneWithinMs } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, marked, survivors } from './support/processes.ts';

/** Whether a process stands still. */
function isFrozen(pid: number): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
	} catch {
		return false;
	}
}

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
	test(`${signal} of the harness leaves no function behind, frozen or not`, { skip: linuxOnly }, async () => {
		const root = temporaryFolder('serverless');
		const args = ['--profile', 'smoke', '--scenario', 'serverless', '--target', 'lambda-stateless', '--out', root];
		await using running = startBench(args);
		const functions = () => marked(running.mark).filter(({ command }) => command.includes('serverless/bootstrap.ts'));
		await running.until(() => functions().some(({ pid }) => isFrozen(pid)), 'a frozen function');
		if (signal === 'SIGINT') running.interrupt();
		else running.kill(signal);
		await running.ended;
		assert.deepEqual(await survivors(running.mark, goneWithinMs), []);
	});
}
