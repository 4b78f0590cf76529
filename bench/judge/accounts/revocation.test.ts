import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokensEvent } from '../../model/auth.ts';
import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import { Revocation } from './revocation.ts';

const lapseUs = 10_000_000;
const endUs = 14_000_000;

const tokens = (at: number, change: TokensEvent['change']): HistoryEvent => ({
	is: 'tokens',
	at,
	place: 0,
	change,
	count: 2,
});
const revoked = tokens(lapseUs, 'revoked');
const restored = tokens(endUs, 'restored');
const drain: HistoryEvent = { is: 'phase', at: endUs, phase: 'drain' };

const session = (at: number, client: number, change: SessionEvent['change']): HistoryEvent => ({
	...{ is: 'session', at, session: client, change },
	...(change === 'lost' && { why: 'ended' }),
});

const opened = [session(1, 0, 'opened'), session(2, 1, 'opened')];

/** Sent at this instant, answered 1 ms later. */
const call = (sentUs: number, client: number, status?: number): HistoryEvent => ({
	is: 'call',
	at: sentUs + 1000,
	callId: `0-${sentUs}`,
	session: client,
	phase: 'measure',
	dueUs: sentUs,
	sentUs,
	outcome: status === undefined ? { is: 'ok' } : { is: 'failed', why: 'http-status' },
	...(status !== undefined && { status }),
	bytesIn: 0,
	bytesOut: 0,
});

/** Number n is sent at n tenths of a second, and arrives at these clients half a millisecond later. */
const pushed = (number: number, ...clients: number[]): HistoryEvent[] => [
	{ is: 'tick', at: number * 100_000, pid: 1, number, to: clients.length },
	...clients.map(
		(client): HistoryEvent => ({
			...{ is: 'push', at: number * 100_000 + 500, session: client, method: 'm' },
			...{ key: `k${client}`, number },
		}),
	),
];

/** Pushes of every tenth of a second from one instant to another, both included, in seconds. */
const every = (fromS: number, toS: number, ...clients: number[]): HistoryEvent[] =>
	Array.from({ length: Math.round((toS - fromS) * 10) + 1 }, (_, n) =>
		pushed(Math.round(fromS * 10) + n, ...clients),
	).flat();

/** What the account makes of these events, which are put into their order in time; lower bounds in words. */
function valuesOf(...events: HistoryEvent[]): Record<string, number | string> {
	const account = new Revocation();
	for (const event of events.toSorted((a, b) => a.at - b.at)) account.take(event);
	return Object.fromEntries(
		Object.entries(account.measures()).map(([name, { value, atLeast }]) => [name, atLeast ? `≥ ${value}` : value]),
	);
}

test('a server that never looks: pushes and answers go on to the end, and are lower bounds', () => {
	const calls = [9, 10.5, 11.5, 12.5, 13.5].flatMap((s) => [call(s * 1e6, 0), call(s * 1e6 + 1, 1)]);
	assert.deepEqual(valuesOf(...opened, ...every(9, 14, 0, 1), ...calls, revoked, restored, drain), {
		// Sent at the instant itself counts; the last tick is the end.
		pushesAfterLapse: 2 * 40,
		pushesAfterLapseMs: '≥ 3900.5',
		callsAfterLapse: 8,
		callsAfterLapseMs: '≥ 3501.001',
		refusedShare: 0,
		streamsEndedShare: 0,
		unawareShare: 100,
	});
});

test('a server that refuses calls and goes on pushing: nothing was served, and the first refusals are timed', () => {
	const calls = [call(9.5e6, 0), call(10.2e6, 0, 401), call(10.4e6, 1, 401), call(11.2e6, 0, 401)];
	assert.deepEqual(valuesOf(...opened, ...every(9, 14, 0, 1), ...calls, revoked, restored), {
		pushesAfterLapse: 80,
		pushesAfterLapseMs: '≥ 3900.5',
		callsAfterLapse: 0,
		callsAfterLapseMs: 0,
		refusedShare: 100,
		refusedMs: 201,
		streamsEndedShare: 0,
		unawareShare: 0,
	});
});

test('a stream that is ended after some pushes: the time is known, and is no lower bound', () => {
	const calls = [call(10.1e6, 0, 401)];
	const history = [...opened, ...every(9, 10.4, 0, 1), ...every(10.5, 14), ...calls, revoked, restored];
	assert.deepEqual(valuesOf(...history, session(10.45e6, 0, 'lost'), session(10.45e6, 1, 'lost')), {
		pushesAfterLapse: 10,
		pushesAfterLapseMs: 400.5,
		callsAfterLapse: 0,
		callsAfterLapseMs: 0,
		refusedShare: 50,
		refusedMs: 101,
		streamsEndedShare: 100,
		unawareShare: 0,
	});
});

test('where the server stood still after it ended the streams, the last push it made is no sign that it goes on', () => {
	const history = [...opened, ...every(9, 10.4, 0, 1), session(10.45e6, 0, 'lost'), session(10.45e6, 1, 'lost')];
	assert.equal(valuesOf(...history, revoked, call(13e6, 0, 401), restored).pushesAfterLapseMs, 400.5);
	const oneLeft = history.slice(0, -1);
	assert.equal(valuesOf(...oneLeft, revoked, call(13e6, 0, 401), restored).pushesAfterLapseMs, '≥ 400.5');
});

test('what was sent before the lapse and arrived after it does not count', () => {
	const early: HistoryEvent[] = [call(lapseUs - 500, 0), ...pushed(99, 0)].map((event) =>
		event.is === 'push' ? { ...event, at: lapseUs + 100 } : event,
	);
	const values = valuesOf(...opened, ...early, tokens(lapseUs, 'expired'), call(11e6, 0, 401), drain);
	assert.deepEqual([values.pushesAfterLapse, values.callsAfterLapse], [0, 0]);
});

test('what comes after the tokens count again, or after the load, does not count', () => {
	for (const end of [restored, drain]) {
		const values = valuesOf(...opened, revoked, call(11e6, 0, 401), end, call(endUs + 1, 0), ...every(14.1, 15, 0));
		assert.deepEqual([values.pushesAfterLapse, values.callsAfterLapse], [0, 0]);
		assert.equal(values.callsAfterLapseMs, 0, 'and the last call of the watch was refused');
	}
});

test('a known number of calls after the lapse is counted exactly, and timed to the last of them', () => {
	const served = [10.1, 10.3, 10.7].map((s) => call(s * 1e6, 0));
	const values = valuesOf(...opened, revoked, ...served, call(11e6, 0, 401), call(12e6, 1, 401), restored);
	assert.deepEqual([values.callsAfterLapse, values.callsAfterLapseMs], [3, 701]);
});

test('who was served early and never called again does not make a lower bound', () => {
	const values = valuesOf(...opened, revoked, call(10.2e6, 1), call(11e6, 0, 401), call(13e6, 0, 401), restored);
	assert.equal(values.callsAfterLapseMs, 201);
});

test('without a stream there is no figure of pushes, without a lapse none at all', () => {
	const values = valuesOf(...opened, revoked, call(11e6, 0, 401), restored);
	assert.ok(!('pushesAfterLapse' in values) && !('pushesAfterLapseMs' in values));
	assert.deepEqual(valuesOf(...opened, tokens(3, 'issued'), ...every(9, 14, 0), call(11e6, 0)), {});
});
