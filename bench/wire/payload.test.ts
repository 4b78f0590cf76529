import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadReader } from './payload.ts';

const answerOf = (text: string, id = 7) =>
	JSON.stringify({ result: { content: [{ type: 'text', text }] }, jsonrpc: '2.0', id });

/** Reads it in pieces of this size. */
function read(whole: string, piece: number): PayloadReader {
	const reader = new PayloadReader();
	const bytes = Buffer.from(whole);
	for (let at = 0; at < bytes.length; at += piece) reader.take(bytes.subarray(at, at + piece));
	return reader;
}

test('an answer is verified however it is cut, as JSON and as an event', () => {
	for (const length of [0, 1, 1000, 200_000]) {
		const json = answerOf('x'.repeat(length));
		for (const piece of length > 1000 ? [1000, 65_536, 1_000_000] : [1, 3, 17, 10_000]) {
			assert.equal(read(json, piece).verify(7, length, false), length);
			const event = read(`id: 3\nevent: message\ndata: ${json}\n\n`, piece);
			assert.ok(event.isWholeEvent);
			assert.equal(event.verify(7, length, true), length);
		}
	}
});

test('another length, another text, another id, an error and half an event are told apart from an answer', () => {
	const why = (why: string) => ({ why });
	assert.throws(() => read(answerOf('xxx'), 5).verify(7, 4, false), why('wrong-answer'));
	assert.throws(() => read(answerOf('xyx'), 5), why('wrong-answer'));
	assert.throws(() => read(answerOf(`${'x'.repeat(100_000)}y`), 65_536), why('wrong-answer'));
	assert.throws(() => read(answerOf('xxx', 8), 5).verify(7, 3, false), why('wrong-answer'));
	const error = JSON.stringify({ jsonrpc: '2.0', id: 7, error: { code: -32603, message: 'no' } });
	assert.throws(() => read(error, 5).verify(7, 3, false), why('rpc-error'));
	assert.equal(read(`event: message\ndata: ${answerOf('xxx')}`, 5).isWholeEvent, false);
});

test('what stands around the text has a bound', () => {
	assert.throws(() => read(`${' '.repeat(200_000)}${answerOf('x')}`, 1000), { why: 'protocol' });
});
