import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeUs, timeUnits, timeUnitWords } from './duration-word.ts';
import { parseGate } from './gate.ts';
import { parseObjective } from './objective.ts';

test('a time is read in every unit, and what is none is not', () => {
	for (const [unit, us] of Object.entries(timeUnits)) assert.equal(parseTimeUs(`1.5${unit}`), 1.5 * us, unit);
	for (const word of [
		'',
		'20',
		'ms',
		'20 ms',
		'-1s',
		'+1s',
		'1.s',
		'.5s',
		'1e3s',
		'20S',
		'20toString',
		`${'9'.repeat(400)}s`,
	])
		assert.equal(parseTimeUs(word), undefined, word);
	assert.ok(timeUnitWords.every((unit) => Object.hasOwn(timeUnits, unit)));
});

test('limits of gates, objectives of a search and budgets read a time alike', () => {
	for (const word of ['20ms', '1.5s', '900us'])
		assert.equal(parseGate(`steady-calls.p99Us > ${word}`).limit.value, parseObjective(`p99=${word}`).p99Us, word);
});
