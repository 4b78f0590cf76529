import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent, HistoryEvent, Phase } from '../../model/history.ts';
import { type Failure, type Outcome, ok, outcomeOf } from '../../model/session.ts';
import { type Random, seededRandom, shuffled } from '../../random.ts';
import { Ledger } from './ledger.ts';
import { settleUs } from './push-fates.ts';

const from: HistoryEvent = { is: 'phase', at: 0, phase: 'measure' };
const toUs = 60_000_000;
const to: HistoryEvent = { is: 'phase', at: toUs, phase: 'drain' };

function valuesOf(events: readonly HistoryEvent[]): Record<string, number> {
	const account = new Ledger();
	for (const event of events) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, { value }]) => [name, value]));
}

interface CallOptions {
	readonly phase?: Phase;
	readonly sentUs?: number;
	readonly at?: number;
}

function call(
	callId: string,
	outcome: Outcome = ok,
	{ phase = 'measure', sentUs = 100, at = 200 }: CallOptions = {},
): CallEvent {
	return { is: 'call', at, callId, session: 0, phase, dueUs: sentUs, sentUs, outcome, bytesIn: 1, bytesOut: 1 };
}

const ran = (callId: string, stage: 'begun' | 'done' = 'done', pid = 1): HistoryEvent => ({
	is: 'ran',
	at: 150,
	pid,
	callId,
	stage,
});

test('each class has its calls, and each call its class', () => {
	const values = valuesOf([
		from,
		ran('0-0'),
		call('0-0'),
		call('0-1', outcomeOf('refused')),
		call('0-2', outcomeOf('closed')),
		ran('0-3'),
		call('0-3', outcomeOf('timeout')),
		ran('0-4', 'begun'),
		call('0-4', outcomeOf('reset')),
		ran('1-0', 'begun'),
		ran('1-0', 'done'),
		call('1-0', outcomeOf('wrong-answer')),
		ran('1-1', 'begun', 1),
		ran('1-1', 'begun', 2),
		ran('1-1', 'done', 2),
		call('1-1'),
		// After the client had given it up.
		call('1-2', outcomeOf('timeout')),
		ran('1-2'),
		// Not of the measured phase.
		ran('1-3'),
		call('1-3', outcomeOf('timeout'), { phase: 'warm' }),
		// A text that was none of the swarm's.
		ran('hello'),
		ran('-5'),
		to,
	]);
	const { callsResent, answersDoubled, answersLate, ...classes } = values;
	assert.deepEqual(classes, {
		callsNotRun: 1,
		callsNeverArrived: 1,
		callsUnanswered: 3,
		callsCutShort: 1,
		callsRunTwice: 1,
		callsAnsweredWrong: 1,
		callsUnsettled: 0,
	});
	assert.deepEqual([callsResent, answersDoubled, answersLate], [0, 0, 0]);
});

const failures: readonly Failure[] = [
	'refused',
	'http-status',
	'session-unknown',
	'closed',
	'timeout',
	'rpc-error',
	'wrong-answer',
];

/** Calls of several workers with any outcome, run any number of times; how many were answered is known. */
function randomHistory(random: Random): { events: HistoryEvent[]; calls: number; answered: number } {
	const events: HistoryEvent[] = [{ is: 'tick', at: 1, pid: 1, number: 1 }];
	let answered = 0;
	const calls = 1 + random.below(400);
	for (let n = 0; n < calls; n++) {
		const id = `${random.below(2) * 3}-${n}`;
		const why = failures[random.below(2 * failures.length)];
		if (why === undefined) answered++;
		const isRun = why === undefined ? 1 : random.below(4);
		for (let run = 0; run < isRun; run++) {
			if (random.below(2) === 0) events.push(ran(id, 'begun', run));
			if (random.below(3) > 0 || why === undefined) events.push(ran(id, 'done', run));
		}
		events.push(call(id, why === undefined ? ok : outcomeOf(why)));
	}
	return { events: shuffled(events, random), calls, answered };
}

test('whatever happens, the classes sum to the calls, in whatever order it is told', () => {
	for (let seed = 1; seed <= 200; seed++) {
		const random = seededRandom(seed);
		const { events, calls, answered } = randomHistory(random);
		const values = valuesOf([from, ...events, to]);
		const { callsNotRun = 0, callsNeverArrived = 0, callsUnanswered = 0, callsAnsweredWrong = 0 } = values;
		const sum = answered + callsNotRun + callsNeverArrived + callsUnanswered + callsAnsweredWrong;
		assert.equal(sum, calls, `seed ${seed}`);
		assert.ok((values.callsCutShort ?? 0) <= callsUnanswered);
		assert.deepEqual(values, valuesOf([from, ...shuffled(events, random), to]), `another order of seed ${seed}`);
	}
});

test('without a ledger a call whose outcome its client does not know stays unsettled, and nothing else is said', () => {
	const calls = [call('0-0'), call('0-1', outcomeOf('closed')), call('0-2', outcomeOf('refused'))];
	assert.deepEqual(valuesOf([from, ...calls, to]), { callsUnsettled: 1 });
	assert.deepEqual(valuesOf([from, to]), {});
});

test('in flight is what was sent before the fault and not over by then', () => {
	const fault = { kind: 'crash', restartAfterMs: 1 } as const;
	const values = valuesOf([
		from,
		call('0-0', outcomeOf('closed'), { sentUs: 10, at: 900 }),
		{ is: 'fault', at: 1000, fault, change: 'applied' },
		call('0-1', outcomeOf('closed'), { sentUs: 900, at: 1100 }),
		call('0-2', ok, { sentUs: 900, at: 1100 }),
		call('0-3', outcomeOf('refused'), { sentUs: 1001, at: 1200 }),
		{ is: 'fault', at: 2000, fault, change: 'healed' },
		call('0-4', outcomeOf('timeout'), { sentUs: 2100, at: 2200 }),
		{ is: 'resent', at: 2300, callId: '0-1', session: 0 },
		{ is: 'stray', at: 2400, session: 0, kind: 'late' },
		{ is: 'stray', at: 2500, session: 0, kind: 'doubled' },
		{ is: 'stray', at: 2600, session: 0 },
		to,
	]);
	const { callsInFlightLost, callsResent, answersLate, answersDoubled } = values;
	assert.deepEqual([callsInFlightLost, callsResent, answersLate, answersDoubled], [1, 1, 1, 1]);
});

test('an answered call that the ledger does not hold is told apart: such a ledger has holes', () => {
	const account = new Ledger();
	for (const event of [from, ran('0-0'), call('0-0'), call('0-1'), to]) account.take(event);
	account.measures();
	assert.equal(account.unwritten, 1);
});

const opened = (session: number, at = 0): HistoryEvent => ({ is: 'session', at, session, change: 'opened' });
const tick = (number: number, at = number * 1e6, pid = 1): HistoryEvent => ({ is: 'tick', at, pid, number });
const emitted = (key: string, number: number): HistoryEvent => ({
	is: 'emitted',
	at: number * 1e6,
	pid: 1,
	key,
	number,
});
const push = (session: number, key: string, number: number): HistoryEvent => ({
	is: 'push',
	at: number * 1e6 + 300,
	session,
	method: 'notifications/tools/list_changed',
	key,
	number,
});

function pushesOf(...events: HistoryEvent[]): (number | undefined)[] {
	const values = valuesOf([from, ...events, to]);
	const { pushesReceived, pushesLost, pushesMissed, pushesDoubled, pushesOutOfOrder } = values;
	return [pushesReceived, pushesLost, pushesMissed, pushesDoubled, pushesOutOfOrder];
}

test('pushes: received, lost, missed, doubled and out of order', () => {
	const ticks = [1, 2, 3, 4, 5].map((number) => tick(number));
	const all = [1, 2, 3, 4, 5];
	const both = all.flatMap((number) => [emitted('a', number), emitted('b', number)]);
	const heard = all.flatMap((number) => [push(0, 'a', number), push(1, 'b', number)]);
	assert.deepEqual(pushesOf(opened(0), opened(1), ...ticks, ...both, ...heard), [10, 0, 0, 0, 0]);
	const without = (at: number) => heard.filter((_, n) => n !== at);
	assert.deepEqual(pushesOf(opened(0), opened(1), ...ticks, ...both, ...without(4)), [9, 1, 0, 0, 0], 'lost');
	const fewer = both.filter((event) => event.is !== 'emitted' || event.key !== 'a' || event.number < 4);
	const unheard = heard.filter((event) => event.is !== 'push' || event.key !== 'a' || (event.number ?? 0) < 4);
	assert.deepEqual(pushesOf(opened(0), opened(1), ...ticks, ...fewer, ...unheard), [8, 0, 2, 0, 0], 'missed');
	assert.deepEqual(pushesOf(opened(0), opened(1), ...ticks, ...both, ...heard, push(0, 'a', 2)), [10, 0, 0, 1, 0]);
	const [first, second, ...rest] = heard.filter((event) => event.is === 'push' && event.key === 'a');
	const others = heard.filter((event) => event.is === 'push' && event.key === 'b');
	const swapped = [second, first, ...rest].filter((event) => event !== undefined);
	assert.deepEqual(pushesOf(opened(0), opened(1), ...ticks, ...both, ...others, ...swapped), [10, 0, 0, 0, 1]);
});

test('pushes: only of the measured phase, and of those only which had time to arrive', () => {
	const early: HistoryEvent = { is: 'tick', at: -1, pid: 1, number: 0 };
	const late = tick(60, toUs - settleUs + 1);
	const events = [early, tick(1), late].flatMap((each) => {
		const number = each.is === 'tick' ? each.number : 0;
		return [emitted('a', number), each];
	});
	assert.deepEqual(pushesOf(opened(0), ...events), [0, 1, 0, 0, 0]);
	assert.deepEqual(
		pushesOf(opened(0, 1_500_000), tick(1), tick(2), emitted('x', 2)),
		[0, 1, 0, 0, 0],
		'not before it came',
	);
});

test('pushes: what two processes number alike is one push to a client', () => {
	const events = [tick(1, 1_000_000, 1), tick(1, 1_000_400, 2), emitted('a', 1), push(0, 'a', 1)];
	assert.deepEqual(pushesOf(opened(0), ...events), [1, 0, 0, 0, 0]);
});

test('pushes: a session that nobody ever heard of is its client’s all the same: what was lost on it was not missed too', () => {
	const events = [tick(1), tick(2), emitted('a', 1), push(0, 'a', 1), emitted('stranger', 2)];
	assert.deepEqual(pushesOf(opened(0), ...events), [1, 1, 0, 0, 0]);
});

test('pushes: of a target that never emitted one nothing is said', () => {
	assert.deepEqual(valuesOf([from, opened(0), tick(1), tick(2), to]), {});
	assert.equal(valuesOf([from, opened(0), tick(1), ran('0-0'), call('0-0'), to]).pushesMissed, undefined);
});
