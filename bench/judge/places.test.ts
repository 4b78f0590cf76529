import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../model/history.ts';
import { ok } from '../model/session.ts';
import { measuresOf, readFacts, readPlaces } from './facts.ts';
import { Places } from './places.ts';

async function* history(events: readonly HistoryEvent[]): AsyncGenerator<HistoryEvent> {
	yield* events;
}

function call(callId: string, session: number, at: number, outcome: 'ok' | 'lost' = 'ok'): HistoryEvent {
	const ended = outcome === 'ok' ? ok : ({ is: 'unknown', why: 'closed' } as const);
	const when = { at, dueUs: at - 1000, sentUs: at - 1000 };
	return { is: 'call', callId, session, phase: 'measure', outcome: ended, bytesIn: 1, bytesOut: 1, ...when };
}

const measured: HistoryEvent = { is: 'phase', at: 0, phase: 'measure' };
const drained: HistoryEvent = { is: 'phase', at: 9_000_000, phase: 'drain' };

test('each place is given its own sessions and calls, numbered as if it had been alone', () => {
	const places = new Places(3);
	assert.deepEqual(places.route(call('0-7', 10, 5000)), [{ places: [1], event: call('0-2', 3, 5000) }]);
	const lost = { is: 'session', at: 1, session: 5, change: 'lost', why: 'closed' } as const;
	assert.deepEqual(places.route(lost), [{ places: [2], event: { ...lost, session: 1 } }]);
	const cut = { is: 'cut', at: 1, place: 2, by: 'idle_timeout', end: 'fin', lastedMs: 1, idleMs: 1 } as const;
	assert.deepEqual(places.route(cut), [{ places: [2], event: { ...cut, place: 0 } }]);
	assert.deepEqual(places.route(measured), [{ places: undefined, event: measured }]);
});

test('what a server ran joins the calls of its place, and what it pushed the place that heard of the session', async () => {
	const ran = (callId: string): HistoryEvent => ({ is: 'ran', at: 900, pid: 1, callId, stage: 'done' });
	const emitted = (key: string, at: number): HistoryEvent => ({ is: 'emitted', at, pid: 1, key, number: at });
	const tick = (at: number): HistoryEvent => ({ is: 'tick', at, pid: 1, number: at, to: 2 });
	const opened = (session: number): HistoryEvent => ({ is: 'session', at: -10, session, change: 'opened' });
	const push = (session: number, key: string, number: number): HistoryEvent => {
		return { is: 'push', at: number + 50, session, method: 'm', key, number };
	};
	// Place 0 hears everything; place 1 hears its first push only, long after it was emitted.
	const facts = await readPlaces(
		history([
			opened(0),
			opened(1),
			measured,
			...[ran('0-0'), call('0-0', 0, 1000), ran('0-1'), call('0-1', 1, 1100, 'lost')],
			...[emitted('a', 2000), emitted('b', 2000), tick(2000), push(0, 'a', 2000)],
			...[emitted('a', 3000), emitted('b', 3000), tick(3000), push(0, 'a', 3000), push(1, 'b', 2000)],
			drained,
		]),
		2,
	);
	const [first, second] = facts.map(measuresOf);
	assert.deepEqual([first?.callsOk?.value, second?.callsOk?.value], [1, 0]);
	assert.deepEqual([first?.callsUnanswered?.value, second?.callsUnanswered?.value], [0, 1]);
	assert.deepEqual([first?.pushesReceived?.value, second?.pushesReceived?.value], [2, 1]);
	assert.deepEqual([first?.pushesLost?.value, second?.pushesLost?.value], [0, 1]);
	assert.deepEqual([first?.pushesNotReceivedShare?.value, second?.pushesNotReceivedShare?.value], [0, 50]);
});

test('a process that serves some of the places says nothing of the others', () => {
	const places = new Places(4);
	places.route({ is: 'process', at: 0, role: 'target', pid: 7, change: 'ready', places: [1, 3] });
	const tick: HistoryEvent = { is: 'tick', at: 1, pid: 7, number: 1 };
	assert.deepEqual(places.route(tick), [{ places: [1, 3], event: tick }]);
	const other: HistoryEvent = { is: 'tick', at: 1, pid: 8, number: 1 };
	assert.deepEqual(places.route(other), [{ places: undefined, event: other }]);
	places.route({ is: 'process', at: 0, role: 'target', pid: 9, change: 'ready', places: [2] });
	const emitted: HistoryEvent = { is: 'emitted', at: 1, pid: 9, key: 'never heard of', number: 1 };
	assert.deepEqual(places.route(emitted), [{ places: [2], event: emitted }], 'it can only be that place’s');
});

test('a history of one place is read as any other', async () => {
	const events = [measured, call('0-0', 0, 1000), call('0-1', 1, 2000, 'lost'), drained];
	const [one] = await readPlaces(history(events), 1);
	assert.ok(one);
	assert.deepEqual(measuresOf(one), measuresOf(await readFacts(history(events))));
});
