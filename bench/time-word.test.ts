import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationWord, parseDuration } from './time-word.ts';

test('a time is read, and written as a word that is read as the same', () => {
	for (const [word, ms] of [
		['20m', 1_200_000],
		['90s', 90_000],
		['1h', 3_600_000],
		['1.5h', 5_400_000],
		['24h', 86_400_000],
		['20min', 1_200_000],
		['1500ms', 1500],
	] as const) {
		assert.equal(parseDuration(word), ms);
		assert.equal(parseDuration(durationWord(ms)), ms);
	}
	assert.equal(durationWord(1_200_000), '20m');
	assert.equal(durationWord(1500), '1.5s');
});

test('what is no time is refused with what is allowed', () => {
	for (const word of ['', '20', 'm', '20 m', '-1m', '0s', '25h', '999ms', '20mins', '1e3s', 'Infinitys'])
		assert.throws(() => parseDuration(word), /from 1s to 24h, such as 20m/, word);
});
