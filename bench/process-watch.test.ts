import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ProcessWatch } from './process-watch.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** @returns for how long the loop stood still */
function block(ms: number): number {
	const from = performance.now();
	while (performance.now() - from < ms);
	return (performance.now() - from) * 1000;
}

test('a stop of the event loop is seen as long as it was, with the CPU time that it took', async () => {
	using watch = new ProcessWatch();
	await sleep(50);
	const cpu = process.cpuUsage();
	const blockedUs = block(150);
	const { user, system } = process.cpuUsage(cpu);
	await sleep(50);
	const { loopDelayMaxUs, loopDelayP99Us, cpuUs, spanUs } = await watch.end();
	// The timer of the monitor was due up to its interval of 10 ms after the stop began.
	assert.ok(loopDelayMaxUs > blockedUs - 15_000, `${loopDelayMaxUs} of ${blockedUs}`);
	assert.ok(loopDelayMaxUs < spanUs && loopDelayP99Us <= loopDelayMaxUs);
	assert.ok(cpuUs >= user + system, `${cpuUs} of ${user + system}`);
	assert.ok(spanUs >= blockedUs + 95_000, `${spanUs}`);
});

test('collections are counted by kind, those before the watch and after it are not', async () => {
	collect();
	using watch = new ProcessWatch();
	collect();
	collect({ type: 'minor' });
	collect({ type: 'minor' });
	const ending = watch.end();
	collect();
	const { gc } = await ending;
	assert.equal(gc.major, 1);
	assert.ok(gc.count >= 3, `${gc.count}`);
	assert.equal(gc.longest, 'major');
	assert.ok(gc.maxUs > 0 && gc.totalUs >= gc.maxUs);
});

test('without collections there is no longest one', async () => {
	collect();
	// What the collection left to report comes in a turn of its own.
	await sleep(5);
	using watch = new ProcessWatch();
	assert.deepEqual((await watch.end()).gc, { count: 0, major: 0, totalUs: 0, maxUs: 0 });
});

test('time without a core is known where the kernel tells it', { skip: process.platform !== 'linux' }, async () => {
	using watch = new ProcessWatch();
	await sleep(30);
	const { waitedUs, spanUs } = await watch.end();
	assert.ok(waitedUs !== undefined && waitedUs >= 0 && waitedUs <= spanUs, `${waitedUs} of ${spanUs}`);
});
