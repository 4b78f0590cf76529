import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WayOut, WorkEvent } from '../../model/guests.ts';
import type { HistoryEvent } from '../../model/history.ts';
import type { RanEvent } from '../../model/ledger.ts';
import { LongCalls } from './long-calls.ts';

const ran = (callId: string, stage: RanEvent['stage'], at: number): HistoryEvent => ({
	is: 'ran',
	at,
	pid: 7,
	callId,
	stage,
});

/** A call of two seconds, given up after one. */
const work = (callId: string, way: WayOut, more: Partial<WorkEvent> = {}): HistoryEvent => ({
	is: 'guest',
	what: 'work',
	at: 3_500_000,
	callId,
	way,
	forMs: 2000,
	sentUs: 1_000_000,
	...(way !== 'stayed' && { gaveUpUs: 2_000_000 }),
	progress: 5,
	steps: 10,
	end: way === 'closed' ? 'cut' : 'waited',
	...more,
});

function valuesOf(...events: readonly HistoryEvent[]): Record<string, number> {
	const account = new LongCalls();
	for (const event of events) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, { value }]) => [name, value]));
}

test('the ledger decides whether a call was stopped, and when', () => {
	const values = valuesOf(
		...[0, 1, 2, 3].map((n) => ran(`guest-${n}`, 'begun', 1_010_000)),
		ran('guest-0', 'stopped', 2_030_000),
		ran('guest-1', 'done', 3_000_000),
		ran('guest-2', 'stopped', 2_004_000),
		ran('guest-3', 'done', 3_000_000),
		work('guest-0', 'notified'),
		work('guest-1', 'notified', { refused: true }),
		work('guest-2', 'closed'),
		work('guest-3', 'closed'),
	);
	assert.equal(values.notifiedStoppedShare, 50);
	assert.equal(values.notifiedStoppedMs, 30);
	assert.equal(values.notifiedRefused, 1);
	assert.equal(values.closedStoppedShare, 50);
	assert.equal(values.closedStoppedMs, 4);
	assert.equal(values.closedRanOnShare, 50);
});

test('a call that had not begun, or was over, when it was given up says nothing; nor one that ended with its client’s session', () => {
	const values = valuesOf(
		ran('guest-0', 'begun', 2_100_000),
		ran('guest-1', 'begun', 1_010_000),
		ran('guest-1', 'done', 1_900_000),
		ran('guest-2', 'begun', 1_010_000),
		ran('guest-2', 'stopped', 4_000_000),
		work('guest-0', 'notified'),
		work('guest-1', 'notified'),
		work('guest-2', 'notified'),
		work('guest-9', 'closed'),
	);
	assert.equal(values.notifiedStoppedShare, 0, 'one was left, and its client left before it stopped');
	assert.ok(!('closedStoppedShare' in values), 'of a call that the ledger does not know');
});

test('who waited is answered and hears of the progress; memory is that of the calls that ran when it was read', () => {
	const reading = (at: number, heapUsedKb: number): HistoryEvent => ({
		is: 'reading',
		at,
		sessions: 1,
		state: 'loaded',
		target: { heapUsedKb, externalKb: 0 },
		swarm: {},
		machine: {},
	});
	const values = valuesOf(
		reading(900_000, 5000),
		{ is: 'guest', what: 'began', at: 1_000_000, kind: 'work', clients: 3 },
		...[0, 1, 2].map((n) => ran(`guest-${n}`, 'begun', 1_010_000)),
		ran('guest-2', 'done', 1_100_000),
		reading(1_200_000, 5100),
		ran('guest-0', 'done', 3_010_000),
		work('guest-0', 'stayed', { end: 'answered', progress: 10 }),
		work('guest-1', 'stayed', { end: 'failed', progress: 4 }),
	);
	assert.equal(values.stayedDoneShare, 50);
	assert.equal(values.progressShare, 70);
	assert.equal(values.workHeldKb, 50);
});
