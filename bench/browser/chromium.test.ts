import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { endOf } from './chromium.ts';

test('a browser that ends is waited for; one that must be killed says that what it keeps is not known', async () => {
	const ended = spawn(process.execPath, ['-e', '']);
	await endOf(ended, 60_000);
	assert.equal(ended.exitCode, 0);
	await endOf(ended, 60_000);
	const stays = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	const gone = once(stays, 'exit');
	await assert.rejects(endOf(stays, 20), /did not end within 20 ms: what it keeps is not known$/);
	await gone;
	assert.equal(stays.signalCode, 'SIGKILL');
});
