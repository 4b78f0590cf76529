import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measures } from '../model/measures.ts';
import type { TrialResult } from '../model/trial.ts';
import { TrialFigures } from './figures.ts';

/** Three completed repeats of a target with these measures. */
function figures(...repeats: readonly Measures[]): TrialFigures {
	const trials = repeats.map((measures, n): TrialResult => {
		const repeat = n + 1;
		const plan = { id: `s.a.r${repeat}`, scenario: 's', target: 'a', repeat, seed: repeat };
		const ran = { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1, warnings: [], measures };
		return { ...plan, ...ran, state: 'completed' };
	});
	return new TrialFigures({ scenario: 's', sessions: 10, order: ['a'], trials });
}

const took = (value: number): Measures => ({ recovery95Ms: { value, unit: 'ms' } });
const late = (value: number): Measures => ({ p999Us: { value, unit: 'µs' } });

test('a repeat that never recovered makes the time of the others a lower bound', () => {
	assert.equal(figures(took(2000), took(3000), took(2500)).estimate('a', 'recovery95Ms')?.atLeast, undefined);
	const some = figures(took(2000), {}, took(3000)).estimate('a', 'recovery95Ms');
	assert.equal(some?.atLeast, true);
	assert.equal(some?.repeats, 2);
	assert.equal(figures({}, {}, {}).estimate('a', 'recovery95Ms'), undefined);
});

test('one measure over another is taken within each repeat: one that lacks either does not shift the others', () => {
	const both = (p50: number, p99: number): Measures => ({
		p50Us: { value: p50, unit: 'µs' },
		p99Us: { value: p99, unit: 'µs' },
	});
	const { p99Us: _, ...middleOnly } = both(1, 0);
	const { p50Us: __, ...highOnly } = both(0, 999);
	const quotients = (...repeats: readonly Measures[]) => figures(...repeats).quotients('a', 'p99Us', 'p50Us');
	assert.deepEqual(quotients(both(10, 30), both(20, 80), both(30, 150)), [3, 4, 5]);
	// As many of each, of which only two belong together.
	assert.deepEqual(quotients(both(10, 30), middleOnly, highOnly, both(30, 150)), [3, 5]);
	assert.deepEqual(quotients(middleOnly, middleOnly), []);
});

test('a percentile that some repeats had too few calls for is not told from the others', () => {
	assert.equal(figures(late(5), late(6), late(7)).estimate('a', 'p999Us')?.repeats, 3);
	assert.equal(figures(late(5), {}, late(7)).estimate('a', 'p999Us'), undefined);
});

test('where the interval of a share is all that it can be, the figure has the value of each repeat', () => {
	const served = (value: number): Measures => ({ firstTryShare: { value, unit: '%' } });
	const each = (...values: number[]) => figures(...values.map(served)).evidence('a', 'firstTryShare')[0]?.each;
	assert.deepEqual(each(50, 16.7), [16.7, 50]);
	assert.equal(each(50, 50), undefined, 'they agree');
	assert.equal(each(50, 51, 52), undefined, 'the interval says something');
	assert.equal(each(50), undefined, 'there is no interval');
	assert.equal(figures(took(10), took(90_000)).evidence('a', 'recovery95Ms')[0]?.each, undefined, 'no share');
});
