import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Victim } from './fault.ts';
import { createFault, faults } from './faults.ts';

/** A victim that notes what was done to it; `restart` fails as often as told. */
function recorder(failures = 0): { victim: Victim; log: string[] } {
	const log: string[] = [];
	let left = failures;
	const victim: Victim = {
		kill: async () => {
			await Promise.resolve();
			log.push('killed');
		},
		restart: async () => {
			if (left > 0) {
				left -= 1;
				log.push('restart failed');
				throw new Error('port is busy');
			}
			log.push('restarted');
		},
	};
	return { victim, log };
}

test('a crash kills, and heals by a restart after the time it names', async () => {
	const { victim, log } = recorder();
	const fault = createFault({ kind: 'crash', restartAfterMs: 1000 }, victim);
	assert.equal(fault.lastsMs, 1000);
	await fault.apply();
	assert.deepEqual(log, ['killed']);
	await fault.heal();
	assert.deepEqual(log, ['killed', 'restarted']);
});

test('healing twice, also at once, restarts once', async () => {
	const { victim, log } = recorder();
	const fault = createFault({ kind: 'crash', restartAfterMs: 0 }, victim);
	await fault.apply();
	await Promise.all([fault.heal(), fault.heal()]);
	await fault.heal();
	assert.deepEqual(log, ['killed', 'restarted']);
});

test('healing what was never applied does nothing', async () => {
	const { victim, log } = recorder();
	await createFault({ kind: 'crash', restartAfterMs: 0 }, victim).heal();
	assert.deepEqual(log, []);
});

test('healing while the fault is being applied waits for it', async () => {
	const { victim, log } = recorder();
	const fault = createFault({ kind: 'crash', restartAfterMs: 0 }, victim);
	const applying = fault.apply();
	await fault.heal();
	await applying;
	assert.deepEqual(log, ['killed', 'restarted']);
});

test('a healing that failed says so and can be tried again', async () => {
	const { victim, log } = recorder(1);
	const fault = createFault({ kind: 'crash', restartAfterMs: 0 }, victim);
	await fault.apply();
	await assert.rejects(fault.heal(), /port is busy/);
	await fault.heal();
	assert.deepEqual(log, ['killed', 'restart failed', 'restarted']);
});

test('every kind of fault has its entry', () => {
	assert.deepEqual(Object.keys(faults), ['crash', 'half_open']);
});
