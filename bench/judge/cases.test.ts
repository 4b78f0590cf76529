import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measures } from '../model/measures.ts';
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

test('a claim for which fewer repeats are enough says so itself', () => {
	const two = runOf(trials.filter(({ id }) => id !== 'weather.calm.sse.r2'));
	const claims = (repeats: number) => ({
		...scenario,
		claims: scenario.claims.map((claim) => ({ ...claim, repeats })),
	});
	assert.equal(findings(two, claims(2))[0]?.verdict, 'confirmed');
	assert.match(findings(two, claims(4))[0]?.because ?? '', /Only 2 of 4 repeats/);
});

test('a claim that names its targets needs the repeats of those alone', () => {
	const failing = runOf(trials.filter(({ target }) => target === 'sse'));
	const [all] = findings(failing, scenario);
	assert.match(all?.because ?? '', /Only 0 of 3 repeats/);
	const own = scenario.claims.map((claim) => ({ ...claim, targets: ['sse'] }));
	assert.equal(findings(failing, { ...scenario, claims: own })[0]?.verdict, 'confirmed');
	assert.deepEqual(findings(failing, { ...scenario, claims: own.map((claim) => ({ ...claim, targets: ['x'] })) }), []);
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
		{ scenario, figures, trials: [], cases, planned: [] },
	);
	assert.ok(chart?.kind === 'bars');
	assert.deepEqual(chart.x.labels, ['calm sea', 'wild sea']);
	assert.deepEqual(
		chart.lines.map(({ label, points }) => [label, ...points.map(({ y }) => y)]),
		[
			['sse', 11, 110],
			['stateless', 1, 300],
		],
	);
});

/** The same trials, with what each of them measured, or was warned of. */
function changed(change: (trial: (typeof trials)[number]) => Partial<(typeof trials)[number]>): typeof trials {
	return trials.map((trial) => ({ ...trial, ...change(trial) }));
}

test('a measure that needs answered calls has no figure for a target that answered too few of them in a case', () => {
	const shares: Record<string, number[]> = { calm: [89, 92, 89], wild: [88, 90, 91] };
	const shows = ['callsOkShare', 'usdPer1000SessionHours'] as const;
	const run = runOf(
		changed(({ case: inCase = '', repeat }) => ({
			measures: {
				callsOkShare: { value: shares[inCase]?.[repeat - 1] ?? 0, unit: '%' },
				usdPer1000SessionHours: { value: repeat, unit: '$' },
			},
		})),
	);
	const [section] = reportInput(run, [{ ...scenario, shows }], new Map()).sections;
	assert.deepEqual(
		section?.table.rows.map((row) => [row.caseId, row.target, row.cells[1]?.value]),
		[
			// The mean of its shares is 90 %, though two of them are less.
			['calm', 'sse', 2],
			['calm', 'stateless', 2],
			['wild', 'sse', undefined],
			['wild', 'stateless', undefined],
		],
	);
	assert.deepEqual(figuresOf(run, scenario).in('wild').evidence('sse', 'usdPer1000SessionHours'), []);
});

test('the interval of a count, per hour too, does not go below zero', () => {
	const counted = changed(({ repeat }) => ({
		measures: {
			functionTimeouts: { value: repeat === 3 ? 3 : 0, unit: '1/h' },
			coldStarts: { value: repeat === 3 ? 3 : 0, unit: '' },
		},
	}));
	const figures = figuresOf(runOf(counted), scenario).in('calm');
	for (const measure of ['functionTimeouts', 'coldStarts'] as const) {
		assert.equal(figures.estimate('sse', measure)?.ci?.[0], 0, measure);
	}
});

test('an interval keeps to what can be, and one of a time that says nothing is left out', () => {
	const of = (name: 'callsOkShare' | 'targetCpuShare' | 'billedSPerSessionHour' | 'p50Us', ...values: number[]) => {
		const measured = changed(({ repeat }) => ({
			measures: { [name]: { value: values[repeat - 1] ?? 0, unit: measures[name].unit } },
		}));
		return figuresOf(runOf(measured), scenario).in('calm').estimate('sse', name)?.ci;
	};
	assert.deepEqual(of('callsOkShare', 0, 45, 100), [0, 100]);
	assert.ok((of('targetCpuShare', 80, 95, 99)?.[1] ?? 0) > 100, 'of several CPUs there may be more than one');
	assert.equal(of('billedSPerSessionHour', 100, 2000, 3000)?.[0], 0);
	assert.equal(of('p50Us', 1, 1000, 1_000_000), undefined);
	assert.ok(of('p50Us', 1000, 1010, 1020));
});

test('a scenario answers in its own words where it has them; each kind of warning is one line for all trials', () => {
	const warned = changed(({ case: inCase, repeat }) => ({
		warnings: [{ id: 'not-recovered', detail: inCase === 'calm' ? 'Nobody was served.' : `${repeat} were left.` }],
	}));
	const sectionOf = (answer: Scenario['answer']) =>
		reportInput(runOf(warned), [{ ...scenario, ...(answer && { answer }) }], new Map()).sections[0];
	assert.equal(sectionOf((figures) => `${figures.cases.length} seas.`)?.answer, '2 seas.');
	for (const silent of [undefined, () => undefined])
		assert.match(sectionOf(silent)?.answer ?? '', /^Calls failed: sse /);
	assert.deepEqual(
		sectionOf(undefined)?.warnings.map((text) => text.replace(/ They are missing .* \(/, ' … (')),
		['Nobody was served. … (6 trials)', '1 to 3 were left. … (6 trials)'],
	);
});
