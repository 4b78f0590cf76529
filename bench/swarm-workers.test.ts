import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paceOf, patienceMs } from './swarm-workers.ts';

test('workers get time for every session, beside what the task itself lasts', () => {
	const few = patienceMs({ do: 'hold', sessions: 10 }, 10);
	const crowd = patienceMs({ do: 'hold', sessions: 100_000 }, 100_000);
	assert.ok(crowd - few > 100_000, 'the crowd gets more');
	assert.ok(crowd < 15 * 60_000, 'and still bounded');
	assert.equal(patienceMs({ do: 'drain', withinMs: 3000 }, 10) - patienceMs({ do: 'finish' }, 10), 3000);
});

test('a worker’s pace is what it counted between two reports, on its own clock', () => {
	const first = { atUs: 1_000_000, callsOk: 100 };
	assert.equal(paceOf(undefined, first), 0, 'nothing is known before the second');
	assert.equal(paceOf(first, { atUs: 1_250_000, callsOk: 150 }), 200);
	// Late as the second may come, or be read: the pace is the same.
	assert.equal(paceOf(first, { atUs: 3_000_000, callsOk: 500 }), 200);
	assert.equal(paceOf(first, first), 0);
});
