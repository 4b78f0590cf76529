import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tail } from './tail.ts';

test('lines are put together from chunks', () => {
	const seen: string[] = [];
	const tail = new Tail({ onLine: (line) => seen.push(line) });
	for (const chunk of ['on', 'e\ntw', 'o\r\n\nthr', 'ee']) tail.push(chunk);
	assert.deepEqual(seen, ['one', 'two', '']);
	assert.deepEqual(tail.lines(), ['one', 'two', '', 'three']);
});

test('only the last lines are kept', () => {
	const tail = new Tail({ maxLines: 3 });
	for (let line = 1; line <= 100; line += 1) tail.push(`${line}\n`);
	tail.push('rest');
	assert.deepEqual(tail.lines(), ['99', '100', 'rest']);
});

test('a line without end costs no more than its limit', () => {
	const tail = new Tail({ maxLineChars: 10 });
	for (let chunk = 0; chunk < 1000; chunk += 1) tail.push('abcdefgh');
	assert.deepEqual(tail.lines(), ['abcdefghab']);
	tail.push('\nnext\n');
	assert.deepEqual(tail.lines(), ['abcdefghab', 'next']);
});
