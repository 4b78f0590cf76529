import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';
import { chartOf } from './charts.ts';
import { compare, figuresOf, findings } from './judge.ts';
import { reportInput } from './sections.ts';

const cases = [
	{ id: 'calm', title: 'calm sea', sessions: 10 },
	{ id: 'wild', title: 'wild sea', sessions: 20 },
];
/** Calls that failed, by case and target, repeat after repeat. */
const failed: Record<string, Record<string, number[]>> = {
	calm: { sse: [10, 11, 12], stateless: [1, 1, 1] },
	wild: { sse: [100, 110, 120], stateless: [300, 310, 290] },
};

const trials = Object.entries(failed).flatMap(([inCase, byTarget]) =>
	Object.entries(byTarget).flatMap(([target, values]) =>
		values.map((value, n): TrialResult & { state: 'completed' } => ({
			id: `weather.${inCase}.${target}.r${n + 1}`,
			scenario: 'weather',
			case: inCase,
			target,
			repeat: n + 1,
			seed: 1,
			state: 'completed',
			startedAt: '',
			durationMs: 1,
			warnings: [],
			measures: { callsFailed: { value, unit: '' } },
		})),
	),
);

const scenario: Scenario = {
	id: 'weather',
	title: 'Weather',
	question: '?',
	method: '.',
	needs: [],
	arms: () => [],
	sizes: {},
	shows: ['callsFailed'],
	compares: ['callsFailed'],
	charts: [{ kind: 'cases', measure: 'callsFailed', title: 'Failed' }],
	claims: [
		{
			id: 'worse',
			text: 'A wild sea is worse.',
			rule: (figures) => {
				const wild = figures.in('wild').estimate('sse', 'callsFailed')?.value ?? 0;
				return {
					verdict: 'confirmed',
					because: `${wild}.`,
					evidence: figures.in('wild').evidence('sse', 'callsFailed'),
				};
			},
		},
	],
};

function runOf(done: readonly TrialResult[], planned: readonly TrialPlan[] = trials): RunRecord {
	const target = (id: string) => ({ id, base: id, implementation: 'reference', transport: id });
	const scenarios = [{ id: 'weather', title: 'Weather', question: '?', repeats: 3, sessions: 10, cases }];
	return { trials: done, planned, scenarios, targets: [target('sse'), target('stateless')] } as unknown as RunRecord;
}

test('figures of a case are those of its trials alone, and outside of the cases nothing is measured', () => {
	const figures = figuresOf(runOf(trials), scenario);
	assert.deepEqual(figures.cases, ['calm', 'wild']);
	assert.equal(figures.in('calm').estimate('sse', 'callsFailed')?.value, 11);
	assert.equal(figures.in('wild').estimate('sse', 'callsFailed')?.value, 110);
	assert.equal(figures.in('wild').sessions, 20);
	assert.equal(figures.estimate('sse', 'callsFailed'), undefined);
	assert.deepEqual(figures.targets, ['sse', 'stateless']);
});

test('targets are compared within a case, and the comparison says in which', () => {
	const verdicts = compare(runOf(trials), scenario).map(({ case: inCase, b, verdict }) => [inCase, b, verdict]);
	assert.deepEqual(verdicts, [
		['calm', 'stateless', 'lower'],
		['wild', 'stateless', 'higher'],
	]);
});

test('a claim needs its repeats in every case', () => {
	const [whole] = findings(runOf(trials), scenario);
	assert.equal(whole?.verdict, 'confirmed');
	assert.equal(whole?.evidence[0]?.case, 'wild');
	const [less] = findings(runOf(trials.filter(({ id }) => id !== 'weather.calm.sse.r2')), scenario);
	assert.equal(less?.verdict, 'inconclusive');
	assert.match(less?.because ?? '', /Only 2 of 3 repeats/);
});

test('the table has a row for each case and target, and the chart a group for each case', () => {
	const [section] = reportInput(runOf(trials), [scenario], new Map()).sections;
	assert.deepEqual(
		section?.table.rows.map((row) => [row.case, row.target, row.completed, row.of, row.cells[0]?.value]),
		[
			['calm sea', 'sse', 3, 3, 11],
			['calm sea', 'stateless', 3, 3, 1],
			['wild sea', 'sse', 3, 3, 110],
			['wild sea', 'stateless', 3, 3, 300],
		],
	);
	const figures = figuresOf(runOf(trials), scenario);
	const chart = chartOf(
		{ kind: 'cases', measure: 'callsFailed', title: 'Failed' },
		{ scenario, figures, trials: [], cases },
	);
	assert.deepEqual(chart?.x.labels, ['calm sea', 'wild sea']);
	assert.deepEqual(
		chart?.lines.map(({ label, points }) => [label, ...points.map(({ y }) => y)]),
		[
			['sse', 11, 110],
			['stateless', 1, 300],
		],
	);
	assert.equal(chart?.kind, 'bars');
});
