import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import { measuresOf, readFacts } from '../facts.ts';
import { Deliveries } from './deliveries.ts';
import { settleUs } from './push-fates.ts';

/** The measured phase: a second of silence, then pushes, which count from a little later on. */
const fromUs = 1_000_000;
const begunUs = 2_000_000;
const countedUs = 2_100_000;

interface Trial {
	readonly pollMs?: number;
	readonly toUs?: number;
	readonly events: readonly HistoryEvent[];
}

function history({ pollMs, toUs = 9_000_000, events }: Trial): HistoryEvent[] {
	const head: HistoryEvent[] = [
		{ is: 'listen', at: 0, sessions: 2, ...(pollMs !== undefined && { pollMs }) },
		...[0, 1].map((session): HistoryEvent => ({ is: 'session', at: 1, session, change: 'opened' })),
		{ is: 'phase', at: fromUs, phase: 'measure' },
		{ is: 'pushes', at: begunUs, change: 'begun' },
		{ is: 'pushes', at: countedUs, change: 'counted' },
	];
	const all = [...head, ...events, { is: 'phase', at: toUs, phase: 'drain' } as const];
	return all.toSorted((a, b) => a.at - b.at);
}

function valuesOf(trial: Trial): Record<string, number> {
	const account = new Deliveries();
	for (const event of history(trial)) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, { value }]) => [name, value]));
}

/** A push at this instant, whose ledger takes 50 µs, and whose fan-out 200 µs. */
function pushed(number: number, at: number, keys: readonly string[] = ['a', 'b']): HistoryEvent[] {
	return [
		...keys.map((key): HistoryEvent => ({ is: 'emitted', at, pid: 1, key, number })),
		{ is: 'tick', at, pid: 1, number, to: keys.length },
		{ is: 'sent', at: at + 50, pid: 1, number, toUs: at + 250, bookUs: 50 },
	];
}

const told = (number: number, session: number, at: number): HistoryEvent => ({
	is: 'push',
	...{ at, session, method: 'm', key: session === 0 ? 'a' : 'b', number },
});

const fetched = (number: number, session: number, at: number): HistoryEvent => ({
	is: 'push',
	...{ at, session, method: 'tools/call', number, polled: true },
});

test('latency counts from after the ledger; a second arrival is none; the trail from the end of the fan-out', () => {
	const at = 3_000_000;
	const events = [...pushed(7, at), told(7, 0, at + 150), told(7, 1, at + 350), told(7, 1, at + 900_000)];
	const values = valuesOf({ events });
	assert.deepEqual(
		[values.pushP50Us, values.pushMaxUs, values.fanOutUs, values.pushTrailUs],
		[100, 300, 200, 900_000 - 250],
	);
});

test('what was pushed so late that it may still be under way is not judged: half a second, and an interval of polls', () => {
	const toUs = 9_000_000;
	for (const [pollMs, waitUs] of [
		[undefined, settleUs],
		[1000, settleUs + 1_000_000],
	] as const) {
		const arrived = (number: number, at: number): HistoryEvent[] => [
			...pushed(number, at),
			pollMs === undefined ? told(number, 0, at + 1050) : fetched(number, 0, at + 1050),
		];
		const more = pollMs === undefined ? {} : { pollMs };
		const late = toUs - waitUs - 50;
		assert.equal(valuesOf({ ...more, toUs, events: arrived(1, late) }).pushP50Us, 1000);
		assert.equal(valuesOf({ ...more, toUs, events: arrived(1, late + 1) }).pushP50Us, undefined);
	}
});

test('polls: what nobody fetched is lost, what came twice is doubled, and what came after a later one is out of order', () => {
	const events = [
		...[1, 2, 3].flatMap((number) => pushed(number, countedUs + number * 1000, [])),
		...[1, 2, 3].map((number) => fetched(number, 0, begunUs + 500_000)),
		fetched(3, 0, begunUs + 600_000),
		fetched(2, 1, begunUs + 600_000),
		fetched(1, 1, begunUs + 700_000),
	];
	const values = valuesOf({ pollMs: 1000, events });
	assert.deepEqual(
		[values.pushesReceived, values.pushesLost, values.pushesDoubled, values.pushesOutOfOrder],
		[5, 1, 1, 1],
	);
});

const cpu = (at: number, cpuUs: number): HistoryEvent => ({
	is: 'gauge',
	at,
	role: 'target',
	pid: 1,
	values: { cpuUs },
});
const traffic = (at: number, bytesIn: number, bytesOut: number): HistoryEvent => ({
	is: 'traffic',
	...{ at, worker: 0, bytesIn, bytesOut },
});
const poll = (at: number): HistoryEvent => ({
	is: 'call',
	...{ at, callId: '0-1', session: 0, phase: 'measure', dueUs: at - 5, sentUs: at - 4, outcome: { is: 'ok' } },
	...{ bytesIn: 1, bytesOut: 1 },
});

test('a stream’s bill: idle over clients and hours, pushes over arrivals, without what the ledger took', () => {
	const events = [
		...[cpu(fromUs, 500), cpu(begunUs - 1, 2500), cpu(countedUs - 1, 9500), cpu(8_000_000, 11_050)],
		// Idle streams carry nothing at all: the second word is the first again.
		...[traffic(fromUs, 70, 30), traffic(begunUs, 70, 30), traffic(countedUs, 370, 30), traffic(8_500_000, 700, 100)],
		// What came before it counted.
		...[...pushed(9, begunUs + 10), told(9, 0, begunUs + 500)],
		...pushed(1, 3_000_000),
		...[told(1, 0, 3_000_500), told(1, 1, 3_000_600)],
	];
	const { idleCpuMsPerClientHour, idleKbPerClientHour, cpuMsPer1000Pushes, bytesPerPush, ...rest } = valuesOf({
		events,
	});
	// 2 ms in a second for two clients are 3.6 s in an hour for each.
	assert.deepEqual([idleCpuMsPerClientHour, idleKbPerClientHour], [3600, 0]);
	assert.deepEqual([cpuMsPer1000Pushes, bytesPerPush], [750, 200]);
	assert.equal(rest.cpuUsPerIdlePoll, undefined);
});

test('a bill of polls: those that brought nothing cost what they cost when idle, the others the rest', () => {
	const events = [
		...[cpu(fromUs, 0), cpu(begunUs - 1, 100), cpu(countedUs - 1, 400), cpu(8_000_000, 400 + 3 * 50 + 80 + 50)],
		...[
			traffic(fromUs, 0, 0),
			traffic(begunUs, 1024, 1024),
			traffic(countedUs, 2024, 1024),
			traffic(8_500_000, 6000, 1048),
		],
		...[poll(fromUs + 10), poll(fromUs + 20), poll(begunUs + 20)],
		...pushed(1, 3_000_000, []),
		...pushed(2, 3_000_100, []),
		...[fetched(1, 0, 3_400_000), fetched(2, 0, 3_400_000), poll(3_400_001)],
		...[poll(4_000_000), poll(5_000_000), poll(6_000_000)],
	];
	const values = valuesOf({ pollMs: 1000, events });
	// Two ledgers of 50 µs each are off.
	assert.deepEqual(
		[values.cpuUsPerIdlePoll, values.cpuUsPerFullPoll, values.pushesPerFullPoll, values.cpuMsPer1000Pushes],
		[50, 30, 2, 90],
	);
	assert.equal(values.idleKbPerClientHour, 3600);
	assert.equal(values.bytesPerPush, (4000 - 24 + 24) / 2);
});

test('a push to one client of many is missed by nobody, and a poll is no call that a ledger should hold', async () => {
	const at = 3_000_000;
	const chosen: HistoryEvent[] = [
		{ is: 'emitted', at, pid: 1, key: 'a', number: 1 },
		{ is: 'tick', at, pid: 1, number: 1, to: 1, chosen: true },
		told(1, 0, at + 100),
	];
	const read = (events: readonly HistoryEvent[]) =>
		readFacts(
			(async function* () {
				yield* events;
			})(),
		);
	const { pushesMissed, pushesReceived } = measuresOf(await read(history({ events: chosen })));
	assert.deepEqual([pushesMissed?.value, pushesReceived?.value], [0, 1]);
	const polled = await read(history({ pollMs: 1000, events: [...pushed(1, at, []), poll(at + 100)] }));
	assert.equal(measuresOf(polled).callsNotRun, undefined);
	assert.equal(polled.ledger.unwritten, 0);
});

test('a trial that is about something else has none of these measures', () => {
	const account = new Deliveries();
	for (const event of history({ events: pushed(1, 3_000_000) }).slice(1)) account.take(event);
	assert.deepEqual(account.measures(), {});
	assert.deepEqual(account.curve(), []);
});

test('repeats are joined into one curve', () => {
	const repeat = (us: number): Deliveries => {
		const account = new Deliveries();
		const many = Array.from({ length: 10 }, (_, n) => [
			...pushed(n, 3_000_000 + n * 1000),
			told(n, 0, 3_000_050 + n * 1000 + us),
		]);
		for (const event of history({ events: many.flat() })) account.take(event);
		return account;
	};
	const all = new Deliveries();
	for (const us of [100, 900]) all.merge(repeat(us));
	const points = all.curve();
	assert.equal(points[0]?.us, 100);
	assert.equal(points.at(-1)?.us, 900);
});
