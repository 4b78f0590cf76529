import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallTemplate, callMaker, echoTemplate, withSlowCalls } from './call-template.ts';

const argumentsOf = (template: CallTemplate, calls: number): string[] => {
	const make = callMaker(template);
	return Array.from({ length: calls }, (_, seq) => make(`3-${seq}`, seq, () => 'u').arguments);
};

test('every nth call of echo asks to be answered late, and the others are as they were', () => {
	const plain = argumentsOf(echoTemplate, 9);
	const slow = argumentsOf(withSlowCalls(echoTemplate, { every: 3, ms: 250 }), 9);
	assert.deepEqual(
		slow,
		plain.map((text, seq) => (seq % 3 === 2 ? `{"text":"3-${seq}","afterMs":250}` : text)),
	);
	const every = argumentsOf(withSlowCalls(echoTemplate, { every: 1, ms: 5 }), 2);
	assert.deepEqual(every, ['{"text":"3-0","afterMs":5}', '{"text":"3-1","afterMs":5}']);
});

test('a tool that need not know of it is never asked to be late', () => {
	const slow = { every: 2, ms: 250 };
	const others: CallTemplate[] = [
		{ tool: 'echo', arguments: '{"text":"{{id}}","more":1}', echoes: true },
		{ tool: 'sleep', arguments: '{"ms":5}', echoes: false },
	];
	for (const template of others) assert.equal(withSlowCalls(template, slow), template);
	assert.equal(withSlowCalls(echoTemplate, undefined), echoTemplate);
	assert.equal(withSlowCalls(echoTemplate, { every: 2, ms: 0 }), echoTemplate);
});
