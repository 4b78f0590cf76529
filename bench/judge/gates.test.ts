import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type GateResult, parseGate } from '../model/gate.ts';
import type { MeasureName, MeasureValue } from '../model/measures.ts';
import { measures } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import { slowed, type Variation, variedRun } from '../report/fixture-comparison.ts';
import { atTheEnd, stateOf, withBound } from './gate-state.ts';
import { comparedGates, runGates, unknownName } from './gates.ts';

const base = variedRun({ id: 'base', seed: 1, spread: 0.02, repeats: 5 });
const head = (more: Partial<Variation> = {}) => variedRun({ id: 'head', seed: 2, spread: 0.02, repeats: 5, ...more });
const slower = head({ factor: slowed(0.3, 'steady-calls', 'stateless', 'p99Us') });

const check = (word: string, b: RunRecord, a = base): GateResult[] => comparedGates({ a, b }, [parseGate(word)]);
const states = (results: readonly GateResult[]) => results.map(({ target, state }) => `${target} ${state}`);

/** The run with these figures, repeat by repeat. */
function having(run: RunRecord, target: string, measure: MeasureName, values: readonly number[], more = {}): RunRecord {
	const trials = run.trials.flatMap((trial) => {
		if (trial.scenario !== 'steady-calls' || trial.target !== target || trial.state !== 'completed') return [trial];
		const value = values[trial.repeat - 1];
		const found: MeasureValue = { value: value ?? 0, unit: measures[measure].unit, ...more };
		return value === undefined ? [] : [{ ...trial, measures: { ...trial.measures, [measure]: found } }];
	});
	return { ...run, trials };
}

describe('the whole interval decides', () => {
	const above = { fails: 'above', limit: { is: 'relative', value: 1.1 } } as const;
	const below = { fails: 'below', limit: { is: 'relative', value: 0.9 } } as const;
	for (const [gate, ci, state] of [
		[above, [1.11, 1.3], 'broken'],
		[above, [1.05, 1.3], 'open'],
		[above, [0.95, 1.1], 'held'],
		[above, undefined, 'open'],
		[below, [0.7, 0.89], 'broken'],
		[below, [0.7, 0.95], 'open'],
		[below, [0.9, 1.4], 'held'],
	] as const) {
		test(`${gate.fails} ${gate.limit.value}: ${ci?.join(' to ') ?? 'none'} is ${state}`, () =>
			assert.equal(stateOf(gate, ci), state));
	}

	test('a lower bound is never low enough, and its ratio never certainly high', () => {
		assert.equal(withBound('held', 'above', true), 'open');
		assert.equal(withBound('broken', 'above', true), 'broken');
		assert.equal(withBound('broken', 'below', true), 'open');
		assert.equal(withBound('broken', 'above', false, true), 'open');
		assert.equal(withBound('held', 'above', false, true), 'held');
	});
});

describe('a relative gate', () => {
	test('is broken where the target is slower, and held where it is not', () => {
		const results = check('steady-calls.p99Us > 1.10x', slower);
		assert.deepEqual(states(results), [
			'sse held',
			'stateful held',
			'stateful-no-stream held',
			'stateless broken',
			'modern held',
			'sse/full-jitter held',
		]);
		const { sentence, ratio = 0 } = results.find(({ state }) => state === 'broken') as GateResult;
		assert.ok(Math.abs(ratio - 1.3) < 0.1);
		assert.match(
			sentence,
			/^The gate steady-calls\.p99Us > 1\.10x is broken by stateless: 1\.\d+× \[1\.\d+, 1\.\d+\] \(13\.\d\sms → 1\d\.\d\sms\) in 5\srepeats lies above 1\.10x\. Look for .*\.$/,
		);
	});

	test('is held on the same server, and the other way round', () => {
		assert.ok(check('steady-calls.p99Us > 1.10x', head()).every(({ state }) => state === 'held'));
		assert.deepEqual(states(check('steady-calls.p99Us@stateless < 0.9x', base, slower)), ['stateless broken']);
	});

	test('on which the figures do not decide is open, with how many repeats would', () => {
		const noisy = head({ spread: 0.4 });
		const [result] = check('steady-calls.p99Us@sse > 1.10x', noisy);
		assert.equal(result?.state, 'open');
		assert.match(
			result?.sentence ?? '',
			/does not decide on 1\.10x\. About \d+\smore repeats? .*--repeats \d+.*--strict/,
		);
	});

	test('of too few repeats is open, however large the difference is', () => {
		const two = (run: RunRecord) => ({ ...run, trials: run.trials.filter(({ repeat }) => repeat < 3) });
		const [result] = check('steady-calls.p99Us@stateless > 1.10x', two(slower), two(base));
		assert.equal(result?.state, 'open');
		assert.match(result?.sentence ?? '', /1\smore repeat would decide it \(--repeats 3\)/);
	});

	test('of a single repeat is not told what would decide, for nothing is known of the spread', () => {
		const one = (run: RunRecord) => ({ ...run, trials: run.trials.filter(({ repeat }) => repeat < 2) });
		const [beside] = check('steady-calls.p99Us@stateless > 1.10x', one(slower), one(base));
		const [alone] = check('steady-calls.p99Us@stateless > 15ms', one(slower), one(base));
		for (const result of [beside, alone]) {
			assert.match(result?.sentence ?? '', /2\smore repeats give an interval that may \(--repeats 3\)/);
		}
		const [atTheEnd] = runGates(having(one(base), 'sse', 'callsFailed', [0]), [
			parseGate('steady-calls.callsFailed@sse > 0'),
		]);
		assert.match(atTheEnd?.sentence ?? '', /2\smore repeats would decide it/, 'which any two do');
	});

	test('sees failures where there were none', () => {
		const [none, some] = [
			[0, 0, 0, 0, 0],
			[40, 60, 50, 45, 55],
		];
		const failed = (values: number[]) => having(head(), 'stateless', 'callsFailed', values);
		const zero = having(base, 'stateless', 'callsFailed', none);
		assert.deepEqual(states(check('steady-calls.callsFailed@stateless > 1x', failed(some), zero)), [
			'stateless broken',
		]);
		assert.deepEqual(states(check('steady-calls.callsFailed@stateless > 1x', failed(none), zero)), ['stateless held']);
	});

	test('on a target that one run lost is open, and said so', () => {
		const lost = { ...head(), trials: head().trials.filter(({ target }) => target !== 'modern') };
		const results = check('steady-calls.p99Us > 1.10x', lost);
		const open = results.filter(({ state }) => state === 'open');
		assert.deepEqual(states(open), ['modern open']);
		assert.match(open[0]?.sentence ?? '', /A alone has a figure/);
	});
});

describe('an absolute gate', () => {
	test('is about run B, and broken or held by its interval', () => {
		assert.deepEqual(states(check('steady-calls.p99Us@stateless > 15ms', slower)), ['stateless broken']);
		assert.deepEqual(states(check('steady-calls.p99Us@stateless > 15ms', head())), ['stateless held']);
		assert.deepEqual(states(runGates(slower, [parseGate('steady-calls.p99Us@stateless < 30ms')])), [
			'stateless broken',
		]);
	});

	test('that allows no failure is broken by a single one', () => {
		const gate = parseGate('steady-calls.callsFailed@sse > 0');
		assert.equal(runGates(having(base, 'sse', 'callsFailed', [0, 0, 1, 0, 0]), [gate])[0]?.state, 'broken');
		assert.equal(runGates(having(base, 'sse', 'callsFailed', [0, 0, 0, 0, 0]), [gate])[0]?.state, 'held');
		assert.equal(runGates(having(base, 'sse', 'callsFailed', [0, 0]), [gate])[0]?.state, 'open');
		assert.equal(atTheEnd(parseGate('x.callsOkShare < 100%'), [100, 99.99, 100]), 'broken');
		assert.equal(atTheEnd(parseGate('x.fdsPerClient > 0'), [0.1, -0.1]), undefined, 'slopes may be below zero');
	});

	test('on a lower bound is not held', () => {
		const run = having(base, 'sse', 'p99Us', [10, 10, 11, 10, 10], { atLeast: true });
		assert.equal(runGates(run, [parseGate('steady-calls.p99Us@sse > 1s')])[0]?.state, 'open');
		assert.equal(runGates(run, [parseGate('steady-calls.p99Us@sse > 5us')])[0]?.state, 'broken');
	});
});

describe('a gate that checks nothing is void or refused, never passed', () => {
	test('a measure without figures', () => {
		for (const word of ['steady-calls.recovery99Ms > 1.1x', 'steady-calls.recovery99Ms > 1s']) {
			const results = check(word, head());
			assert.deepEqual(
				results.map(({ state }) => state),
				['void'],
			);
			assert.match(results[0]?.sentence ?? '', /checks nothing: it has no figures in .*has figures of p50Us, .*\.$/);
		}
	});

	test('runs that asked different questions', () => {
		const scenarios = head().scenarios.map((each) => ({ ...each, sessions: 7 }));
		const [result] = check('steady-calls.p99Us > 1.10x', { ...head(), scenarios });
		assert.equal(result?.state, 'void');
		assert.match(result?.sentence ?? '', /different questions \(steady-calls: clients: 200 in A, 7 in B\)/);
	});

	test('unknown names, with a bounded list of those there are', () => {
		const said = (word: string) => unknownName(parseGate(word), base.planned, 'run A');
		assert.match(
			said('nope.p99Us > 1s') ?? '',
			/no scenario "nope" in run A, which has idle-clients, steady-calls, restart\. Name/,
		);
		assert.match(said('restart.nope.p99Us > 1s') ?? '', /no case "nope" in run A, which has none/);
		assert.match(said('restart.p99Us@nope > 1s') ?? '', /no target "nope" in run A, which has sse, stateful/);
		assert.equal(said('restart.p99Us@sse > 1s'), undefined);
		const many = Array.from({ length: 40 }, (_, n) => ({ ...base.planned[0], target: `t${n}` })) as typeof base.planned;
		assert.match(unknownName(parseGate('idle-clients.r2@x > 1'), many, 'B') ?? '', /t11 and 28 more\. Name/);
	});
});
