import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean, cleanText } from './clean.ts';

test('text loses terminal codes, controls, line breaks and reversed reading', () => {
	assert.equal(cleanText('a\u001b[31mred\u001b[0m\nb\tc\u0000d\u202ee'), 'ared b c d e');
	assert.equal(cleanText('    at main'), '    at main');
	assert.equal(cleanText('\u001b]0;title\u0007x'), 'x');
	assert.equal(cleanText('half \ud800 pair').isWellFormed(), true);
});

test('endless text is cut', () => {
	assert.equal(cleanText('x'.repeat(5000)).length, 2001);
});

test('every string in a value is cleaned, everything else stays', () => {
	assert.deepEqual(clean({ a: ['x\n', 1, null, undefined], 'k\n': { b: true } }), {
		a: ['x', 1, null, undefined],
		k: { b: true },
	});
});
