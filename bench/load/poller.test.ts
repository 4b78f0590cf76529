import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callMaker, changesTemplate } from '../model/call-template.ts';
import type { HistoryEvent } from '../model/history.ts';
import { Poller } from './poller.ts';
import type { Recorder } from './recorder.ts';

const made = callMaker(changesTemplate)('0-1', 1, () => '');

function polling() {
	const events: HistoryEvent[] = [];
	let now = 0;
	const recorder = { event: (event: HistoryEvent) => void events.push(event) } as Recorder;
	const poller = new Poller(3, { recorder, clock: () => now });
	/** One poll that is answered so, at this instant. @returns what was asked */
	const poll = (text: unknown, atUs: number): string => {
		const call = poller.asking(made);
		now = atUs;
		call.hear?.(text);
		return call.arguments;
	};
	return { events, poll };
}

test('a poll asks for what followed the highest number seen, and every number is a push received', () => {
	const { events, poll } = polling();
	assert.equal(poll('[5,6]', 10), '{"after":0}');
	assert.equal(poll('[]', 20), '{"after":6}');
	assert.equal(poll('[7,4]', 30), '{"after":6}');
	assert.equal(poll('[]', 40), '{"after":7}');
	const push = { is: 'push', session: 3, method: 'tools/call', polled: true };
	assert.deepEqual(events, [
		{ ...push, at: 10, number: 5 },
		{ ...push, at: 10, number: 6 },
		{ ...push, at: 30, number: 7 },
		{ ...push, at: 30, number: 4 },
	]);
});

test('an answer that is no list of whole numbers brings nothing', () => {
	const { events, poll } = polling();
	for (const text of [undefined, 7, 'oops', '{"a":1}', '["x",1.5,null]', '[1e999]']) poll(text, 1);
	assert.deepEqual(events, []);
	assert.equal(poll('[]', 2), '{"after":0}');
});
