import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import type { HeatCell, HeatChart } from '../model/series.ts';
import { chartSize } from './charts.ts';
import { targets } from './fixture.ts';
import { heatColumnTitle, heatConfig, heatScale, heatText } from './heat.ts';
import type { Look } from './look.ts';
import { paletteOf } from './palette.ts';
import { chartTable } from './tables.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');
const look: Look = { scheme: 'light', palette: paletteOf(targets), font: 'sans-serif', narrow: false };
const [survival, back] = heatCharts(gridReport({ rows: 27, columns: 2, targets: 4 }));
assert.ok(survival && back);

const coloured = (values: readonly number[], unit: string): HeatChart => ({
	...survival,
	colour: { ...survival.colour, unit },
	cells: values.map((value, row): HeatCell => ({ row, column: 0, colour: { value } })),
});

test('shares go from nothing to all unless all are small, times far apart go by their ratio, all else from zero', () => {
	assert.deepEqual(heatScale(coloured([3, 60], '%')), { from: 0, to: 100, log: false });
	assert.deepEqual(heatScale(coloured([0, 4], '%')), { from: 0, to: 4, log: false });
	assert.deepEqual(heatScale(coloured([0, 0], '%')), { from: 0, to: 100, log: false });
	assert.deepEqual(heatScale(coloured([10, 9000], 'ms')), { from: 10, to: 9000, log: true });
	assert.deepEqual(heatScale(coloured([10, 90], 'ms')), { from: 0, to: 90, log: false });
	assert.deepEqual(heatScale(coloured([-2, 8], 'KB')), { from: -2, to: 8, log: false });
});

test('a value in a cell has its unit, a lower bound its mark, nothing a dash', () => {
	assert.equal(plain(heatText({ value: 2480 }, back.label)), '2.48 s');
	assert.equal(plain(heatText({ value: 2480, atLeast: true }, back.label)), '≥ 2.48 s');
	assert.equal(heatText(undefined, back.label), '–');
});

test('every measured cell stands at its place in its colour: equal figures alike, good and bad apart', () => {
	const dataset = heatConfig(survival, look).data.datasets[0];
	assert.ok(dataset);
	assert.deepEqual(
		dataset.data.map(({ x, y }) => [y, x]),
		survival.cells.map(({ row, column }) => [row, column]),
	);
	const colours = dataset.backgroundColor as string[];
	const of = (value: number) => new Set(colours.filter((_, nth) => survival.cells[nth]?.colour?.value === value));
	assert.equal(of(0).size, 1);
	assert.equal(of(100).size, 1);
	assert.notDeepEqual(of(0), of(100));
	// What is best is blue whichever way the measure goes.
	const higher = heatConfig({ ...survival, colour: { ...survival.colour, better: 'higher' } }, look);
	const turned = higher.data.datasets[0]?.backgroundColor as string[];
	assert.deepEqual(new Set(turned.filter((_, nth) => survival.cells[nth]?.colour?.value === 100)), of(0));
});

test('a constant grid, one without colours and an empty one can be drawn', () => {
	for (const data of [
		coloured([5, 5], ''),
		coloured([0], 'ms'),
		coloured([Number.POSITIVE_INFINITY, 1], 'ms'),
		{ ...survival, cells: survival.cells.map(({ row, column }) => ({ row, column, label: { value: 1 } })) },
		{ ...survival, cells: [] },
	]) {
		const colours = (heatConfig(data, look).data.datasets[0]?.backgroundColor ?? []) as string[];
		assert.equal(colours.length, data.cells.length);
		for (const colour of colours) assert.match(colour, /^(#[0-9a-f]{6}|transparent)$/);
	}
});

test('a grid is as high as its rows need and at least as wide as its columns, also on a phone', () => {
	const [wide] = heatCharts(gridReport({ rows: 10, columns: 6, targets: 4 }));
	assert.ok(wide);
	const narrow = { ...look, narrow: true };
	assert.ok(chartSize(survival, look).height > 27 * 24);
	assert.ok(chartSize(survival, look).height - chartSize(wide, look).height > 15 * 24);
	assert.ok(chartSize(survival, narrow).height > 27 * 36, 'names above the cells');
	const long = {
		...survival,
		rows: { ...survival.rows, names: survival.rows.names.map((name) => `${name} `.repeat(4)) },
	};
	assert.ok(chartSize(long, narrow).height > chartSize(survival, narrow).height + 27 * 11, 'a long name is broken');
	assert.equal(chartSize(long, narrow).minWidth, chartSize(survival, narrow).minWidth);
	assert.ok((chartSize(wide, look).minWidth ?? 0) > 24 * 50);
	assert.ok((chartSize(survival, look).minWidth ?? 0) < 1100, 'eight columns fit into the page');
});

test('columns are named with their target where there are several', () => {
	const [column] = survival.columns.names;
	assert.ok(column);
	assert.equal(heatColumnTitle(column, survival), 'sse · heartbeat on');
	const [alone] = heatCharts(gridReport({ rows: 3, columns: 2, targets: 1 }));
	assert.ok(alone?.columns.names[0]);
	assert.equal(heatColumnTitle(alone.columns.names[0], alone), 'heartbeat on');
	assert.equal(heatColumnTitle({ target: 'sse', head: 'sse', name: '' }, survival), 'sse');
});

test('the table is the grid: a row for each row, a column for each column, both measures where they differ', () => {
	const table = chartTable(survival);
	assert.deepEqual(table.head.slice(0, 3), ['platform', 'sse · heartbeat on', 'sse · heartbeat off']);
	assert.equal(table.rows.length, 27);
	assert.ok(table.rows.every((row) => row.length === 9));
	assert.deepEqual(table.rows[1]?.slice(0, 3).map(plain), ['nginx, buffering off', '0 %', '78.3 %']);
	assert.deepEqual(new Set(table.rows.find(([name]) => name?.startsWith('Squid'))?.slice(1)), new Set(['–']));
	assert.equal(plain(chartTable(back).rows[4]?.[1]), '100 % · –');
	assert.equal(plain(chartTable(back).rows[1]?.[1]), '0 % · ≥ 2.82 s');
});
