import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultObjective, objectiveSentence, objectiveWord, parseObjective } from './objective.ts';

test('limits are read with their units; what is not named keeps its default', () => {
	assert.deepEqual(parseObjective('p99=50ms,errors=0.1%'), defaultObjective);
	assert.deepEqual(parseObjective('p99=1.5s'), { p99Us: 1_500_000, errorShare: 0.001 });
	assert.deepEqual(parseObjective(' errors=0% , p99=800us'), { p99Us: 800, errorShare: 0 });
});

test('the written objective is read as the same', () => {
	for (const text of ['p99=50ms,errors=0.1%', 'p99=2s,errors=5%', 'p99=1500us,errors=0.01%', 'p99=2.5ms,errors=0.3%']) {
		const objective = parseObjective(text);
		assert.deepEqual(parseObjective(objectiveWord(objective)), objective, text);
	}
	assert.equal(objectiveWord(defaultObjective), 'p99=50ms,errors=0.1%');
	assert.equal(objectiveSentence(defaultObjective), 'p99 ≤ 50\u202fms and errors ≤ 0.1\u202f%');
});

test('anything else is refused with a sentence', () => {
	const wrong = [
		'',
		'p99',
		'p99=50',
		'p99=-1ms',
		'p99=0ms',
		'p99=10s',
		'p50=1ms',
		'errors=1',
		'errors=100%',
		'p99=1ms;',
	];
	for (const text of [...wrong, 'p99=1ms,p99=2ms', 'p99=1ms,']) {
		assert.throws(() => parseObjective(text), /\.$/, text);
	}
});
