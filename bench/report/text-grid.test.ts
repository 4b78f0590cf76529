import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import type { HeatChart } from '../model/series.ts';
import { cellsOf } from './columns.ts';
import { summary } from './terminal.ts';
import { gridLines } from './text-grid.ts';

const large = gridReport({ rows: 27, columns: 2, targets: 4 });
const [survival] = heatCharts(large);
const [wide] = heatCharts(gridReport({ rows: 10, columns: 6, targets: 4 }));
const [alone] = heatCharts(gridReport({ rows: 3, columns: 2, targets: 1 }));
assert.ok(survival && wide && alone);
const grids: readonly HeatChart[] = [survival, wide, alone];

test('no line is wider than the terminal', () => {
	for (const width of [20, 40, 80, 100]) {
		for (const data of grids) {
			const lines = gridLines(data, width).map((line): string => line.text);
			for (const line of lines) assert.ok(cellsOf(line) <= width, `${width}: ${line}`);
		}
	}
});

test('27 rows and 8 columns stand in one block of 80 columns, under letters that are explained', () => {
	const lines = gridLines(survival, 80);
	assert.equal(lines.filter(({ head }) => !head).length, 27);
	const heads = lines.filter(({ head }) => head).map(({ text }) => text);
	assert.equal(heads[0], 'a = heartbeat on; b = heartbeat off');
	assert.match(heads[1] ?? '', /^ +sse +stateful +stateless +modern$/);
	assert.match(heads[2] ?? '', /^platform +a +b +a +b +a +b +a +b$/);
	const row = (name: string) => lines.find(({ text }) => text.startsWith(name))?.text ?? '';
	assert.match(row('nginx, buffering'), /^nginx, buffering off +0% +78% +0% +59% +0% +38% +0% +0%$/);
	assert.match(row('Squid'), /( +–){8}$/);
});

test('24 columns become blocks, and a target is not parted', () => {
	const heads = gridLines(wide, 80).filter(({ head, text }) => head && text.startsWith('platform'));
	for (const { text } of heads) assert.match(text, /^platform( +a +b +c +d +e +f)+$/);
	assert.equal(heads.length, 4);
});

test('few columns keep their words', () => {
	const heads = gridLines(alone, 80).filter(({ head }) => head);
	assert.deepEqual(
		heads.map(({ text }) => text.replace(/ {2,}/g, ' | ')),
		['platform | heartbeat on | heartbeat off'],
	);
});

test('nearly all is not all', () => {
	const cells = [99.97, 100, 99.2, 0.04].map((value, row) => ({ row, column: 0, label: { value } }));
	const lines = gridLines({ ...alone, rows: { title: '', names: ['a', 'b', 'c', 'd'] }, cells }, 80);
	const shown = lines.filter(({ head }) => !head).map(({ text }) => text.split(/ +/)[1]);
	assert.deepEqual(shown, ['>99%', '100%', '99%', '0.04%']);
});

test('the summary of a run with hundreds of cases shows a grid and stays within a screen or two', () => {
	const text = summary(large, { columns: 80, colour: false });
	assert.ok(large.sections[0] && large.sections[0].table.rows.length > 200);
	assert.ok(text.split('\n').length < 70, `${text.split('\n').length} lines`);
	assert.ok(text.includes('… and in the report: How long until everybody is back?'));
	assert.match(text, /behind-platforms: 24.trials, first behind-platforms\.squid-heartbeat-on\.sse\.r1:/);
});

test('hundreds of cases that make no grid are not all printed', () => {
	const sections = large.sections.map((section) => ({ ...section, charts: [] }));
	const text = summary({ ...large, sections }, { columns: 80, colour: false });
	assert.match(text, /… and 176.rows more in the report/);
});
