import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { CutEvent, PlaceEvent } from '../../model/path-events.ts';
import type { Outcome } from '../../model/session.ts';
import { StreamLives } from './stream-lives.ts';
import { WatchedCalls } from './watched-calls.ts';

const second = 1_000_000;

function measuresOf(account: StreamLives | WatchedCalls, events: readonly HistoryEvent[]): Record<string, unknown> {
	for (const event of events.toSorted((a, b) => a.at - b.at)) account.take(event);
	const read: Measures = account.measures();
	return Object.fromEntries(
		Object.entries(read).map(([name, { value, atLeast }]) => [name, atLeast ? `≥ ${value}` : value]),
	);
}

/** One caller and so many watched clients, for ten seconds that stand for five minutes. */
function watch(watched: number, more: readonly HistoryEvent[], more2: Partial<PlaceEvent> = {}): HistoryEvent[] {
	return [
		{ is: 'place', at: 0, place: 0, factor: 30, sessions: watched + 1, callers: 1, slow: true, stream: true, ...more2 },
		{ is: 'phase', at: 1 * second, phase: 'measure' },
		{ is: 'phase', at: 11 * second, phase: 'drain' },
		...more,
	];
}

function session(at: number, session: number, change: SessionEvent['change'], why?: SessionEvent['why']): SessionEvent {
	return { is: 'session', at: at * second, session, change, ...(why && { why }) };
}

function cut(at: number, end: CutEvent['end'], lastedMs: number, by = 'idle_timeout'): CutEvent {
	return { is: 'cut', at: at * second, place: 0, by, end, lastedMs, idleMs: lastedMs };
}

const tick: HistoryEvent = { is: 'tick', at: 9 * second, pid: 1, number: 1, to: 3 };
const push = (session: number): HistoryEvent => {
	return { is: 'push', at: 9 * second + 1000, session, method: 'm', key: `s${session}`, number: 1 };
};

test('a stream that nothing cut lived at least as long as it was watched, and was never deaf', () => {
	const found = measuresOf(
		new StreamLives(),
		watch(2, [session(1, 1, 'opened'), session(1, 2, 'opened'), tick, push(1), push(2)]),
	);
	assert.equal(found.streamSurvivedShare, 100);
	assert.equal(found.streamLifeS, '≥ 300', 'ten seconds, thirty times');
	assert.equal(found.deafShare, 0);
	assert.equal(found.reconnectsPerHour, 0);
	assert.equal(found.pushesNotReceivedShare, 0);
});

test('a life counts from its opening to its cut, whoever noticed when; coming back counts with it', () => {
	const events = [
		session(1, 1, 'opened'),
		...[cut(3, 'fin', 2000), session(3.004, 1, 'lost', 'closed'), session(3.1, 1, 'reopened')],
		...[cut(5.1, 'fin', 2000), session(5.104, 1, 'lost', 'closed'), session(5.2, 1, 'reopened')],
	];
	const found = measuresOf(new StreamLives(), watch(1, events));
	assert.equal(found.streamLifeS, 60);
	assert.equal(found.streamsFin, 1, 'the first life decides');
	assert.ok(Math.abs((found.cutNoticedMs as number) - 4) < 0.01);
	assert.equal(found.cutNeverNoticedShare, 0);
	// Two seconds of life and a tenth of one between: 3600 s ÷ 63 s, less what the noticing took.
	assert.ok(Math.abs((found.reconnectsPerHour as number) - 3600 / 62.88) < 0.3, String(found.reconnectsPerHour));
	// Away for 96 ms twice, of ten seconds.
	assert.ok(Math.abs((found.deafShare as number) - 1.92) < 0.05, String(found.deafShare));
});

test('a stream whose opening was held back until the cut did not live, and where none ever opened no push failed to arrive', () => {
	const heldBack = [session(2.99, 1, 'opened'), cut(3, 'fin', 2000), session(3.004, 1, 'lost', 'closed')];
	const found = measuresOf(new StreamLives(), watch(1, heldBack));
	assert.equal(found.streamLifeS, 0);
	assert.equal(found.streamsFin, 1);
	const late = measuresOf(new StreamLives(), watch(1, [tick, push(1)]));
	assert.equal(late.streamsNotOpened, 1);
	assert.equal(late.pushesNotReceivedShare, undefined);
});

test('a limit on the whole counts from the request, which was long before the client called itself open', () => {
	const events = [session(2, 1, 'opened'), cut(4.5, 'rst', 3000, 'max_duration'), session(4.5, 1, 'lost', 'reset')];
	const found = measuresOf(new StreamLives(), watch(1, events));
	assert.equal(found.streamLifeS, 90);
	assert.equal(found.streamsReset, 1);
});

test('a cut without a word is told by the push that did not arrive, and is never noticed', () => {
	const events = [session(1, 1, 'opened'), session(1, 2, 'opened'), cut(3, 'silent', 2000), tick, push(2)];
	const found = measuresOf(new StreamLives(), watch(2, events));
	assert.equal(found.streamsSilent, 1);
	assert.equal(found.streamSurvivedShare, 50);
	assert.equal(found.cutNeverNoticedShare, 100);
	assert.equal(found.pushesNotReceivedShare, 50);
	assert.equal(found.deafShare, 40, 'one of two, for eight of ten seconds');
	assert.equal(found.streamLifeS, 60, 'the shorter of two');
});

test('an open stream on which nothing arrives is deaf; one that never opened, or was refused, is counted as what it is', () => {
	const refused: SessionEvent = { ...session(3, 2, 'open-failed', 'http-status'), status: 504 };
	const found = measuresOf(new StreamLives(), watch(3, [session(1, 1, 'opened'), refused, tick]));
	assert.equal(found.streamsDeaf, 1);
	assert.equal(found.streamsRefused, 1);
	assert.equal(found.streamsNotOpened, 1, 'of the third nothing was ever heard');
	assert.equal(found.streamSurvivedShare, 0);
	assert.equal(found.streamLifeS, 0);
	assert.equal(found.deafShare, 100);
	assert.equal(found.reconnectsPerHour, undefined, 'there was nothing to come back to');
});

test('a stream that nothing cut, watched for less than a limit that others met, counts in neither', () => {
	const late = session(6, 2, 'opened');
	const events = [session(1, 1, 'opened'), late, tick, push(1), push(2)];
	const cutOff = [cut(9, 'fin', 8000), session(9.001, 1, 'lost', 'closed')];
	const found = (limitsMs: readonly number[], more: readonly HistoryEvent[] = []) =>
		measuresOf(new StreamLives(), watch(2, [...events, ...more], { limitsMs }));
	assert.equal(found([8000], cutOff).streamSurvivedShare, 0, 'the late one had five seconds only');
	assert.equal(found([8000], cutOff).streamsFin, 1);
	assert.equal(found([8000]).streamSurvivedShare, 100);
	assert.equal(found([8000]).streamLifeS, '≥ 300', 'of the other');
	assert.equal(found([4000]).streamLifeS, '≥ 150', 'both had the time');
	assert.equal(found([60_000], cutOff).streamSurvivedShare, 50, 'this watch is too short for that anyway');
	const alone = [session(6, 1, 'opened'), tick, push(1)];
	assert.deepEqual(
		measuresOf(new StreamLives(), watch(1, alone, { limitsMs: [8000] })),
		{},
		'of nobody anything is known',
	);
});

test('the first sessions are callers, whose streams are not watched; without a stream there is nothing to say', () => {
	const events = [session(1, 0, 'opened'), session(2, 0, 'lost', 'closed'), session(1, 1, 'opened'), tick, push(1)];
	assert.equal(measuresOf(new StreamLives(), watch(1, events)).streamSurvivedShare, 100);
	assert.deepEqual(measuresOf(new StreamLives(), watch(1, events, { stream: false })), {});
	assert.deepEqual(measuresOf(new StreamLives(), events), {}, 'no watch');
});

test('without a push that had the time to arrive nothing is said of a stream that looks open', () => {
	const silent = [session(1, 1, 'opened'), cut(3, 'silent', 2000)];
	assert.deepEqual(measuresOf(new StreamLives(), watch(1, silent)), {});
	const tooLate: HistoryEvent = { is: 'tick', at: 10.9 * second, pid: 1, number: 1, to: 3 };
	assert.deepEqual(measuresOf(new StreamLives(), watch(1, [...silent, tooLate])), {});
	assert.equal(measuresOf(new StreamLives(), watch(1, [...silent, tick])).streamsSilent, 1);
});

test('long calls are those of the callers; calls after idling those of whoever had a session', () => {
	const call = (session: number, outcome: Outcome, status?: number): HistoryEvent => ({
		...{ is: 'call', callId: `0-${session}`, session, phase: 'measure', outcome, bytesIn: 0, bytesOut: 0 },
		...{ at: 5 * second, dueUs: 1, sentUs: 1, ...(status !== undefined && { status }) },
	});
	const events = [
		...[1, 2, 3].map((n) => session(1, n + 1, 'opened')),
		call(0, { is: 'failed', why: 'http-status' }, 524),
		call(1, { is: 'unknown', why: 'closed' }),
		call(2, { is: 'ok' }),
		call(3, { is: 'unknown', why: 'timeout' }),
		call(5, { is: 'failed', why: 'no-session' }),
	];
	assert.deepEqual(measuresOf(new WatchedCalls(), watch(4, events, { callers: 2 })), {
		longCallOkShare: 0,
		longCallsRefused: 1,
		longCallStatus: 524,
		longCallsCut: 1,
		longCallsHung: 0,
		callsAfterIdleOkShare: 50,
		callsAfterIdleHung: 1,
	});
});

test('a long call that is lost says nothing of a limit where its session took long to open', () => {
	const call = (session: number, at: number, is: 'ok' | 'lost' | 'refused'): HistoryEvent => ({
		...{ is: 'call', callId: `0-${session}`, session, phase: 'measure', bytesIn: 0, bytesOut: 0, at: at * second },
		...{ dueUs: 1, sentUs: 1, outcome: is === 'ok' ? { is } : { is: 'unknown', why: 'closed' } },
		...(is === 'refused' && { outcome: { is: 'failed', why: 'http-status' }, status: 504 }),
	});
	const opens = (n: number, tookS: number): HistoryEvent[] => [
		{ is: 'connect', at: second, session: n, ok: true },
		{ is: 'connect', at: (1 + tookS / 2) * second, session: n, ok: true },
		session(1 + tookS, n, 'opened'),
	];
	const found = (...calls: [tookS: number, is: 'ok' | 'lost' | 'refused'][]) => {
		const events = calls.flatMap(([tookS, is], n) => [...opens(n, tookS), call(n, 5, is)]);
		return measuresOf(new WatchedCalls(), watch(1, events, { callers: calls.length })).longCallOkShare;
	};
	assert.equal(found([0.1, 'ok'], [0.1, 'lost']), 50);
	assert.equal(found([0.1, 'ok'], [0.5, 'lost']), 100);
	assert.equal(found([0.5, 'refused'], [0.5, 'ok']), 50, 'these were answers');
	assert.equal(found([0.5, 'lost']), undefined);
});
