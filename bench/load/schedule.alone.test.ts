import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from 'simple-statistics';
import { clockSince, monotonicUs } from '../clock.ts';
import { constantRate } from '../model/load.ts';
import { measureEmptyTurnUs } from './empty-turn.ts';
import { arrivals } from './pacer.ts';
import { runSchedule } from './schedule.ts';

const load = { kind: 'open', sessions: 1, arrivals: 'constant' } as const;
const alone = { worker: 0, workers: 1 };
const never = new AbortController().signal;

/** The same piece of work every time, a fraction of a millisecond. */
function work(): number {
	let sum = 0;
	for (let n = 0; n < 50_000; n++) sum = (sum + n) % 1_000_003;
	return sum;
}

/**
 * What a schedule of these calls needed of its core beside its spinning, what the calls themselves took of it, and how long
 * the schedule was. The calls are timed where they run, because the same work may cost half as much again a second later, by
 * caches, clock rates and other guests of the machine; by a clock, because the kernel counts CPU time by ticks; and by their
 * median, so that a call during which others had the core does not count.
 */
async function needed(calls: number, start: () => void, emptyTurnUs: number) {
	const spin = { turns: 0, us: 0 };
	const [beganUs, before] = [monotonicUs(), process.threadCpuUsage()];
	const tookUs: number[] = [];
	const timed = (): void => {
		const startedUs = monotonicUs();
		start();
		tookUs.push(monotonicUs() - startedUs);
	};
	const sparse = arrivals({ ...load, rate: constantRate(500, calls * 2) }, 1, alone);
	await runSchedule(sparse, timed, clockSince(beganUs), never, { spin, emptyTurnUs });
	const { user, system } = process.threadCpuUsage(before);
	const [neededUs, lengthUs] = [user + system - spin.us, monotonicUs() - beganUs];
	return { neededUs, workUs: median(tookUs) * calls, turns: spin.turns, lengthUs };
}

test('CPU time minus spinning is the work that was done: known work on the real loop', async () => {
	const calls = 700;
	for (let n = 0; n < calls; n++) work();
	const emptyTurnUs = await measureEmptyTurnUs();
	// What others do lengthens turns at one moment and not at another; what is wrong is so every time.
	for (let attempt = 1; ; attempt++) {
		const idle = await needed(calls, () => {}, emptyTurnUs);
		const busy = await needed(calls, work, emptyTurnUs);
		const said = `needed ${busy.neededUs} µs for work of ${busy.workUs} µs, and ${idle.neededUs} of ${idle.lengthUs} µs without work; up to ${emptyTurnUs} µs a turn was empty, ${busy.turns} were`;
		// Others interrupt turns and leave cold caches: long turns count as work, with and without work alike.
		const isKnown = busy.neededUs > busy.workUs * 0.9 && busy.neededUs < busy.workUs * 1.5 + idle.neededUs;
		const isWaiting = idle.neededUs < idle.lengthUs / 3;
		if (isKnown && isWaiting && busy.turns > calls * 10) return;
		assert.ok(attempt < 3, said);
	}
});
