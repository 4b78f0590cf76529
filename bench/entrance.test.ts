import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { enter } from './entrance.ts';

test('so many trials open at once; who has opened, or ended, lets one more in, however often it says so', async () => {
	const most = availableParallelism() + 1;
	const inside: (() => void)[] = [];
	const all = Array.from({ length: most + 3 }, () => enter().then((leave) => void inside.push(leave)));
	await turn();
	assert.equal(inside.length, most);
	inside[0]?.();
	inside[0]?.();
	await turn();
	assert.equal(inside.length, most + 1);
	for (let next = 1; next < most + 3; next++) {
		inside[next]?.();
		await turn();
	}
	await Promise.all(all);
	assert.equal(inside.length, most + 3);
});
