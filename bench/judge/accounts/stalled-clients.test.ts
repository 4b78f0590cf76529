import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GuestEvent } from '../../model/guests.ts';
import type { GaugeValues, HistoryEvent } from '../../model/history.ts';
import { StalledClients } from './stalled-clients.ts';

const mb = 1024 * 1024;
const began = (pushBytes: number): GuestEvent => ({
	is: 'guest',
	what: 'began',
	at: 1_000_000,
	kind: 'stall',
	clients: 2,
	pushBytes,
});
const stalled = (guest: number, key?: string): GuestEvent => ({
	is: 'guest',
	what: 'stalled',
	at: 1_000_000,
	guest,
	...(key && { key }),
});
const ended: GuestEvent = { is: 'guest', what: 'ended', at: 3_000_000 };
const reading = (at: number, heapUsedKb: number): HistoryEvent => ({
	is: 'reading',
	at,
	sessions: 4,
	state: 'loaded',
	target: { heapUsedKb, externalKb: 1000, ussKb: 2 * heapUsedKb },
	swarm: {},
	machine: {},
});
const gauge = (at: number, role: 'target' | 'machine', values: GaugeValues): HistoryEvent => ({
	is: 'gauge',
	at,
	role,
	pid: role === 'target' ? 7 : 0,
	values,
});

/** Push n, to those who are named. */
function pushed(number: number, ...keys: string[]): HistoryEvent[] {
	const at = 1_000_000 + number * 100_000;
	return [
		...keys.map((key): HistoryEvent => ({ is: 'emitted', at, pid: 7, key, number })),
		{ is: 'tick', at, pid: 7, number, to: keys.length },
	];
}

function valuesOf(...events: readonly HistoryEvent[]): Record<string, number> {
	const account = new StalledClients();
	for (const event of events) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, { value }]) => [name, value]));
}

test('what was emitted for clients that do not read is unread, and memory is shared among them', () => {
	const numbers = [1, 2, 3, 4];
	const values = valuesOf(
		reading(900_000, 5000),
		gauge(950_000, 'machine', { tcpMemKb: 100 }),
		began(mb),
		stalled(0, 'a'),
		stalled(1, 'b'),
		// Somebody who reads is pushed to as well.
		...numbers.flatMap((n) => [
			...pushed(n, 'a', 'b', 'reader'),
			gauge(1_000_000 + n * 100_000 + 1, 'target', { heapUsedKb: 5000 + n * 1000, externalKb: 1000, overflows: 0 }),
		]),
		gauge(2_000_000, 'machine', { tcpMemKb: 1100 }),
		ended,
		reading(3_000_001, 5000 + 4096),
	);
	assert.equal(values.unreadMb, 4);
	assert.equal(values.unreadHeapKb, 2048);
	assert.equal(values.unreadUssKb, 4096);
	assert.equal(values.unreadPeakKb, 2000);
	assert.equal(values.unreadKernelKb, 500);
	assert.equal(values.unreadHeldShare, 50);
	assert.ok(Math.abs((values.unreadKbPerMb ?? 0) - 500) < 1e-6, 'a thousand KB for the two MB of a push');
	assert.equal(values.givenUpShare, 0);
	assert.equal(values.overflows, 0);
	assert.ok(!('givenUpMs' in values), 'nobody was given up');
});

test('who was emitted nothing more was given up, at the last push that was for it', () => {
	const values = valuesOf(
		began(mb),
		stalled(0, 'a'),
		stalled(1, 'b'),
		...pushed(1, 'a', 'b'),
		...pushed(2, 'a', 'b'),
		...[3, 4, 5, 6].flatMap((n) => pushed(n, 'b')),
		gauge(2_000_000, 'target', { overflows: 1 }),
		ended,
		// The end of the trial is no giving up.
		...pushed(9, 'reader'),
	);
	assert.equal(values.givenUpShare, 50);
	assert.equal(values.givenUpMs, 200);
	assert.equal(values.givenUpMb, 2);
	assert.equal(values.overflows, 1);
});

test('what they ask for and do not read counts, until they are refused; a runtime that tells nothing has no figures of memory', () => {
	const asked = (at: number, why?: 'session-unknown'): GuestEvent => ({
		is: 'guest',
		what: 'asked',
		at,
		guest: 0,
		bytes: mb,
		...(why && { why }),
	});
	const values = valuesOf(
		began(0),
		stalled(0),
		asked(1_100_000),
		asked(1_300_000),
		asked(1_500_000, 'session-unknown'),
		ended,
	);
	assert.deepEqual(values, { unreadMb: 2, givenUpShare: 100, givenUpMs: 300, givenUpMb: 2 });
	assert.deepEqual(valuesOf(...pushed(1, 'a')), {}, 'a trial without such clients');
});
