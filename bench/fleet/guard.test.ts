import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, survivors } from './fixtures/gone.ts';
import { guard } from './guard.ts';
import { startServer } from './server.ts';

test('a reaper that dies is replaced while children run', {
	skip: process.platform === 'linux' ? false : 'reads /proc',
}, async () => {
	const server = await startServer({ server: { kind: 'node', file: 'bench/fleet/fixtures/server.ts', args: [] } });
	const first = guard.reaperPid ?? 0;
	assert.equal(isAlive(first), true);
	assert.equal(readlinkSync(`/proc/${first}/cwd`), '/', 'it depends on no folder of the harness');
	process.kill(first, 'SIGKILL');
	assert.deepEqual(await survivors([first], 2000), []);
	for (let waited = 0; waited < 5000 && guard.reaperPid === first; waited += 20) await sleep(20);
	assert.notEqual(guard.reaperPid, first);
	assert.equal(isAlive(guard.reaperPid ?? 0), true);
	await server.kill();
});
