import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import { clean } from './clean.ts';
import { fixture } from './fixture.ts';
import { markdownReport } from './markdown.ts';

const text = markdownReport(clean(fixture));

test('every part is there, in order', () => {
	const headings = text.split('\n').filter((line) => line.startsWith('## '));
	assert.deepEqual(headings, [
		'## Findings',
		'## Idle clients',
		'## Steady calls',
		'## Restart',
		'## Trials that did not complete',
		'## What this generator can resolve',
		'## Environment',
		'## Run it again',
	]);
});

test('every chart has its heading, its sentence and its picture', () => {
	for (const data of fixture.sections.flatMap((section) => section.charts)) {
		assert.ok(text.includes(`### ${data.title}\n\n${data.sentence}\n\n![${data.title}](charts/${data.id}.svg)`));
	}
});

test('claims and scenarios have the ids that the documentation calls them by', () => {
	for (const { id, claim } of fixture.run.findings) assert.ok(text.includes(`${claim} (${id})`), id);
	for (const { id } of fixture.sections) assert.ok(text.includes(`* (scenario ${id})`), id);
});

test('tables keep their shape', () => {
	const unescapedBars = (line: string) => (line.match(/(?<!\\)\|/g) ?? []).length;
	const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
	assert.ok(tables.length >= 7);
	for (const table of tables) assert.equal(new Set(table.split('\n').map(unescapedBars)).size, 1, table);
});

test('what a target wrote is shown as text', () => {
	const outside = text.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '');
	assert.doesNotMatch(outside, /<\/?\w/);
	assert.doesNotMatch(outside, /(?<!\\)`/);
	assert.doesNotMatch(outside, /http:\/\//);
	assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});

test('a fence is longer than any that stderr contains', () => {
	const trials = fixture.run.trials.map((trial) =>
		trial.state === 'failed-to-start' ? { ...trial, stderr: ['```', '# not a heading'] } : trial,
	);
	const fenced = markdownReport({ ...fixture, run: { ...fixture.run, trials } });
	assert.ok(fenced.includes('````text\n```\n# not a heading\n````'));
});

test('a grid of cases stands as a table, the long table is folded away with its count', () => {
	const input = clean(gridReport({ rows: 27, columns: 2, targets: 4 }));
	const report = markdownReport(input);
	const lines = report.split('\n');
	const [data] = heatCharts(input);
	assert.ok(data);
	const heading = lines.indexOf(`### ${data.title}`);
	const grid = lines.slice(lines.findIndex((line, nth) => nth > heading && line.startsWith('|')));
	const rows = grid.slice(0, grid.indexOf(''));
	assert.equal(rows.length, 2 + 27);
	assert.match(rows[0] ?? '', /^\| platform \| sse · heartbeat on \| sse · heartbeat off \|/);
	const [folded = ''] = report.match(/<details>\n<summary>Figures of every case[\s\S]*?<\/details>/) ?? [];
	assert.match(folded, /^<details>\n<summary>Figures of every case and target: 216.rows<\/summary>\n\n\| case/);
	assert.equal(folded.split('\n').filter((line) => line.startsWith('|')).length, 2 + 216);
	assert.equal(report.match(/<details>/g)?.length, report.match(/<\/details>/g)?.length);
	assert.ok(!text.includes('<details>'), 'a short one is not');
});
