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
