import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patienceMs } from './swarm-workers.ts';

test('workers get time for every session, beside what the task itself lasts', () => {
	const few = patienceMs({ do: 'hold', sessions: 10 }, 10);
	const crowd = patienceMs({ do: 'hold', sessions: 100_000 }, 100_000);
	assert.ok(crowd - few > 100_000, 'the crowd gets more');
	assert.ok(crowd < 15 * 60_000, 'and still bounded');
	assert.equal(patienceMs({ do: 'drain', withinMs: 3000 }, 10) - patienceMs({ do: 'finish' }, 10), 3000);
});
