import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import type { SeriesChart } from '../model/series.ts';
import { chartCsv, csvName } from './chart-csv.ts';
import { seriesCharts } from './fixture.ts';
import { packCharts, unpackCharts } from './html/packed.ts';

/** Reads it as RFC 4180 says, and nothing else. */
function parsed(csv: string): string[][] {
	const rows: string[][] = [[]];
	for (const [, quoted, bare, end] of csv.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		const cell = quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"');
		if (end === '' && cell === '') break;
		rows.at(-1)?.push(cell);
		if (end === '\r\n') rows.push([]);
	}
	return rows.slice(0, -1);
}

function chart(id: string): SeriesChart {
	const found = seriesCharts.find((each) => each.id === id);
	assert.ok(found, id);
	return found;
}

test('every point has its row, unrounded, and so have shades and marks', () => {
	const timeline = chart('restart-callsOkPerS');
	const [head, ...rows] = parsed(chartCsv(timeline));
	assert.deepEqual(head, [
		'series',
		'target',
		'time since the load began (s)',
		'calls answered (1/s)',
		'low',
		'high',
		'note',
	]);
	const points = timeline.lines.flatMap(({ label, points: all }) =>
		all.map(({ x, y }) => [label, String(x), String(y)]),
	);
	assert.deepEqual(
		rows.filter(([label]) => label !== '').map(([label, , x, y]) => [label, x, y]),
		points,
	);
	assert.deepEqual(
		rows.slice(points.length).map(([, , x, , , , note]) => [x, note]),
		[
			['6', 'from: server down'],
			['7.2', 'to: server down'],
		],
	);
	const knee = parsed(chartCsv(chart('steady-calls-knee')));
	assert.equal(knee.at(-1)?.[3], '50');
});

test('bars have names, intervals and lower bounds; percentiles are percentiles', () => {
	const bars = chart('idle-clients-per-client');
	const [line] = bars.lines;
	assert.ok(line);
	const bounded = { ...bars, lines: [{ ...line, points: [{ x: 1, y: 12.5, atLeast: true as const }] }] };
	assert.deepEqual(parsed(chartCsv(bounded))[1], [line.label, line.target, 'USS', '12.5', '', '', 'at least']);
	assert.equal(parsed(chartCsv(bars))[1]?.[4], String(line.points[0]?.low));
	const places = parsed(chartCsv(chart('steady-calls-percentiles'))).map((row) => row[2]);
	assert.ok(places.includes('50') && places.includes('99.9'), String(places));
});

test('a grid has a row for each of its cells', () => {
	const [grid] = heatCharts(gridReport({ rows: 5, columns: 2, targets: 3 }));
	assert.ok(grid);
	const [head, ...rows] = parsed(chartCsv(grid));
	assert.equal(rows.length, grid.cells.length);
	assert.deepEqual(head?.slice(0, 2), [grid.rows.title, 'target']);
	const [cell] = grid.cells;
	const at = rows[0]?.[3];
	assert.equal(at, cell?.colour === undefined ? '' : String(cell.colour.value));
});

test('text from servers is quoted and computes nothing; numbers stay numbers', () => {
	const timeline = chart('restart-callsOkPerS');
	const names = ['=cmd|" /C calc"!A0', '+1', '-1', '@SUM(A1)', ' =1+1', 'a,b', 'say "no"', 'two\r\nlines', '\t=1'];
	const lines = names.map((label) => ({ target: label, label, points: [{ x: -1, y: -2.5 }] }));
	const csv = chartCsv({ ...timeline, lines, shades: [] });
	const rows = parsed(csv).slice(1);
	assert.deepEqual(
		rows.map(([label]) => label),
		[`'=cmd|" /C calc"!A0`, `'+1`, `'-1`, `'@SUM(A1)`, `' =1+1`, 'a,b', 'say "no"', 'two\r\nlines', `'\t=1`],
	);
	for (const row of rows) assert.deepEqual(row.slice(2, 4), ['-1', '-2.5']);
	assert.equal(csv.charCodeAt(0), 0xfeff);
	assert.equal(csvName({ ...timeline, id: '../a/b c' }), '.._a_b_c.csv');
});

test('what is packed comes out again, to six digits', () => {
	const all = [...seriesCharts, ...heatCharts(gridReport({ rows: 5, columns: 2, targets: 3 }))];
	const once = unpackCharts(JSON.parse(JSON.stringify(packCharts(all))));
	const numbers = (value: unknown): number[] => {
		if (typeof value === 'number') return [value];
		return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [];
	};
	const sorted = (value: unknown): unknown =>
		Array.isArray(value) || typeof value !== 'object' || value === null
			? Array.isArray(value)
				? value.map(sorted)
				: value
			: Object.fromEntries(
					Object.entries(value)
						.sort(([a], [b]) => (a < b ? -1 : 1))
						.map(([k, v]) => [k, sorted(v)]),
				);
	const [before, after] = [numbers(sorted(all)), numbers(sorted(once))];
	assert.equal(after.length, before.length);
	for (const [nth, value] of before.entries()) {
		assert.ok(Math.abs((after[nth] ?? Number.NaN) - value) <= Math.abs(value) * 5e-6, `${value} and ${after[nth]}`);
	}
	const shape = (value: unknown) => JSON.stringify(sorted(value)).replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, '0');
	assert.equal(shape(once), shape(all));
	assert.deepEqual(unpackCharts(packCharts(once)), once);
});
