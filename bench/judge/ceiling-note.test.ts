import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measures } from '../model/measures.ts';
import type { TrialResult } from '../model/trial.ts';
import { ceilingNote } from './ceiling-note.ts';
import { TrialFigures } from './figures.ts';
import { joined } from './knee.ts';

interface Values {
	readonly capacity: number;
	readonly ceiling: number;
	readonly clientCpu?: number;
	readonly targetCpu?: number;
	readonly atLeast?: true;
}

function trial(target: string, repeat: number, { capacity, ceiling, clientCpu = 50, targetCpu = 99, atLeast }: Values) {
	const measures: Measures = {
		capacityPerS: { value: capacity, unit: '1/s', ...(atLeast && { atLeast }) },
		ceilingPerS: { value: ceiling, unit: '1/s' },
		ceilingClientCpuShare: { value: clientCpu, unit: '%' },
		ceilingTargetCpuShare: { value: targetCpu, unit: '%' },
	};
	const plan = { id: `${target}.${repeat}`, scenario: 'capacity', target, repeat, seed: 1 };
	return { ...plan, state: 'completed', startedAt: '', durationMs: 1, warnings: [], measures } satisfies TrialResult;
}

function figures(values: Record<string, Values>, repeats = [1, 2, 3]): TrialFigures {
	const trials = Object.entries(values).flatMap(([target, each]) => repeats.map((n) => trial(target, n, each)));
	return new TrialFigures({ scenario: 'capacity', sessions: 64, order: Object.keys(values), trials });
}

test('nothing is explained where the two agree within 15 %', () => {
	assert.deepEqual(
		ceilingNote(figures({ a: { capacity: 1000, ceiling: 1140 }, b: { capacity: 1000, ceiling: 880 } })),
		[],
	);
});

test('which of the two is higher is said, and why they differ', () => {
	const both = figures({ a: { capacity: 1000, ceiling: 1400 }, b: { capacity: 1000, ceiling: 700 } });
	const text = ceilingNote(both).join(' ');
	assert.match(text, /above the capacity: a \+40.%\./);
	assert.match(text, /below the capacity: b −30.%\./);
	assert.match(text, /arrivals that wait for nobody/);
	assert.doesNotMatch(text, /autocannon used up/);
});

test('a ceiling that is autocannon’s own is called so, and a capacity that is a bound, too', () => {
	const text = ceilingNote(figures({ a: { capacity: 1000, ceiling: 700, clientCpu: 99, targetCpu: 70 } })).join(' ');
	assert.match(text, /Against a autocannon used up its own CPU/);
	const bound = ceilingNote(figures({ a: { capacity: 1000, ceiling: 1400, atLeast: true } })).join(' ');
	assert.match(bound, /lower bound/);
});

test('a bound decides a comparison only in the direction in which it can', () => {
	const verdict = (a: Partial<Values>, b: Partial<Values>) => {
		const base = { capacity: 1000, ceiling: 1000 };
		const trials = [1, 2, 3].flatMap((n) => [
			trial('a', n, { ...base, ...a, capacity: (a.capacity ?? 1000) + n }),
			trial('b', n, { ...base, ...b, capacity: (b.capacity ?? 1000) + n }),
		]);
		return new TrialFigures({ scenario: 'capacity', sessions: 64, order: ['a', 'b'], trials }).ratio(
			'capacityPerS',
			'a',
			'b',
		)?.verdict;
	};
	assert.equal(verdict({}, { capacity: 2000 }), 'higher');
	assert.equal(verdict({}, { capacity: 2000, atLeast: true }), 'higher', 'and perhaps more so');
	assert.equal(verdict({ atLeast: true }, { capacity: 2000 }), 'inconclusive');
	assert.equal(verdict({ atLeast: true }, { capacity: 500 }), 'lower');
	assert.equal(verdict({}, { capacity: 500, atLeast: true }), 'inconclusive');
});

test('neighbouring levels of several repeats are one point of the knee', () => {
	const points = joined([
		{ x: 1000, y: 4 },
		{ x: 2000, y: 10 },
		{ x: 1040, y: 1 },
	]);
	assert.equal(points.length, 2);
	assert.ok(Math.abs((points[0]?.y ?? 0) - 2) < 1e-9 && (points[0]?.x ?? 0) > 1000);
	assert.ok(Math.abs((points[1]?.x ?? 0) - 2000) < 1e-9);
});
