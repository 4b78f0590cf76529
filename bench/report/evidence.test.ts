import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../model/finding.ts';
import { evidenceFigure } from './evidence.ts';

const line: Evidence = { target: 'sse', measure: 'firstTryShare', value: 8.35, unit: '%', ci: [0, 100] };
const written = (more: Partial<Evidence>) => evidenceFigure({ ...line, ...more }).replaceAll('\u202f', ' ');

test('a figure has its interval; where that leaves everything open, the value of each repeat stands instead', () => {
	assert.equal(written({ ci: [7, 9.7] }), '8.35 [7.00, 9.70] %');
	assert.equal(written({ each: [0, 16.7] }), '0 % and 16.7 %');
	assert.equal(written({ atLeast: true, each: [0, 16.7] }), '≥ 8.35 %', 'of a bound nothing else is known');
});
