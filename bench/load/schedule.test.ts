import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantRate } from '../model/load.ts';
import { arrivals } from './pacer.ts';
import { runSchedule, type Waiter } from './schedule.ts';

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
	void runSchedule(
		arrivals(load, 1, alone),
		({ dueUs }) => lags.push(time.clock() - dueUs),
		time.clock,
		never,
		time.waiter,
	);
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
	void runSchedule(arrivals(load, 1, alone), start, time.clock, never, time.waiter);
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
		time.waiter,
	);
	time.run();
	await done;
	assert.equal(started, 10);
});
