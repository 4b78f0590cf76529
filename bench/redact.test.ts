import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactor } from './redact.ts';

test('values of headers, whole and in parts, are taken out of what a server says', () => {
	const redact = redactor(['Authorization', 'Bearer s3cret-token', 'X-Short', 'ab']);
	assert.equal(redact('got Bearer s3cret-token from you'), 'got … from you');
	assert.equal(redact('denied: s3cret-token'), 'denied: …');
	assert.equal(redact('about'), 'about', 'a short value is a word of any text');
	assert.equal(redactor([])('as it is'), 'as it is');
});
