import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../../scenarios/index.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';
import { run as sample } from '../report/fixture-run.ts';
import { knownTargets } from '../targets.ts';
import { compare, findings } from './judge.ts';
import { openQuestions } from './open-questions.ts';

const [steady] = scenarios.filter(({ id }) => id === 'steady-calls');
assert.ok(steady);
const targets = knownTargets.filter(({ id }) => id === 'sse' || id === 'stateless');

/** A run of steady calls whose server CPU per call is as given, by target; one value for each repeat. */
function judged(cpuUs: Record<string, readonly number[]>, repeats = 3, grows = true): RunRecord {
	const planned = Object.entries(cpuUs).flatMap(([target, values]) =>
		values.map((_, n): TrialPlan => {
			const repeat = n + 1;
			return { id: `steady-calls.${target}.r${repeat}`, scenario: 'steady-calls', target, repeat, seed: 1 };
		}),
	);
	const trials = planned.map((trial): TrialResult => {
		const value = cpuUs[trial.target]?.[trial.repeat - 1] ?? Number.NaN;
		const measures = Number.isNaN(value) ? {} : { cpuUsPerCall: { value, unit: 'µs' } };
		return { ...trial, state: 'completed', startedAt: '', durationMs: 1, warnings: [], measures };
	});
	const { id, title, question } = steady as NonNullable<typeof steady>;
	const record: RunRecord = {
		...sample,
		...{ targets, planned, trials, comparisons: [], findings: [] },
		scenarios: [{ id, title, question, repeats, sessions: 1 }],
		...(grows && { untilDecided: { budgetMs: 1, spentMs: 0, ended: 'running', asked: [] } }),
	};
	const scenario = steady as NonNullable<typeof steady>;
	return { ...record, comparisons: compare(record, scenario), findings: findings(record, scenario) };
}

const open = (run: RunRecord) =>
	openQuestions(run, scenarios).map(({ question }) => (question.of === 'finding' ? question.id : question.measure));

test('what the intervals decide is not open', () => {
	assert.deepEqual(open(judged({ sse: [100, 101, 99], stateless: [200, 202, 198] })), []);
});

test('what overlaps is open, with the arms that decide it: as a comparison and as a claim', () => {
	const run = judged({ sse: [100, 130, 80], stateless: [120, 90, 150] });
	assert.deepEqual(open(run), ['cpuUsPerCall', 'call-cost']);
	for (const { arms } of openQuestions(run, scenarios))
		assert.deepEqual(arms.map(({ target }) => target).toSorted(), ['sse', 'stateless']);
});

test('too few repeats are open; a repeat without the figure is not for want of repeats', () => {
	assert.deepEqual(open(judged({ sse: [100], stateless: [200] }, 1)), ['cpuUsPerCall', 'call-cost']);
	assert.ok(!open(judged({ sse: [100, 101, Number.NaN], stateless: [200, 202, 198] })).includes('cpuUsPerCall'));
	assert.deepEqual(open(judged({ sse: [Number.NaN], stateless: [Number.NaN] }, 1)), []);
});

test('an arm all of whose trials were invalid is open, though its rule can ask nothing of it', () => {
	const whole = judged({ sse: [100], stateless: [200] }, 1);
	const scenario = steady as NonNullable<typeof steady>;
	const trials = whole.trials.map((trial): TrialResult => {
		const { id, target, repeat, seed } = trial;
		const plan = { id, scenario: scenario.id, target, repeat, seed };
		const ran = { startedAt: '', durationMs: 1, warnings: [], measures: {} };
		return target === 'sse' ? { ...plan, ...ran, state: 'invalid', because: 'a busy machine' } : trial;
	});
	const spoilt = { ...whole, trials };
	const run = { ...spoilt, comparisons: compare(spoilt, scenario), findings: findings(spoilt, scenario) };
	const arms = openQuestions(run, scenarios).flatMap((question) => question.arms.map(({ target }) => target));
	assert.ok(arms.includes('sse'), 'it gets further repeats');
});

test('a run that looks again reads a wider interval than one that does not', () => {
	const values = { sse: [100, 104, 96], stateless: [110, 114, 106] };
	const [once, again] = [judged(values, 3, false), judged(values)].map((run) => run.comparisons[0]);
	assert.ok(once?.ci && again?.ci && again.ci[0] < once.ci[0] && again.ci[1] > once.ci[1]);
});

test('a run that looks again needs more repeats than one that does not, for each further look has a wider interval', () => {
	const values = { sse: [100, 106, 94], stateless: [110, 117, 104] };
	const [once, again] = [judged(values, 3, false), judged(values)].map((run) => run.comparisons[0]);
	assert.deepEqual([once?.verdict, again?.verdict], ['inconclusive', 'inconclusive']);
	assert.ok(once?.moreRepeats && again?.moreRepeats, JSON.stringify([once, again]));
	assert.ok(again.moreRepeats > once.moreRepeats, `${again.moreRepeats} and ${once.moreRepeats}`);
	// One that only the look holds open says how many more it needs, too.
	const clear = judged({ sse: [100, 101.5, 98.5], stateless: [104, 105.5, 102.5] });
	assert.equal(
		judged({ sse: [100, 101.5, 98.5], stateless: [104, 105.5, 102.5] }, 3, false).comparisons[0]?.verdict,
		'higher',
	);
	assert.equal(clear.comparisons[0]?.verdict, 'inconclusive');
	assert.ok((clear.comparisons[0]?.moreRepeats ?? 0) > 0);
});

test('a comparison is of the blocks that both arms ran in: what one gained elsewhere does not open it again', () => {
	const before = judged({ sse: [100, 101, 99], stateless: [110, 111, 109] });
	const after = judged({ sse: [100, 101, 99, 300, 20, 100], stateless: [110, 111, 109] });
	assert.deepEqual(after.comparisons, before.comparisons);
	assert.notDeepEqual(
		judged({ sse: [100, 101, 99, 300], stateless: [110, 111, 109] }, 3, false).comparisons,
		before.comparisons,
	);
});
