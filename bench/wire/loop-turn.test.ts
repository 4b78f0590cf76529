import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoopTurn } from './loop-turn.ts';

test('what is read after others in a turn has waited for them; the next turn begins anew', () => {
	const ends: (() => void)[] = [];
	const turn = new LoopTurn((run) => void ends.push(run));
	assert.deepEqual(
		[1000, 1010, 1500].map((us) => turn.waitedUs(us)),
		[0, 10, 500],
	);
	assert.equal(ends.length, 1, 'one timer for a turn');
	ends[0]?.();
	assert.deepEqual(
		[2000, 2007].map((us) => turn.waitedUs(us)),
		[0, 7],
	);
});
