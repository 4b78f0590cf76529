import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { Outcome } from '../../model/session.ts';
import { HalfOpen } from './half-open.ts';

const fault = { kind: 'half_open', forMs: 20_000 } as const;
const applied: HistoryEvent = { is: 'fault', at: 10_000_000, fault, change: 'applied' };
const healed: HistoryEvent = { is: 'fault', at: 30_000_000, fault, change: 'healed' };

const session = (
	at: number,
	client: number,
	change: SessionEvent['change'],
	why?: SessionEvent['why'],
): HistoryEvent => ({
	is: 'session',
	at,
	session: client,
	change,
	...(why && { why }),
});

const held = (at: number, pid: number, openStreams: number, openSessions: number): HistoryEvent => ({
	is: 'gauge',
	at,
	role: 'target',
	pid,
	values: { openStreams, openSessions },
});

const call = (sentUs: number, at: number, outcome: Outcome): HistoryEvent => ({
	is: 'call',
	at,
	callId: `0-${at}`,
	session: 0,
	phase: 'measure',
	dueUs: sentUs,
	sentUs,
	outcome,
	bytesIn: 0,
	bytesOut: 0,
});

const ok: Outcome = { is: 'ok' };
const unknown: Outcome = { is: 'unknown', why: 'timeout' };

/** What the account makes of these events, which are put into their order in time. */
function valuesOf(...events: HistoryEvent[]): Record<string, number> {
	const account = new HalfOpen();
	for (const event of events.toSorted((a, b) => a.at - b.at)) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, entry]) => [name, entry.value]));
}

const opened = [0, 1, 2, 3].map((client) => session(client, client, 'opened'));

test('who noticed, when and how; a loss before or after the silence is none of its', () => {
	const values = valuesOf(
		...opened,
		held(5, 7, 4, 4),
		session(6, 3, 'lost', 'closed'),
		session(7, 3, 'reopened'),
		applied,
		session(12_000_000, 0, 'lost', 'timeout'),
		session(15_000_000, 0, 'reopened'),
		session(18_000_000, 0, 'lost', 'reset'),
		session(20_000_000, 1, 'lost', 'timeout'),
		session(25_000_000, 2, 'lost', 'closed'),
		healed,
		session(31_000_000, 3, 'lost', 'reset'),
	);
	assert.equal(values.noticedShare, 75);
	assert.equal(values.noticedMs, 10_000);
	assert.equal(values.noticedMaxMs, 15_000);
	const how = [values.noticedByTimeout, values.noticedByClose, values.noticedByReset, values.noticedBySilence];
	assert.deepEqual(how, [2, 1, 0, 0]);
});

test('nobody noticed: a share of nothing, and no time', () => {
	const values = valuesOf(...opened, held(5, 7, 4, 4), applied, healed);
	assert.equal(values.noticedShare, 0);
	assert.equal(values.noticedMs, undefined);
	assert.equal(values.callsStuck, 0);
	assert.equal(values.callsStuckMs, undefined);
});

test('clients without a stream, or whose server says nothing of streams, are not said to have missed anything', () => {
	assert.equal(valuesOf(...opened, held(5, 7, 0, 4), applied, healed).noticedShare, undefined);
	assert.equal(valuesOf(...opened, applied, healed).noticedShare, undefined);
	const lost = session(11_000_000, 0, 'lost', 'timeout');
	assert.equal(valuesOf(...opened, applied, lost, healed).noticedShare, 25);
});

test('calls are stuck that the silence kept from their answer', () => {
	const values = valuesOf(
		...opened,
		call(9_000_000, 9_900_000, ok),
		applied,
		// Answered between the order to drop packets and its execution.
		call(9_990_000, 10_005_000, ok),
		call(9_000_000, 19_000_000, unknown),
		call(12_000_000, 24_000_000, { is: 'failed', why: 'connect-timeout' }),
		call(13_000_000, 13_000_001, { is: 'failed', why: 'no-session' }),
		healed,
		call(25_000_000, 45_000_000, ok),
		call(30_000_001, 30_500_000, ok),
	);
	assert.equal(values.callsStuck, 3);
	assert.equal(values.callsStuckAnswered, 1);
	assert.equal(values.callsStuckMs, 12_000);
	assert.equal(values.callsStuckMaxMs, 20_000);
});

test('what the servers still hold at the end of the silence, of all their processes', () => {
	const values = valuesOf(
		...opened,
		held(5, 7, 2, 2),
		held(6, 8, 2, 2),
		applied,
		held(11_000_000, 7, 2, 2),
		held(11_000_001, 8, 1, 2),
		held(21_000_000, 7, 1, 2),
		held(29_000_000, 8, 0, 2),
		healed,
		session(31_000_000, 0, 'lost', 'reset'),
		held(40_000_000, 7, 3, 4),
		held(40_000_001, 8, 1, 3),
	);
	assert.equal(values.serverNoticedShare, 75);
	assert.equal(values.serverNoticedMs, 11_000);
	assert.equal(values.ghostStreams, 1);
	assert.equal(values.ghostSessions, 4);
	assert.equal(values.ghostSessionsLeft, 7 - 3);
});

test('another fault is none of its business', () => {
	const crash = { kind: 'crash', restartAfterMs: 1000 } as const;
	assert.deepEqual(
		valuesOf(...opened, { is: 'fault', at: 10, fault: crash, change: 'applied' }, call(11, 12, unknown)),
		{},
	);
});

test('what comes through while the path is being healed is the doing of the heal', () => {
	const healing: HistoryEvent = { is: 'fault', at: 30_200_000, fault, change: 'healed', healingUs: 30_000_000 };
	const values = valuesOf(
		...opened,
		held(5, 7, 4, 4),
		applied,
		session(20_000_000, 0, 'lost', 'silent'),
		call(9_990_000, 10_000_001, ok),
		call(15_000_000, 30_100_000, ok),
		session(30_100_001, 1, 'lost', 'closed'),
		healing,
	);
	assert.equal(values.noticedShare, 25);
	assert.deepEqual([values.noticedBySilence, values.noticedByClose], [1, 0]);
	assert.deepEqual([values.callsStuck, values.callsStuckAnswered], [1, 1]);
});
