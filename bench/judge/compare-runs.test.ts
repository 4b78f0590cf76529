import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scenarios } from '../../scenarios/index.ts';
import type { MeasureName } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { RunComparison } from '../model/run-comparison.ts';
import { slowed, type Variation, variedRun } from '../report/fixture-comparison.ts';
import { compareRuns } from './compare-runs.ts';
import { notCompared } from './compared-measures.ts';

const of = (more: Partial<Variation> = {}) => variedRun({ id: 'base', seed: 1, spread: 0.03, repeats: 5, ...more });
const head = (more: Partial<Variation> = {}) => of({ id: 'head', seed: 2, ...more });
const between = (a: RunRecord, b: RunRecord) => compareRuns({ a, b }, scenarios);

function row({ rows }: RunComparison, scenario: string, target: string, measure: MeasureName) {
	const found = rows.find((each) => each.scenario === scenario && each.target === target && each.measure === measure);
	assert.ok(found, `${scenario} ${target} ${measure}`);
	return found;
}

/** The run with one measure of a target changed, repeat by repeat; undefined takes it away. */
function withValues(
	run: RunRecord,
	target: string,
	measure: MeasureName,
	values: readonly (number | undefined)[],
): RunRecord {
	const trials = run.trials.map((trial) => {
		if (trial.scenario !== 'steady-calls' || trial.target !== target || trial.state !== 'completed') return trial;
		const { [measure]: was, ...others } = trial.measures;
		const value = values[trial.repeat - 1];
		return { ...trial, measures: value === undefined ? others : { ...others, [measure]: { unit: '', ...was, value } } };
	});
	return { ...run, trials };
}

describe('a difference', () => {
	test('of a fifth is found, in the right direction, and nothing else is', () => {
		const factor = slowed(0.2, 'steady-calls', 'stateless', 'p99Us');
		const { rows, summary } = between(of(), head({ factor }));
		const different = rows.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'inconclusive');
		assert.deepEqual(
			different.map(({ target, measure, word, better }) => [target, measure, word, better]),
			[['stateless', 'p99Us', 'slower', false]],
		);
		const { ratio = 0, ci: [low, high] = [0, 0] } = different[0] ?? {};
		assert.ok(low < 1.2 && 1.2 < high && Math.abs(ratio - 1.2) < 0.1);
		assert.equal(summary.different, 1);
		assert.equal(summary.compared, rows.length);
		assert.equal(summary.different + summary.equal + summary.inconclusive, summary.compared);
	});

	test('has its word by what is measured: less or more where it is no time', () => {
		const factor: NonNullable<Variation['factor']> = ({ target }, measure) =>
			target === 'sse' && ['p50Us', 'pssKbPerClient', 'callsOk'].includes(measure) ? 0.5 : 1;
		const found = between(of(), head({ factor }));
		const words = (scenario: string, measure: MeasureName) => {
			const { word, better } = row(found, scenario, 'sse', measure);
			return [word, better];
		};
		assert.deepEqual(words('steady-calls', 'p50Us'), ['faster', true]);
		assert.deepEqual(words('idle-clients', 'pssKbPerClient'), ['less', true]);
		assert.deepEqual(words('restart', 'callsOk'), ['less', false]);
	});

	test('turned round is the same with the ratio turned over', () => {
		const a = of();
		const b = head({ factor: slowed(0.2, 'restart', 'sse', 'recovery99Ms') });
		const [there, back] = [between(a, b), between(b, a)].map((each) => row(each, 'restart', 'sse', 'recovery99Ms'));
		assert.ok(Math.abs((there?.ratio ?? 0) * (back?.ratio ?? 0) - 1) < 1e-9);
		assert.deepEqual([there?.word, back?.word], ['slower', 'faster']);
	});
});

test('between runs of the same thing at most one measure in twenty is called different', () => {
	const pairs = Array.from({ length: 40 }, (_, n) => {
		const [a, b] = [100 + n, 200 + n].map((seed) => of({ seed, spread: 0.08, repeats: 3 })) as [RunRecord, RunRecord];
		return between(a, b).summary;
	});
	const sum = (read: (summary: RunComparison['summary']) => number) => pairs.reduce((all, each) => all + read(each), 0);
	assert.ok(sum(({ compared }) => compared) > 5000);
	assert.ok(sum(({ different }) => different) <= 0.05 * sum(({ compared }) => compared));
	// Looked at alone, more would be: the correction is what keeps them away.
	assert.ok(pairs.filter(({ different }) => different > 0).length <= 0.15 * pairs.length);
});

test('a difference that is one of hundreds looked at is not called, and says why', () => {
	const [a, b] = [of({ seed: 1 }), of({ seed: 2 })];
	const demoted = between(a, b).rows.filter(({ why }) => why === 'many');
	assert.ok(demoted.length > 0);
	for (const { p = 1, adjustedP = 0, verdict, ci = [0, 0] } of demoted) {
		assert.ok(p <= 0.05 && adjustedP > 0.05 && (ci[0] > 1 || ci[1] < 1));
		assert.equal(verdict, 'inconclusive');
	}
});

describe('what has no ratio', () => {
	const target = 'stateless';
	const failed = (a: number[], b: number[]) =>
		row(
			between(withValues(of(), target, 'callsFailed', a), withValues(head(), target, 'callsFailed', b)),
			'steady-calls',
			target,
			'callsFailed',
		);

	test('none and none are equal', () => {
		const { verdict, difference, ratio } = failed([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]);
		assert.deepEqual([verdict, difference, ratio], ['equal', 0, undefined]);
	});

	test('none and many differ by how many', () => {
		const { word, better, difference, ratio } = failed([0, 0, 0, 0, 0], [90, 110, 100, 95, 105]);
		assert.deepEqual([word, better, difference, ratio], ['more', false, 100, undefined]);
	});

	test('one in a single repeat decides nothing', () => {
		assert.equal(failed([0, 0, 0, 0, 0], [0, 0, 3, 0, 0]).verdict, 'inconclusive');
	});
});

describe('what decides nothing', () => {
	test('fewer than three repeats: shown, and counted apart', () => {
		const { rows, summary } = between(of({ repeats: 2 }), head({ factor: () => 3 }));
		assert.ok(rows.length > 100 && rows.every(({ why, verdict }) => why === 'few' && verdict === 'inconclusive'));
		assert.deepEqual(summary, { compared: 0, different: 0, equal: 0, inconclusive: 0, tooFew: rows.length });
	});

	test('a repeat without a figure', () => {
		const b = withValues(head(), 'sse', 'p50Us', [9e4, 9e4, undefined, 9e4, 9e4]);
		assert.equal(row(between(of(), b), 'steady-calls', 'sse', 'p50Us').why, 'partial');
	});

	test('a lower bound, where the truth could turn the order round', () => {
		const bounded = (run: RunRecord): RunRecord => ({
			...run,
			trials: run.trials.map((trial) =>
				trial.state === 'completed' && trial.measures.callsOk
					? { ...trial, measures: { ...trial.measures, callsOk: { ...trial.measures.callsOk, atLeast: true } } }
					: trial,
			),
		});
		const factor: NonNullable<Variation['factor']> = (_, measure) => (measure === 'callsOk' ? 2 : 1);
		const found = (a: RunRecord, b: RunRecord) => row(between(a, b), 'restart', 'sse', 'callsOk');
		assert.equal(found(bounded(of()), head({ factor })).why, 'bound');
		assert.equal(found(of(), bounded(head({ factor }))).word, 'more');
	});
});

describe('what only one run has is named', () => {
	test('a scenario, a target with the reason, a measure', () => {
		const base = of();
		const gone = base.trials.filter(({ scenario }) => scenario !== 'restart');
		const lost = gone.map((trial) =>
			trial.target === 'modern' && trial.scenario === 'steady-calls'
				? { ...trial, state: 'failed-to-start' as const, because: 'port taken', stderr: [], startedAt: '' }
				: trial,
		);
		const b = { ...base, id: 'other', scenarios: base.scenarios.filter(({ id }) => id !== 'restart'), trials: lost };
		const { onlyIn, notes } = between(base, withValues(b, 'sse', 'p999Us', []));
		assert.deepEqual(onlyIn, [
			{ side: 'a', what: 'scenario', name: 'restart' },
			{ side: 'a', what: 'target', name: 'steady-calls · modern', because: 'port taken' },
			{ side: 'a', what: 'measure', name: 'steady-calls · sse · p999Us' },
		]);
		assert.match(notes.join(' '), /Of B .*failed to start/);
	});

	test('a run that is not finished, or is compared with itself, is said to be', () => {
		const { notes } = between(of(), of({ more: { state: 'running' } }));
		assert.match(notes[0] ?? '', /^B is not finished, or its harness was killed\.$/);
		assert.match(notes.at(-1) ?? '', /the same run/);
	});
});

describe('the environment', () => {
	test('of the same machine differs in nothing', () => {
		assert.deepEqual(between(of(), of({ id: 'head' })).differences, []);
	});

	test('names what can move figures first', () => {
		const { environment, targets, scenarios: sizes } = of();
		const more: Partial<RunRecord> = {
			seed: 7,
			environment: {
				...environment,
				...{ node: 'v27.0.0', cpus: 8, busyCpus: 1.5 },
				packages: { ...environment.packages, undici: '9.0.0' },
			},
			targets: targets.map((each) =>
				each.id === 'sse' ? { ...each, server: { kind: 'command', command: 'x', url: 'http://127.0.0.1:1/' } } : each,
			),
			scenarios: sizes.map((each) => (each.id === 'restart' ? { ...each, sessions: 5 } : each)),
		};
		const { differences } = between(of(), head({ more }));
		assert.deepEqual(
			differences.map(({ what, matters }) => `${matters ? '! ' : ''}${what}`),
			[
				'! CPUs',
				'! Node',
				'! undici',
				'! CPUs busy before the first trial',
				'! restart: clients',
				'sse: start',
				'seed',
				'restart: repeats',
			].filter((each) => each !== 'restart: repeats'),
		);
	});
});

test('measures of the harness, of single calls, and without a better side are not compared', () => {
	const { rows } = between(of(), head());
	assert.ok(rows.length > 100);
	assert.deepEqual(
		rows.filter(({ measure }) => notCompared.has(measure)).map(({ measure }) => measure),
		[],
	);
	const mains = rows.filter(({ scenario, target, main }) => scenario === 'steady-calls' && target === 'sse' && main);
	assert.deepEqual(
		mains.map(({ measure }) => measure),
		['p50Us', 'p99Us', 'cpuUsPerCall'],
	);
});
