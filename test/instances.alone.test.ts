import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunFolder } from '../bench/store.ts';
import { startBench } from './support/command.ts';
import { endInterrupted } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, marked } from './support/processes.ts';
import { latestRecord, measuredRun, recordOf } from './support/runs.ts';

const instances = 3;

/** From the signal to the end: what was opened is dropped, not closed one by one. */
const endsWithinMs = 15_000;

test('clients are shared by several servers, which are read together and crash together', {
	skip: linuxOnly,
}, async () => {
	const scenarios = ['--profile', 'smoke', '--scenario', 'idle-clients,restart'];
	const { folder, ended } = await measuredRun([...scenarios, '--target', `sse?instances=${instances}`]);
	assert.equal(ended.code, 0, ended.err);
	const [idle, restart] = recordOf(folder).trials;
	assert.ok(idle?.state === 'completed' && restart?.state === 'completed');
	assert.ok(Math.abs((idle.measures.fdsPerClient?.value ?? 0) - 1) < 0.02, 'a descriptor in one of the servers each');
	assert.equal(idle.measures.opensFailed?.value, 0);

	const events = await Array.fromAsync(new RunFolder(folder).history(restart.id));
	const ready = events.filter((event) => event.is === 'process' && event.role === 'target' && event.change === 'ready');
	assert.equal(ready.length, 2 * instances, 'every server was started, and started again');
	const healed = events.find((event) => event.is === 'fault' && event.change === 'healed');
	assert.ok(healed && ready.every(({ at }) => at <= healed.at), 'the fault is healed when the last server is ready');
	assert.equal(restart.measures.sessionsLost?.value, 100);
	const opened = events.flatMap((event) => {
		const own = event.is === 'gauge' && event.role === 'target' && event.at < healed.at;
		return own && event.values.openSessions !== undefined ? [event.values.openSessions] : [];
	});
	assert.deepEqual(
		opened.sort((one, other) => other - one),
		[34, 33, 33],
	);
});

test('Ctrl-C while a crowd opens: all servers and workers end, and soon', { skip: linuxOnly }, async () => {
	const root = temporaryFolder('crowd');
	const fdLimit = 3000;
	const prefix = ['sh', '-c', `ulimit -n ${fdLimit}; exec "$@"`, 'sh'];
	const args = ['--profile', 'full', '--scenario', 'crowd', '--target', 'sse', '--out', root];
	await using running = startBench(args, { prefix });
	await running.until(() => opened(root) > 1000, 'a thousand clients');
	assert.equal(marked(running.mark).filter(({ command }) => command.includes('/servers/')).length, 6);
	assert.ok(marked(running.mark).filter(({ command }) => command.includes('/worker.ts')).length >= 6);
	await endInterrupted(running, endsWithinMs);
	const record = latestRecord(root);
	assert.equal(record?.trials[0]?.state, 'aborted');
	assert.match(record?.scenarios[0]?.clamped ?? '', /^16500 sessions instead of 100000: 3000 descriptors/);
});

/** How many sessions the workers have noted as opened in the parts of the history. */
function opened(root: string): number {
	try {
		const parts = join(root, 'latest', 'trials', 'crowd.sse~6-processes.r1.parts');
		const texts = readdirSync(parts).map((name) => readFileSync(join(parts, name), 'utf8'));
		return texts.reduce((sum, text) => sum + text.split('"change":"opened"').length - 1, 0);
	} catch {
		return 0;
	}
}
