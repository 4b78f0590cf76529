import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { GeneratorEvent, HistogramEvent, HistoryEvent } from '../model/history.ts';
import type { Load } from '../model/load.ts';
import type { MeasureName } from '../model/measures.ts';
import { measuresOf, readFacts, type TrialFacts } from './facts.ts';
import { generatorLimits, saturation } from './generator-limits.ts';

const idle = { count: 0, major: 0, totalUs: 0, maxUs: 0 } as const;
const figures = { is: 'generator', at: 9, spanUs: 1e6, loopDelayP99Us: 1, loopDelayMaxUs: 2, gc: idle } as const;
/** A worker that spun all the time and needed a tenth of its core. */
const worker: GeneratorEvent = {
	...figures,
	role: 'swarm',
	pid: 71,
	worker: 0,
	cpuUs: 1e6,
	spunUs: 900_000,
	waitedUs: 10_000,
	queuedPeak: 3,
};
const harness: GeneratorEvent = { ...figures, role: 'harness', pid: 70, cpuUs: 20_000, waitedUs: 900_000 };

function lag(us: number, of = 0): HistogramEvent {
	const recorded = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, highestTrackableValue: 600_000_000 });
	for (let n = 0; n < 95; n++) recorded.recordValue(100);
	for (let n = 0; n < 5; n++) recorded.recordValue(us);
	return { is: 'histogram', at: 8, worker: of, of: 'lagUs', data: encodeIntoCompressedBase64(recorded) };
}

async function factsOf(...events: HistoryEvent[]): Promise<TrialFacts> {
	return readFacts(
		(async function* () {
			yield* events;
		})(),
	);
}

type Purpose = 'latency' | 'timeline';
const shows: Readonly<Record<Purpose, readonly MeasureName[]>> = { latency: ['p99Us'], timeline: ['recovery95Ms'] };

const struck: HistoryEvent = { is: 'fault', at: 3, fault: { kind: 'pause', forMs: 1 }, change: 'applied' };

/** On a timeline a fault strikes, unless nothing does. */
async function judged(
	events: HistoryEvent[],
	purpose: Purpose = 'latency',
	load: Load['kind'] = 'open',
	strikes = true,
) {
	const faults = purpose === 'timeline' && strikes ? [struck] : [];
	return saturation(await factsOf(...faults, ...events), { shows: shows[purpose] }, load);
}

const collected = (maxUs: number) => ({ count: 9, major: 1, totalUs: maxUs + 50, maxUs, longest: 'major' }) as const;

/** Histories in which one figure is what is given, in the limit's own unit, and all others are good. */
const histories: Readonly<Record<keyof typeof generatorLimits, (figure: number) => HistoryEvent[]>> = {
	workerGcUs: (us) => [harness, { ...worker, gc: collected(us) }],
	workerWaitShare: (share) => [harness, { ...worker, waitedUs: share * 1e6 }],
	workerBusyShare: (share) => [harness, { ...worker, cpuUs: 1e6, spunUs: (1 - share) * 1e6 }],
	workerLagP99Us: (us) => [harness, worker, lag(us)],
	workerStopUs: (us) => [harness, { ...worker, loopDelayMaxUs: us }],
	harnessGcUs: (us) => [{ ...harness, gc: collected(us) }, worker],
	harnessCpuShare: (share) => [{ ...harness, cpuUs: share * 1e6 }, worker],
	harnessStopUs: (us) => [{ ...harness, loopDelayMaxUs: us }, worker],
};

/** The sentence at one and a half times the limit for latency. */
const sentences: Readonly<Record<keyof typeof generatorLimits, string>> = {
	workerGcUs: 'swarm worker 0 (pid 71) stood still for a major garbage collection of 150.0 ms; the limit is 100.0 ms',
	workerWaitShare:
		'swarm worker 0 (pid 71) waited for its core, which others had, for 38 % of the time; the limit is 25 %',
	workerBusyShare: 'swarm worker 0 (pid 71) was busy for 96 % of the time; the limit is 80 %',
	workerLagP99Us: 'swarm worker 0 (pid 71) took 1 % of its calls up more than 30.0 ms late; the limit is 20.0 ms',
	workerStopUs: 'swarm worker 0 (pid 71) stood still for 300.0 ms; the limit is 200.0 ms',
	harnessGcUs: 'the harness (pid 70) stood still for a major garbage collection of 150.0 ms; the limit is 100.0 ms',
	harnessCpuShare: 'the harness (pid 70) used 38 % of a core; the limit is 25 %',
	harnessStopUs: 'the harness (pid 70) stood still for 750.0 ms; the limit is 500.0 ms',
};

for (const name of Object.keys(generatorLimits) as (keyof typeof generatorLimits)[]) {
	describe(name, () => {
		const most: Readonly<Partial<Record<Purpose, number>>> = generatorLimits[name].most;
		const beyond = name === 'workerBusyShare' ? 1.2 : 1.5;

		test('beyond it a trial is invalid, and the sentence names process, figure and limit', async () => {
			assert.equal(await judged(histories[name]((most.latency ?? 0) * beyond)), sentences[name]);
		});

		test('just below it is good; each purpose has its own limit', async () => {
			for (const purpose of ['latency', 'timeline'] as const) {
				const limit = most[purpose];
				if (limit === undefined) assert.equal(await judged(histories[name](1), purpose), undefined);
				else {
					assert.equal(await judged(histories[name](limit * 0.98), purpose), undefined);
					assert.match((await judged(histories[name](limit * 1.02), purpose)) ?? 'valid', /; the limit is /);
				}
			}
		});
	});
}

test('a closed load saturates its worker by design; it is judged by everything else', async () => {
	const saturated = histories.workerBusyShare(1);
	assert.equal(await judged(saturated, 'latency', 'closed'), undefined);
	assert.match((await judged(saturated, 'latency', 'periodic')) ?? 'valid', /busy/);
	assert.match((await judged(histories.workerWaitShare(0.5), 'latency', 'closed')) ?? 'valid', /which others had/);
	assert.match((await judged(histories.workerStopUs(1e6), 'latency', 'closed')) ?? 'valid', /stood still/);
});

test('one bad worker of several is found, though all together are within the limit', async () => {
	const good: GeneratorEvent = { ...worker, pid: 72, worker: 1 };
	const lags = [lag(100, 0), lag(100, 0), lag(100, 0), lag(100, 0), lag(100, 0), lag(100, 0), lag(90_000, 1)];
	const events = [harness, worker, good, ...lags];
	assert.ok(
		(measuresOf(await factsOf(...events)).lagP99Us?.value ?? 1e9) < generatorLimits.workerLagP99Us.most.latency,
	);
	assert.match((await judged(events)) ?? 'valid', /^swarm worker 1 \(pid 72\) took 1 % .* more than 90\.0 ms late/);
});

test('the measures are those of the worst worker, and of the harness', async () => {
	const other: GeneratorEvent = { ...worker, worker: 1, spunUs: 400_000, queuedPeak: 1, gc: collected(7000) };
	const measures = measuresOf(await factsOf(harness, worker, other));
	const values = Object.fromEntries(Object.entries(measures).map(([name, { value }]) => [name, value]));
	assert.deepEqual(values, {
		generatorBusyShare: 60,
		generatorWaitShare: 1,
		loopDelayMaxUs: 2,
		gcMaxUs: 7000,
		queuedPeak: 3,
		harnessCpuShare: 2,
		harnessLoopDelayMaxUs: 2,
		harnessGcMaxUs: 0,
	});
});

test('where nothing is known, nothing is judged: a ladder, a history of an older version', async () => {
	assert.equal(await judged([], 'timeline', 'hold'), undefined);
	const old = { is: 'generator', at: 1, worker: 0, loopDelayP99Us: 1, loopDelayMaxUs: 9e6, queuedPeak: 0 };
	const facts = await factsOf(old as unknown as HistoryEvent);
	assert.deepEqual(measuresOf(facts), {});
});

test('the harness is not judged where no fault strikes and nothing of latency is said: others wrote down what they saw', async () => {
	for (const name of ['harnessGcUs', 'harnessCpuShare', 'harnessStopUs'] as const) {
		const beyond = histories[name](1e7);
		assert.equal(await judged(beyond, 'timeline', 'periodic', false), undefined);
		assert.match((await judged(beyond, 'timeline', 'periodic')) ?? 'valid', /the harness/);
		assert.match((await judged(beyond, 'latency', 'periodic', false)) ?? 'valid', /the harness/);
	}
	assert.match((await judged(histories.workerStopUs(1e6), 'timeline', 'watch', false)) ?? 'valid', /stood still/);
});
