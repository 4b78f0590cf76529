import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportInput } from '../../model/report.ts';
import { clean } from '../clean.ts';
import { fixture, hostile } from '../fixture.ts';
import { htmlReport } from '../html.ts';
import { markdownReport } from '../markdown.ts';

const tables = [
	{
		title: 'What an application sees',
		note: 'Ran on 2026-11-21.',
		head: ['client', 'says'],
		rows: [
			['v1, direct', 'nothing at all'],
			['v2, direct', hostile],
		],
	},
];
const [first, ...rest] = fixture.sections;
assert.ok(first);
const input: ReportInput = clean({ ...fixture, sections: [{ ...first, tables }, ...rest] });

test('a table in words stands in the page and in the text, with its note, and cannot smuggle markup in', async () => {
	for (const report of [await htmlReport(input), markdownReport(input)]) {
		assert.match(report, /What an application sees/);
		assert.match(report, /Ran on 2026-11-21\./);
		assert.match(report, /v1, direct[\s\S]{1,200}nothing at all/);
		assert.match(report, /v2, direct[\s\S]{1,200}&lt;img src=x/);
	}
});

test('a scenario without one has no empty place for it', async () => {
	assert.ok(!(await htmlReport(fixture)).includes('class="words"'));
	assert.ok((await htmlReport(input)).includes('class="words"'));
});
