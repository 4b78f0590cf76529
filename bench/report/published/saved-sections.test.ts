import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportSection } from '../../model/report.ts';
import { fixture } from '../fixture.ts';
import { sectionsFrom, sectionsText } from './saved-sections.ts';

test('sections come back as they were: absent cells, numbers that are none, and pictures too', () => {
	const [first] = fixture.sections;
	assert.ok(first);
	assert.ok(first.table.rows.some(({ cells }) => cells.includes(undefined)));
	const odd: ReportSection = {
		...first,
		table: {
			measures: ['r2'],
			rows: [{ target: 'sse', completed: 1, of: 1, cells: [{ value: Number.NaN, unit: '' }, undefined] }],
		},
		pictures: [{ id: 'p', title: '', caption: '', type: 'image/png', bytes: new Uint8Array([0, 255, 128]) }],
	};
	const sections = [...fixture.sections, odd];
	const back = sectionsFrom(sectionsText(sections));
	assert.deepEqual(back, sections);
	assert.equal(sectionsText(back), sectionsText(sections));
});
