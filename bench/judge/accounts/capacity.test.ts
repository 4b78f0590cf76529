import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { HistoryEvent } from '../../model/history.ts';
import { defaultObjective } from '../../model/objective.ts';
import type { CeilingEvent } from '../../model/search-events.ts';
import { measuresOf, readFacts } from '../facts.ts';
import { emptyHistogram } from './latency.ts';

const bounds = { from: 1000, most: 8000, resolution: 1.5, mostSteps: 20, whole: false };
const search: HistoryEvent = { is: 'search', at: 0, of: 'rate', objective: defaultObjective, bounds };

interface Made {
	readonly failed?: number;
	readonly dropped?: number;
	readonly busyShare?: number;
}

/** What a step of 100 calls leaves in the history of two workers. */
function step(n: number, level: number, p99Us: number, { failed = 0, dropped = 0, busyShare = 0.2 }: Made = {}) {
	const at = 1000 * (n + 1);
	const histogram = (worker: number, of: 'latencyUs' | 'lagUs', count: number, value: number): HistoryEvent => {
		const values = emptyHistogram();
		values.recordValueWithCount(value, count);
		return { is: 'histogram', at, worker, of, step: n, data: encodeIntoCompressedBase64(values) };
	};
	const events: HistoryEvent[] = [
		...Array.from({ length: dropped }, (): HistoryEvent => ({ is: 'dropped', at, phase: 'search', dueUs: at - 15 })),
		histogram(0, 'latencyUs', 50 - failed, p99Us),
		histogram(1, 'latencyUs', 50, p99Us),
		histogram(0, 'lagUs', 50, 10),
		histogram(1, 'lagUs', 50, 10),
		{ is: 'step', at, step: n, level, fromUs: at - 20, toUs: at - 10, open: 64, busyShare },
	];
	return events;
}

async function factsOf(events: HistoryEvent[]) {
	return readFacts(
		(async function* () {
			yield* events;
		})(),
	);
}

test('the capacity is worked out from the steps of the history: twice missed counts, once does not', async () => {
	const facts = await factsOf([
		search,
		...step(0, 1000, 2000),
		...step(1, 2000, 90_000),
		...step(2, 2000, 3000),
		...step(3, 4000, 3000, { failed: 5 }),
		...step(4, 4000, 20_000, { dropped: 3 }),
		...step(5, 2828, 20_000),
	]);
	const { capacityPerS, p99AtCapacityUs, ...others } = measuresOf(facts);
	assert.deepEqual(capacityPerS, { value: 2828, unit: '1/s' });
	assert.ok(Math.abs((p99AtCapacityUs?.value ?? 0) / 20_000 - 1) < 0.001);
	assert.deepEqual(others, {}, 'the steps’ calls enter no other measure');
	assert.deepEqual(
		facts.capacity.steps.map(({ verdict }) => verdict),
		['met', 'missed', 'met', 'missed', 'missed', 'met'],
	);
	assert.deepEqual(facts.capacity.warnings(), []);
});

test('a bound says that it is one, and why', async () => {
	const most = await factsOf([search, ...[1000, 2000, 4000, 8000].flatMap((level, n) => step(n, level, 2000))]);
	assert.deepEqual(measuresOf(most).capacityPerS, { value: 8000, unit: '1/s', atLeast: true });
	assert.match(most.capacity.warnings()[0]?.detail ?? '', /Even at 8.000 calls\/s/);
	const busy = { busyShare: 0.99 };
	const generator = await factsOf([
		search,
		...step(0, 1000, 2000),
		...step(1, 2000, 90_000, busy),
		...step(2, 2000, 90_000, busy),
		...step(3, 1414, 2000),
	]);
	assert.equal(measuresOf(generator).capacityPerS?.atLeast, true);
	assert.match(generator.capacity.warnings()[0]?.detail ?? '', /2.000 calls\/s the generator/);
});

test('a target that never meets the objective has capacity zero, and a warning', async () => {
	const lowest = { ...search, bounds: { ...bounds, from: 1 } };
	const { capacity } = await factsOf([lowest, ...step(0, 1, 60_000), ...step(1, 1, 60_000)]);
	assert.deepEqual(capacity.measures().capacityPerS, { value: 0, unit: '1/s' });
	assert.equal(capacity.warnings()[0]?.id, 'not-reached');
});

test('a search that was cut off is a lower bound', async () => {
	const { capacity } = await factsOf([search, ...step(0, 1000, 2000)]);
	assert.deepEqual(capacity.measures().capacityPerS, { value: 1000, unit: '1/s', atLeast: true });
	assert.match(capacity.warnings()[0]?.detail ?? '', /steps ran out/);
});

test('what a worker with a clock a little ahead wrote belongs to its step all the same', async () => {
	const events = [...step(0, 1000, 2000, { dropped: 2 }), ...step(1, 2000, 3000)];
	const mixed = [search, ...events.filter((event) => event.is === 'step'), ...events.filter(({ is }) => is !== 'step')];
	const inOrder = await factsOf([search, ...events]);
	const outOfOrder = await factsOf(mixed);
	assert.equal(inOrder.capacity.steps[0]?.dropped, 2);
	assert.deepEqual(
		outOfOrder.capacity.steps.map(({ ok, p99Us }) => [ok, p99Us]),
		inOrder.capacity.steps.map(({ ok, p99Us }) => [ok, p99Us]),
	);
});

test('the ceiling counts what had a status 2xx and tells of the rest', async () => {
	const counts = { ok: 12_000, forUs: 2_000_000, otherStatuses: { 503: 7 }, errors: 2 };
	const ceiling: CeilingEvent = { is: 'ceiling', at: 9, connections: 64, clientCpuShare: 0.97, ...counts };
	const facts = await factsOf([
		search,
		...[1000, 2000, 4000, 8000].flatMap((level, n) => step(n, level, 2000)),
		ceiling,
	]);
	const { ceilingPerS, ceilingClientCpuShare, ceilingTargetCpuShare } = measuresOf(facts);
	assert.equal(ceilingPerS?.value, 6000);
	assert.equal(ceilingClientCpuShare?.value, 97);
	assert.equal(ceilingTargetCpuShare, undefined, 'unknown is absent');
	assert.match(facts.capacity.warnings().at(-1)?.detail ?? '', /7 times 503, 2 times nothing/);
});
