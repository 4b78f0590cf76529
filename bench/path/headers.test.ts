import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endToEnd } from './headers.ts';

test('what belongs to one connection stays there, with what Connection names', () => {
	const raw = ['Connection', 'close, x-mine', 'X-Mine', '1', 'TE', 'trailers', 'X-Other', '2'];
	assert.deepEqual(endToEnd(raw, 'close, x-mine'), ['X-Other', '2']);
});

test('Connection cannot take the frame of a message away', () => {
	const raw = ['Host', 'a', 'Content-Length', '9', 'Connection', 'content-length, host'];
	assert.deepEqual(endToEnd(raw, 'content-length, host'), ['Host', 'a', 'Content-Length', '9']);
});
