import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, seriesCharts } from './fixture.ts';
import { chartTable, figureText, summaryText } from './tables.ts';

const [idle, steady] = fixture.sections;
const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

test('a summary names the unit once per column and keeps what is missing apart from zero', () => {
	assert.ok(steady);
	const text = summaryText(steady.table);
	assert.deepEqual(text.columns.slice(0, 1), [
		{ title: 'p50', unit: 'ms', meaning: 'median latency, from the instant the call was due' },
	]);
	const cells = text.rows.map((row) => row.cells.map(figureText));
	assert.equal(cells[0]?.[0], '0.240');
	assert.equal(cells[1]?.[0], '0.480 [0.451, 0.509]');
	assert.equal(cells[4]?.[3], '—');
	assert.equal(text.rows[0]?.trials, '1/3');
	assert.match(figureText(summaryText(steady.table, true).rows[1]?.cells[0] ?? { value: '', spread: '' }), /^0\.480 ±/);
});

test('a chart as a table has a row per place and a column per line, with gaps where a line has no point', () => {
	const [ladder, , bars] = idle?.charts ?? [];
	assert.ok(ladder && bars);
	const table = chartTable(ladder);
	assert.deepEqual(table.head.slice(0, 3), ['held sessions (clients)', 'sse (MB)', 'sse, fit (MB)']);
	assert.deepEqual(
		table.rows.map((row) => plain(row[0])),
		['0', '250', '500', '1 000', '2 000'],
	);
	assert.equal(table.rows[1]?.[2], '');
	const barTable = chartTable(bars);
	assert.deepEqual(
		barTable.rows.map((row) => row[0]),
		['PSS', 'USS', 'heap', 'kernel'],
	);
	assert.equal(barTable.rows[0]?.[1], '21.0 [19.5, 22.7]');
});

test('percentiles are rows by name', () => {
	const [percentiles] = steady?.charts ?? [];
	assert.ok(percentiles);
	assert.equal(plain(chartTable(percentiles).rows.at(-1)?.[0]), '99.99 %');
});

test('a lower bound has no interval, neither in a summary nor in the table of a chart', () => {
	const cell = { value: 5358.7, unit: '1/s', atLeast: true, ci: [0, 11807] } as const;
	const rows = [
		{ target: 'sse', completed: 3, of: 3, cells: [cell, { value: 12, unit: '1/s', ci: [11, 13] as const }] },
	];
	const text = summaryText({ measures: ['capacityPerS', 'opensPerS'], rows });
	assert.deepEqual(
		text.rows[0]?.cells.map((each) => plain(figureText(each))),
		['≥ 5 358', '12.0 [11.0, 13.0]'],
	);
	const [bars] = seriesCharts.filter(({ kind }) => kind === 'bars');
	assert.ok(bars);
	const lines = [{ target: 'sse', label: 'sse', points: [{ x: 0, y: 12.38, atLeast: true as const }] }];
	assert.equal(plain(chartTable({ ...bars, lines }).rows[0]?.[1]), '≥ 12.3');
});
