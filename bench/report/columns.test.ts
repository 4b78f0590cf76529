import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, columnBlocks, cut, pad, wrap } from './columns.ts';

test('width counts cells, not characters', () => {
	assert.deepEqual(['abc', '日本', 'é', '👩‍💻', ''].map(cellsOf), [3, 4, 1, 2, 0]);
	assert.equal(cut('日本語', 5), '日本…');
	assert.equal(pad('日', 4, 'left'), '  日');
});

test('text wraps at spaces; a word that is too long is cut into pieces', () => {
	assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
	assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
	assert.deepEqual(wrap('日本語', 2), ['日', '本', '語']);
	assert.deepEqual(wrap('', 5), []);
});

test('a table that is too wide continues below, with its names repeated', () => {
	const blocks = columnBlocks(['target', 'first', 'second', 'third'], [['sse', '1', '2', '3']], 22);
	assert.deepEqual(
		blocks.map((block) => block.lines),
		[
			['target  first  second', 'sse         1       2'],
			['target  third', 'sse         3'],
		],
	);
});

test('a head breaks at words only, in a column as wide as the longest of them; on a terminal narrower than a word there is no other way', () => {
	const head = ['server', 'open descriptors', 'memory of the process'];
	const rows = [['stateful', '1', '2']];
	for (const width of [100, 80, 40, 30, 24]) {
		const blocks = columnBlocks(head, rows, width, 9);
		const lines = blocks.flatMap((block) => block.lines.slice(0, block.headLines));
		const words = new Set(head.flatMap((title) => title.split(' ')));
		for (const word of lines.flatMap((line) => line.split(' ')))
			assert.ok(word === '' || words.has(word), `${width}: ${word}`);
		for (const line of blocks.flatMap((block) => block.lines)) assert.ok(cellsOf(line) <= width, `${width}: ${line}`);
	}
	const narrow = columnBlocks(head, rows, 20, 9).flatMap((block) => block.lines.slice(0, block.headLines));
	assert.match(narrow.map((line) => line.replace(/^server/, '').trim()).join('|'), /open\|descriptor\|s/);
});
