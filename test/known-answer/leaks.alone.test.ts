import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timingTarget } from '../../bench/calibrate/timing-cases.ts';
import { constantRate } from '../../bench/model/load.ts';
import type { MeasureName } from '../../bench/model/measures.ts';
import type { Target } from '../../bench/model/target.ts';
import { type Played, play } from './play.ts';

const load = { kind: 'open', sessions: 20, rate: constantRate(500, 3000), arrivals: 'constant' } as const;
const size = { load, warmMs: 2000, faults: [], repeats: 1, readEveryMs: 250 } as const;

function playWith(transport: 'stateless' | 'sse', ...args: string[]): Promise<Played> {
	const target = (more: readonly string[]): Target =>
		timingTarget({ id: 'leaks', transport, args: [...args, ...more], load, warmMs: size.warmMs, rows: [] });
	return play(target, size);
}

function leaks({ measures }: Played, name: MeasureName, perCall: number): void {
	const { value, ci } = measures[name] ?? {};
	assert.ok(value !== undefined && ci !== undefined, `${name} is measured`);
	const said = `${name}: ${value} [${ci.join(', ')}], the truth is ${perCall}`;
	assert.ok(ci[0] <= perCall && perCall <= ci[1], said);
	if (perCall > 0) assert.ok(Math.abs(value / perCall - 1) < 0.1 && ci[0] > 0, said);
}

test('a leak of memory outside of the heap, and of a descriptor per call, are found with their size', async () => {
	const played = await playWith('stateless', '--leak-pages-kb', '32', '--leak-fds', '1');
	leaks(played, 'ussKbPerCall', 32);
	leaks(played, 'fdsPerCall', 1);
	const { calls, leakedFds, leakedPagesKb } = played.report;
	assert.deepEqual({ leakedFds, leakedPagesKb }, { leakedFds: calls, leakedPagesKb: calls * 32 });
});

test('a leak in the heap is found with its size, and descriptors do not grow', async () => {
	const played = await playWith('sse', '--leak-heap-kb', '8');
	leaks(played, 'heapKbPerCall', 8);
	leaks(played, 'fdsPerCall', 0);
	assert.equal(played.report.leakedHeapKb, played.report.calls * 8);
});

test('where nothing leaks, every interval covers zero', async () => {
	const played = await playWith('stateless');
	for (const name of ['heapKbPerCall', 'ussKbPerCall', 'fdsPerCall'] as const) leaks(played, name, 0);
});
