import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SummaryText } from '../tables.ts';
import { figureLayout, turned } from './figure-blocks.ts';

function table(columns: number, rows: number, { byCase = false, spread = '[10.1, 12.4]' } = {}): SummaryText {
	return {
		columns: Array.from({ length: columns }, (_, nth) => ({ title: `figure ${nth}`, unit: 'ms', meaning: '' })),
		...{ byCase, note: '' },
		rows: Array.from({ length: rows }, (_, nth) => ({
			...{ case: byCase ? 'a case' : '', caseId: byCase ? 'a' : '', target: `target-${nth}`, trials: '3/3' },
			cells: Array.from({ length: columns }, () => ({ value: '11.2', spread })),
		})),
	};
}

test('what fits stands as one table, what does not in as many as it takes, each column once and in order', () => {
	assert.deepEqual(figureLayout(table(5, 8)), { blocks: [[0, 1, 2, 3, 4]], roomy: false, turned: false });
	const { blocks, roomy } = figureLayout(table(24, 8, { byCase: true }));
	assert.ok(roomy && blocks.length > 1 && blocks.length < 5, JSON.stringify(blocks));
	assert.deepEqual(
		blocks.flat(),
		Array.from({ length: 24 }, (_, nth) => nth),
	);
	const wider = figureLayout(table(24, 8, { byCase: true, spread: '[1 234 567, 1 345 678]' }));
	assert.ok(wider.blocks.length > blocks.length, 'longer figures take more room');
	const vast = figureLayout(table(2, 8, { spread: '9'.repeat(400) }));
	assert.deepEqual(vast.blocks, [[0], [1]], 'one that fits nowhere stands alone');
});

test('of few targets many figures stand below each other, and none is lost', () => {
	assert.equal(figureLayout(table(30, 2)).turned, true);
	assert.equal(figureLayout(table(30, 2, { byCase: true })).turned, false);
	const { head, rows } = turned(table(3, 2));
	assert.deepEqual(head, ['figure', 'target-0', 'target-1']);
	assert.deepEqual(rows[0], ['trials', '3/3', '3/3']);
	assert.deepEqual(rows[3], ['figure 2 (ms)', '11.2 [10.1, 12.4]', '11.2 [10.1, 12.4]']);
});
