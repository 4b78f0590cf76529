import assert from 'node:assert/strict';
import { test } from 'node:test';
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
