import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import { outcomeOf } from '../../model/session.ts';
import { Goodbyes } from './goodbyes.ts';

const fault: HistoryEvent = {
	is: 'fault',
	at: 10,
	fault: { kind: 'drain', deadlineMs: 1, restartAfterMs: 1 },
	change: 'applied',
};
const lost = (why: 'ended' | 'closed'): HistoryEvent => ({ is: 'session', at: 11, session: 1, change: 'lost', why });
const answered = (status: number): HistoryEvent => ({
	is: 'call',
	at: 12,
	callId: '0-1',
	session: 1,
	phase: 'measure',
	dueUs: 1,
	sentUs: 1,
	outcome: outcomeOf('http-status'),
	status,
	bytesIn: 0,
	bytesOut: 0,
});
const closing: HistoryEvent = { is: 'closing', at: 12, session: 1 };

function measuresOf(events: readonly HistoryEvent[]) {
	const account = new Goodbyes();
	for (const event of events) account.take(event);
	return account.measures();
}

test('a goodbye is a proper end, a 503, or an announced close, each counted by itself, and only after the fault', () => {
	const found = measuresOf([
		lost('ended'),
		closing,
		fault,
		lost('ended'),
		lost('closed'),
		answered(503),
		answered(502),
		closing,
	]);
	assert.deepEqual(
		Object.entries(found).map(([name, value]) => [name, value?.value]),
		[
			['streamsEnded', 1],
			['answers503', 1],
			['closesAnnounced', 1],
		],
	);
});

test('without a fault nobody takes leave', () => {
	assert.deepEqual(measuresOf([lost('ended'), answered(503), closing]), {});
});
