import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpuUseEvent } from '../model/cpu-use.ts';
import type { HistoryEvent } from '../model/history.ts';
import type { Load } from '../model/load.ts';
import type { MeasureName } from '../model/measures.ts';
import { doubts } from './doubts.ts';
import { measuresOf, readFacts, type TrialFacts } from './facts.ts';
import { disturbance, machineLimits, type Purpose } from './machine-limits.ts';

const shows: Readonly<Record<Purpose, readonly MeasureName[]>> = { latency: ['p99Us'], timeline: ['recovery95Ms'] };
const purposes = ['latency', 'timeline'] as const;

/** Two CPUs over two seconds, of which the rest is the harness's. */
function use(othersCpus: number, idleShare: number): CpuUseEvent {
	const [othersUs, idleUs] = [othersCpus * 2e6, idleShare * 4e6];
	return { is: 'cpu-use', at: 9, spanUs: 2e6, cpus: 2, ownUs: 4e6 - othersUs - idleUs, othersUs, idleUs };
}

async function factsOf(...events: HistoryEvent[]): Promise<TrialFacts> {
	return readFacts(
		(async function* () {
			yield* events;
		})(),
	);
}

async function judged(event: CpuUseEvent, purpose: Purpose = 'timeline', load: Load['kind'] = 'periodic') {
	return disturbance(await factsOf(event), { shows: shows[purpose] }, load);
}

test('the sentence says what others used, the limit, and what helps', async () => {
	assert.equal(
		await judged(use(1.48, 0.04)),
		'other programs used 1.5 of 2 CPUs and 4 % stood idle; the limit is 0.5 where less than 20 % stands idle: ' +
			'stop what else runs, or use a quieter machine',
	);
});

test('a trial is invalid only where others used much and little was left, each just beyond its limit', async () => {
	const { othersCpus, idleShare } = machineLimits.invalid;
	for (const purpose of purposes) {
		const least = idleShare[purpose];
		assert.match((await judged(use(othersCpus + 0.01, least - 0.01), purpose)) ?? 'valid', /^other programs used 0\.5/);
		assert.equal(await judged(use(othersCpus - 0.01, least - 0.01), purpose), undefined);
		assert.equal(await judged(use(othersCpus + 0.01, least + 0.01), purpose), undefined);
	}
});

test('a ladder, a search and a watch do not hang on it', async () => {
	for (const load of ['hold', 'search', 'watch'] as const) {
		assert.equal(await judged(use(1.9, 0), 'latency', load), undefined);
	}
	for (const load of ['open', 'closed', 'periodic', 'listen', 'libraries', 'soak'] as const) {
		assert.match((await judged(use(1.9, 0), 'latency', load)) ?? 'valid', /other programs/);
	}
});

test('less is a warning, and plenty beside it is none', async () => {
	const { othersCpus, idleShare } = machineLimits.doubtful;
	const warned = async (event: CpuUseEvent) => {
		const facts = await factsOf(event);
		return doubts(facts, [], measuresOf(facts)).filter(({ id }) => id === 'machine-shared');
	};
	const detail = 'Other programs used 0.3 of 2 CPUs during the trial.';
	assert.deepEqual(await warned(use(othersCpus + 0.01, idleShare - 0.01)), [{ id: 'machine-shared', detail }]);
	assert.deepEqual(await warned(use(othersCpus - 0.01, 0)), []);
	assert.deepEqual(await warned(use(1, idleShare + 0.01)), []);
	// What makes a trial invalid is told of, too, where it does not: of a soak, or where others are meant to run.
	assert.equal((await warned(use(1.5, 0))).length, 1);
});

test('shares are of one CPU where they are somebody’s, and of all where they are idle', async () => {
	const { othersCpuShare, idleCpuShare } = measuresOf(await factsOf(use(1.25, 0.3)));
	assert.deepEqual([othersCpuShare?.value, idleCpuShare?.value], [125, 30]);
});

test('where it was not watched nothing is judged', async () => {
	const facts = await factsOf();
	assert.equal(disturbance(facts, { shows: shows.timeline }, 'periodic'), undefined);
	assert.deepEqual(measuresOf(facts), {});
});
