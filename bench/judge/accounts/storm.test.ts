import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import { ok, outcomeOf } from '../../model/session.ts';
import { Storm } from './storm.ts';

const fault = { kind: 'crash', restartAfterMs: 1000 } as const;

function opened(session: number, at: number): HistoryEvent {
	return { is: 'session', at, session, change: at === 0 ? 'opened' : 'reopened' };
}

function call(session: number, dueUs: number, latencyUs: number, isOk = true): CallEvent {
	const at = dueUs + latencyUs;
	const outcome = isOk ? ok : outcomeOf('timeout');
	const base = { is: 'call', phase: 'measure', callId: `0-${dueUs}`, bytesIn: 1, bytesOut: 1 } as const;
	return { ...base, at, session, dueUs, sentUs: dueUs, outcome };
}

function measuresOf(events: readonly HistoryEvent[]) {
	const storm = new Storm();
	for (const event of events.toSorted((a, b) => a.at - b.at)) storm.take(event);
	return storm.measures();
}

const clients = Array.from({ length: 200 }, (_, n) => n);
const outage: HistoryEvent[] = [
	...clients.map((n) => opened(n, 0)),
	{ is: 'fault', at: 1_000_000, fault, change: 'applied' },
	{ is: 'fault', at: 2_000_000, fault, change: 'healed' },
];
const lost: HistoryEvent[] = clients.map((session) => ({ is: 'session', at: 1_000_001, session, change: 'lost' }));
const connect = (at: number, count: number): HistoryEvent[] =>
	Array.from({ length: count }, (_, session) => ({ is: 'connect', at, session, ok: true }));

test('calm is the end of the last quarter of a second in which more than 1 % of the clients connect', () => {
	const found = measuresOf([...outage, ...connect(2_100_000, 50), ...connect(2_600_000, 3), ...connect(4_000_000, 2)]);
	assert.equal(found.calmMs?.value, 750);
	assert.equal(found.connectsAfterFault?.value, 55);
});

test('nobody connects: calm at once; attempts before the fault do not count', () => {
	const found = measuresOf([...outage, ...connect(500_000, 200)]);
	assert.equal(found.calmMs?.value, 0);
	assert.equal(found.connectsAfterFault?.value, 0);
});

test('innocent are calls of clients whose session was open when they were due, between heal and calm', () => {
	const found = measuresOf([
		...outage,
		...lost,
		opened(1, 2_200_000),
		opened(2, 2_400_000),
		...connect(2_900_000, 50),
		call(1, 2_300_000, 100, false),
		// Not open yet, then open; one after calm.
		call(2, 2_300_000, 100, false),
		call(2, 2_500_000, 100, false),
		call(2, 3_500_000, 100, false),
	]);
	assert.equal(found.calmMs?.value, 1000);
	assert.equal(found.innocentFailed?.value, 2);
});

test('a call that dies with its session is innocent, though the loss is heard of first', () => {
	const again = clients.map((n) => opened(n, 2_100_000));
	const died = clients.map((n) => call(n, 2_200_000 + n, 10_000, false));
	const lostAgain = clients.map((session): HistoryEvent => ({ is: 'session', at: 2_205_000, session, change: 'lost' }));
	const found = measuresOf([...outage, ...lost, ...again, ...died, ...lostAgain, ...connect(2_900_000, 50)]);
	assert.equal(found.innocentFailed?.value, 200);
});

test('who still connects when the load ends has not been seen calm', () => {
	const drain: HistoryEvent = { is: 'phase', at: 3_000_000, phase: 'drain' };
	const found = measuresOf([...outage, ...connect(2_900_000, 50), drain]);
	assert.equal(found.calmMs, undefined);
	assert.equal(found.connectsAfterFault?.value, 50);
});

test('without a fault there is no storm', () => {
	assert.deepEqual(measuresOf([...connect(5, 9), opened(1, 0)]), {});
});
