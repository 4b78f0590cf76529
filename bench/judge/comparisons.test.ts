import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureName } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TrialResult } from '../model/trial.ts';
import { fixture } from '../report/fixture.ts';
import { calibrationOf } from '../report/fixture-calibration.ts';
import { comparedRun } from './comparisons.ts';
import { reportInput } from './sections.ts';

const ids = ['steady-calls', 'push'];
const scenariosOf = (compares: readonly MeasureName[]): readonly Scenario[] =>
	ids.map((id) => ({
		...{ id, title: id, question: '?', method: '.', needs: [], arms: () => [], sizes: {}, shows: compares, compares },
		charts: [{ kind: 'bars', measures: compares, title: 'Latency' }],
		claims: [],
	}));

type Values = Record<string, Partial<Record<MeasureName, readonly number[]>>>;

/** A run of these figures, repeat after repeat, of each scenario by target; `sse=again` is a twin. */
function runOf(values: Record<string, Values>): RunRecord {
	const trials = Object.entries(values).flatMap(([scenario, byTarget]) =>
		Object.entries(byTarget).flatMap(([target, byMeasure]) =>
			(Object.values(byMeasure)[0] ?? []).map((_, n): TrialResult => {
				const measured = Object.entries(byMeasure).map(([name, list]) => [name, { value: list[n], unit: 'µs' }]);
				return {
					...{ id: `${scenario}.${target}.r${n + 1}`, scenario, target, repeat: n + 1, seed: 1, warnings: [] },
					...{ state: 'completed', durationMs: 1, measures: Object.fromEntries(measured) },
					startedAt: `2026-01-01T00:0${n}:${String(target.length).padStart(2, '0')}.000Z`,
				};
			}),
		),
	);
	const target = (id: string) => ({
		...{ id, base: id.replace('=again', ''), implementation: 'reference', transport: 'sse' },
		...(id.endsWith('=again') && { twinOf: id.replace('=again', '') }),
	});
	const targets = [...new Set(Object.values(values).flatMap((byTarget) => Object.keys(byTarget)))].map(target);
	const scenarios = ids.map((id) => ({ id, title: id, question: '?', repeats: 3, sessions: 1 }));
	return { trials, planned: trials, targets, scenarios } as unknown as RunRecord;
}

/** About this, with a hundredth of spread. */
const near = (value: number) => [value * 0.995, value * 1.005, value];
const wide = (value: number) => [value * 0.8, value * 1.25, value];

test('a twin is compared with itself, stands last, and its interval is the noise floor beside the others', () => {
	const run = runOf({
		'steady-calls': {
			sse: { p50Us: near(100) },
			stateless: { p50Us: near(150) },
			'sse=again': { p50Us: near(101) },
		},
		push: { sse: { p50Us: near(100) }, stateless: { p50Us: near(90) } },
	});
	const { comparisons } = comparedRun(run, scenariosOf(['p50Us']));
	assert.deepEqual(
		comparisons.map(({ scenario, a, b, verdict }) => [scenario, a, b, verdict]),
		[
			['steady-calls', 'sse', 'stateless', 'higher'],
			['steady-calls', 'sse', 'sse=again', 'equal'],
			['push', 'sse', 'stateless', 'lower'],
		],
	);
	const [first, twin, other] = comparisons;
	assert.equal(twin?.noise, undefined);
	assert.equal(twin?.adjustedP, undefined, 'a control is not corrected');
	assert.deepEqual(first?.noise, { ratio: twin?.ratio, ci: twin?.ci });
	assert.deepEqual(other?.noise, { ratio: twin?.ratio, ci: twin?.ci, from: 'steady-calls' });
});

test('where a scenario has no twin its calibration is the noise floor, and without either none is known', () => {
	const run = runOf({ 'steady-calls': { sse: { p50Us: near(100) }, stateless: { p50Us: near(90) } } });
	const noiseIn = (record: RunRecord) =>
		comparedRun(record, scenariosOf(['p50Us'])).comparisons.map(({ noise }) => noise);
	assert.deepEqual(noiseIn(run), [undefined]);
	const calibration = calibrationOf(fixture.run.environment);
	const [row] = calibration.spread;
	assert.equal(row?.scenario, 'steady-calls');
	assert.deepEqual(noiseIn({ ...run, calibration }), [{ ...{ ratio: 1.01, ci: [0.97, 1.05] }, from: 'calibration' }]);
});

test('a difference that many comparisons may bring by chance is open, and says what it would take', () => {
	// One at p of a few hundredths by itself; beside nineteen of equals it is nothing.
	const slower = [103, 109, 106.5];
	const alone = runOf({ 'steady-calls': { sse: { p50Us: [98, 102, 100] }, stateless: { p50Us: slower } } });
	const [single] = comparedRun(alone, scenariosOf(['p50Us'])).comparisons;
	assert.equal(single?.verdict, 'higher');
	assert.equal(single?.adjustedP, single?.p);
	const equals = Object.fromEntries(Array.from({ length: 19 }, (_, n) => [`t${n}`, { p50Us: wide(100) }]));
	const many = runOf({
		'steady-calls': { sse: { p50Us: [98, 102, 100] }, stateless: { p50Us: slower }, ...equals },
	});
	const beside = comparedRun(many, scenariosOf(['p50Us'])).comparisons.find(({ b }) => b === 'stateless');
	assert.deepEqual(beside?.ci, single?.ci, 'the interval stays as it is');
	assert.equal(beside?.p, single?.p);
	assert.ok((beside?.adjustedP ?? 0) >= 0.05);
	assert.equal(beside?.verdict, 'inconclusive');
	assert.ok((beside?.moreRepeats ?? 0) > 0);
});

test('figures that are missing or bounds are in no family and say why they decide nothing', () => {
	const run = runOf({
		'steady-calls': { sse: { p50Us: near(100), p99Us: near(100) }, stateless: { p50Us: near(150), p99Us: near(150) } },
	});
	const trials = run.trials.map((trial) =>
		trial.target === 'stateless' && trial.repeat === 2 && trial.state === 'completed'
			? { ...trial, measures: { p99Us: { value: 150, unit: 'µs', atLeast: true as const } } }
			: trial,
	);
	const { comparisons } = comparedRun({ ...run, trials }, scenariosOf(['p50Us', 'p99Us']));
	assert.deepEqual(
		comparisons.map(({ measure, verdict, lacks, p }) => [measure, verdict, lacks, p === undefined]),
		[
			['p50Us', 'inconclusive', 'figures', true],
			// At least half as much again is more, whatever it is.
			['p99Us', 'higher', undefined, false],
		],
	);
	// At least a hundred may be more than a hundred and fifty.
	const bounds = run.trials.map((trial) =>
		trial.target === 'sse' && trial.repeat === 2 && trial.state === 'completed'
			? { ...trial, measures: { p99Us: { value: 100, unit: 'µs', atLeast: true as const } } }
			: trial,
	);
	const [back] = comparedRun({ ...run, trials: bounds }, scenariosOf(['p99Us'])).comparisons;
	assert.deepEqual([back?.verdict, back?.lacks, back?.p], ['inconclusive', 'bound', undefined]);
});

test('a twin is in the table, last, and in no chart or sentence', () => {
	const run = runOf({
		'steady-calls': {
			sse: { p50Us: near(100) },
			'sse=again': { p50Us: near(101) },
			stateless: { p50Us: near(150) },
		},
	});
	const scenarios = scenariosOf(['p50Us']);
	const record = { ...run, findings: [], ...comparedRun(run, scenarios) };
	const [section] = reportInput(record, scenarios, new Map()).sections;
	assert.deepEqual(
		section?.table.rows.map(({ target }) => target),
		['sse', 'stateless', 'sse=again'],
	);
	assert.doesNotMatch(section?.answer ?? '', /again/);
	const [chart] = section?.charts ?? [];
	assert.ok(chart && chart.kind !== 'heat');
	assert.deepEqual(
		chart.lines.map(({ target }) => target),
		['sse', 'stateless'],
	);
	assert.doesNotMatch(JSON.stringify(chart), /again/);
});

test('a control that differs from itself is told in the section', () => {
	const run = runOf({
		'steady-calls': {
			sse: { p50Us: near(100) },
			stateless: { p50Us: near(150) },
			'sse=again': { p50Us: near(120) },
		},
	});
	const scenarios = scenariosOf(['p50Us']);
	const { notes, comparisons } = comparedRun(run, scenarios);
	assert.deepEqual(
		notes.map(({ kind, scenario, measure }) => [kind, scenario, measure]),
		[['control', 'steady-calls', 'p50Us']],
	);
	const record = { ...run, findings: [], notes, comparisons };
	const [section] = reportInput(record, scenarios, new Map()).sections;
	assert.match(section?.warnings.join(' ') ?? '', /sse against itself differs in p50, 1\.20× \[/);
});
