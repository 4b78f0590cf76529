import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Outcome, ok, outcomeOf } from '../../model/session.ts';
import { Balancing } from './balancing.ts';

const bad = outcomeOf('session-unknown');
const fault = { kind: 'crash', restartAfterMs: 5000, instance: 1 } as const;

const ready = (...pids: number[]): HistoryEvent[] => [
	{ is: 'phase', at: 0, phase: 'start' },
	...pids.map((pid): HistoryEvent => ({ is: 'process', at: 1, role: 'target', pid, change: 'ready' })),
	{ is: 'phase', at: 2, phase: 'open' },
];
const session = (at: number, n: number, change: SessionEvent['change']): HistoryEvent => ({
	is: 'session',
	at,
	session: n,
	change,
});
/** In seconds; `dueS` by default when it ended. */
function call(atS: number, n: number, outcome: Outcome, { dueS = atS, phase = 'measure' as const } = {}): HistoryEvent {
	const at = atS * 1e6;
	return {
		is: 'call',
		at,
		callId: `0-${at}`,
		session: n,
		phase,
		dueUs: dueS * 1e6,
		sentUs: at,
		outcome,
		bytesIn: 1,
		bytesOut: 1,
	};
}
const ran = (pid: number, times: number): HistoryEvent[] =>
	Array.from({ length: times }, (_, n) => ({ is: 'ran', at: 3, pid, callId: `0-${n}`, stage: 'done' }));
const death = (atS: number, change: 'applied' | 'healed'): HistoryEvent => ({
	is: 'fault',
	at: atS * 1e6,
	fault,
	change,
});

function measuresOf(...events: readonly HistoryEvent[]): Record<string, number> {
	const account = new Balancing();
	for (const event of events) account.take(event);
	const measures: Measures = account.measures();
	return Object.fromEntries(Object.entries(measures).map(([name, { value }]) => [name, Math.round(value * 10) / 10]));
}

test('the first opening and the first call of a client count, whatever follows', () => {
	const { firstTryShare } = measuresOf(
		...ready(1, 2, 3),
		session(3, 0, 'opened'),
		call(0.1, 0, ok),
		session(3, 1, 'open-failed'),
		session(4, 1, 'opened'),
		call(0.2, 1, ok),
		session(3, 2, 'opened'),
		call(0.3, 2, bad),
		call(0.4, 2, ok),
		session(3, 3, 'opened'),
		call(0.1, 3, ok),
		call(0.5, 3, bad),
	);
	assert.equal(firstTryShare, 50);
});

test('imbalance: 1 is even, the number of processes is all on one; what ran after the death does not count', () => {
	const of = (...events: HistoryEvent[]) => measuresOf(...ready(1, 2, 3), ...events).imbalance;
	assert.equal(of(...ran(1, 10), ...ran(2, 10), ...ran(3, 10)), 1);
	assert.equal(of(...ran(2, 30)), 3);
	assert.equal(of(...ran(1, 20), ...ran(2, 10)), 2);
	assert.equal(of(...ran(1, 9), ...ran(2, 9), death(1, 'applied'), ...ran(1, 99)), 1.5);
	assert.equal(of(), undefined, 'without a ledger nothing is known');
});

test('what the death of a process costs: calls under way, calls while it is dead, sessions, and how long it lasts', () => {
	const found = (third: typeof ok | typeof bad) =>
		measuresOf(
			...ready(1, 2, 3),
			...[0, 1, 2, 3].map((n) => session(3, n, 'opened')),
			call(1, 0, ok),
			call(1, 1, ok),
			call(1, 2, third),
			call(1, 3, ok),
			death(2, 'applied'),
			call(2.1, 1, bad, { dueS: 1.9 }),
			{ is: 'process', at: 2_150_000, role: 'target', pid: 2, change: 'exited' },
			session(2_100_000, 1, 'lost'),
			call(2.2, 0, ok),
			call(2.3, 2, ok),
			call(2.4, 3, ok, { dueS: 1.95 }),
			call(3.4, 3, ok),
			call(4, 1, ok),
			call(4.5, 1, bad),
			death(6, 'healed'),
			session(6_100_000, 0, 'lost'),
			call(6.2, 0, bad),
		);
	const always = { callsNotOkAfter: 2, callsCutAfter: 1, servedAfterShare: 100, failover99Ms: 2000 };
	const harm = { okAfterShare: 71.4, lostAfterShare: 25 };
	assert.deepEqual(found(ok), { firstTryShare: 100, okBeforeShare: 100, ...always, ...harm });
	assert.deepEqual(
		found(bad),
		{ firstTryShare: 75, okBeforeShare: 75, ...always },
		'who was not served has nothing to lose',
	);
});

test('whom nobody serves while a process is dead leaves the time to 99 % open', () => {
	const { servedAfterShare, failover99Ms } = measuresOf(
		...ready(1, 2),
		session(3, 0, 'opened'),
		session(3, 1, 'opened'),
		death(1, 'applied'),
		call(1.5, 0, ok),
		call(1.5, 1, bad),
		death(3, 'healed'),
		call(3.5, 1, ok),
	);
	assert.deepEqual([servedAfterShare, failover99Ms], [50, undefined]);
});

test('one process has nothing to be balanced, and a crash of all is no death of one', () => {
	assert.deepEqual(measuresOf(...ready(1), session(3, 0, 'opened'), call(1, 0, ok), ...ran(1, 3)), {});
	const all = { is: 'fault', at: 5, fault: { kind: 'crash', restartAfterMs: 1 }, change: 'applied' } as const;
	const found = measuresOf(...ready(1, 2), session(3, 0, 'opened'), call(1, 0, ok), all, call(2, 0, bad));
	assert.deepEqual(found, { firstTryShare: 100 });
});
