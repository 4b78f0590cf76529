import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantRate } from '../model/load.ts';
import { measureEmptyTurnUs } from './empty-turn.ts';
import { arrivals } from './pacer.ts';
import { leastEmptyTurnUs, runSchedule, type Waiter } from './schedule.ts';

/** Time that passes only when somebody waits: a turn of the loop costs `turnUs`. */
function virtualTime(turnUs: number) {
	let nowUs = 0;
	const queue: { atUs: number; run: () => void }[] = [];
	const waiter: Waiter = {
		soon: (run) => queue.push({ atUs: nowUs + turnUs, run }),
		after: (ms, run) => queue.push({ atUs: nowUs + ms * 1000, run }),
	};
	const run = () => {
		for (let next = queue.shift(); next; next = queue.shift()) {
			nowUs = Math.max(nowUs, next.atUs);
			next.run();
		}
	};
	return {
		clock: () => nowUs,
		waiter,
		run,
		advance: (us: number) => {
			nowUs += us;
		},
	};
}

const load = { kind: 'open', sessions: 1, rate: constantRate(100, 1000), arrivals: 'constant' } as const;
const alone = { worker: 0, workers: 1 };
const never = new AbortController().signal;

test('every arrival starts at its due instant, never before', () => {
	const time = virtualTime(5);
	const lags: number[] = [];
	void runSchedule(arrivals(load, 1, alone), ({ dueUs }) => lags.push(time.clock() - dueUs), time.clock, never, {
		waiter: time.waiter,
	});
	time.run();
	assert.equal(lags.length, 100);
	assert.ok(
		lags.every((lag) => lag >= 0 && lag <= 5),
		`lags: ${Math.max(...lags)}`,
	);
});

test('a stall delays arrivals but loses none, and they keep their due instants', () => {
	const time = virtualTime(5);
	const started: { dueUs: number; atUs: number }[] = [];
	let stalled = false;
	const start = ({ dueUs }: { dueUs: number }) => {
		started.push({ dueUs, atUs: time.clock() });
		if (!stalled && dueUs >= 300_000) {
			stalled = true;
			time.advance(400_000);
		}
	};
	void runSchedule(arrivals(load, 1, alone), start, time.clock, never, { waiter: time.waiter });
	time.run();
	assert.equal(started.length, 100);
	assert.deepEqual(
		started.map(({ dueUs }) => dueUs),
		Array.from({ length: 100 }, (_, n) => n * 10_000),
	);
	assert.equal(
		started.filter(({ dueUs, atUs }) => atUs - dueUs > 5).length,
		39,
		'those due within the 400 ms stall were late',
	);
});

test('an abort ends the schedule', async () => {
	const time = virtualTime(5);
	const stop = new AbortController();
	let started = 0;
	const done = runSchedule(
		arrivals(load, 1, alone),
		() => {
			if (++started === 10) stop.abort();
		},
		time.clock,
		stop.signal,
		{ waiter: time.waiter },
	);
	time.run();
	await done;
	assert.equal(started, 10);
});

test('turns that only wait are told from turns with work in them: time and number', async () => {
	const turnUs = 5;
	const time = virtualTime(turnUs);
	const spin = { turns: 0, us: 0 };
	const workUs = 200;
	const start = () => {
		// An answer that arrives while the loop waits for the next call.
		time.waiter.soon(() => time.advance(workUs));
		time.advance(100);
	};
	const dense = { ...load, rate: constantRate(1000, 1000) };
	const done = runSchedule(arrivals(dense, 1, alone), start, time.clock, never, { waiter: time.waiter, spin });
	time.run();
	await done;
	// Of each of the 999 gaps of 1000 µs, 100 are spent in the call, 205 in the turn with the answer; the rest is waiting.
	const waitedUs = 999 * (1000 - 100 - workUs);
	assert.ok(Math.abs(spin.us / waitedUs - 1) < 0.02, `${spin.us} of ${waitedUs}`);
	assert.equal(spin.us, spin.turns * turnUs);
});

test('the turn after a call was started is never empty: its microtasks run in it', async () => {
	const time = virtualTime(1);
	const spin = { turns: 0, us: 0 };
	const dense = { ...load, rate: constantRate(1000, 1000) };
	const start = () => time.advance(50);
	const done = runSchedule(arrivals(dense, 1, alone), start, time.clock, never, { waiter: time.waiter, spin });
	time.run();
	await done;
	assert.equal(spin.us, 999 * (1000 - 50 - 1), 'of each gap all but the call and the turn after it');
});

test('a loop that is never done with its work never spins; one that sleeps does not spin meanwhile', async () => {
	const busy = virtualTime(leastEmptyTurnUs + 1);
	const spin = { turns: 0, us: 0 };
	const always = runSchedule(arrivals(load, 1, alone), () => {}, busy.clock, never, { waiter: busy.waiter, spin });
	busy.run();
	await always;
	assert.deepEqual(spin, { turns: 0, us: 0 });
	const idle = virtualTime(1);
	const seldom = { ...load, rate: constantRate(1, 10_000) };
	const slept = runSchedule(arrivals(seldom, 1, alone), () => {}, idle.clock, never, { waiter: idle.waiter, spin });
	idle.run();
	await slept;
	assert.ok(spin.us > 0 && spin.us <= 9 * 2500, `${spin.us} µs of 9 s`);
});

/** What is measured on a machine whose turns take so long, of which every nth is disturbed by something else. */
async function measuredOn(turnUs: number, everyNth = Number.POSITIVE_INFINITY): Promise<number> {
	const time = virtualTime(turnUs);
	let turns = 0;
	const soon = (run: () => void) =>
		time.waiter.soon(() => {
			if (++turns % everyNth === 0) time.advance(4000);
			run();
		});
	let isOver = false;
	const measuring = measureEmptyTurnUs(time.clock, { ...time.waiter, soon }).finally(() => {
		isOver = true;
	});
	while (!isOver) {
		time.run();
		await Promise.resolve();
	}
	return measuring;
}

test('up to how long a turn is empty follows from the machine, within bounds, whatever else runs on it', async () => {
	assert.equal(await measuredOn(1), leastEmptyTurnUs, 'on a fast machine as ever');
	assert.equal(await measuredOn(8), 24);
	assert.equal(await measuredOn(8, 30), 24, 'others had the core now and then');
	assert.equal(await measuredOn(50), 40, 'what takes so long may be work');
	const spin = { turns: 0, us: 0 };
	const slow = virtualTime(12);
	const options = { waiter: slow.waiter, spin, emptyTurnUs: await measuredOn(12) };
	const done = runSchedule(arrivals(load, 1, alone), () => {}, slow.clock, never, options);
	slow.run();
	await done;
	assert.ok(spin.us > 99 * 1000, 'the turns of a slow machine are told from work');
});

test('a schedule that need not be exact looks at the clock once for an arrival, and is late by no more than a timer is', () => {
	const time = virtualTime(5);
	const lags: number[] = [];
	let looks = 0;
	const clock = () => {
		looks++;
		return time.clock();
	};
	void runSchedule(arrivals(load, 1, alone), ({ dueUs }) => lags.push(time.clock() - dueUs), clock, never, {
		waiter: time.waiter,
		exact: false,
	});
	time.run();
	assert.equal(lags.length, 100);
	assert.ok(
		lags.every((lag) => lag >= 0 && lag <= 1000),
		`lags: ${Math.max(...lags)}`,
	);
	assert.ok(looks <= 3 * lags.length, `${looks} looks`);
});
