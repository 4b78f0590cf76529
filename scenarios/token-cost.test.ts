import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrialFigures } from '../bench/judge/figures.ts';
import type { TrialResult } from '../bench/model/trial.ts';
import { tokenCost } from './token-cost.ts';

const trial = (caseId: string, repeat: number, cpuUs: number): TrialResult => ({
	...{ id: `${caseId}.${repeat}`, scenario: 'token-cost', case: caseId, target: 'sse', repeat, seed: 1 },
	...{ state: 'completed', startedAt: '', durationMs: 1, warnings: [] },
	measures: { cpuUsPerCall: { value: cpuUs, unit: 'µs' } },
});

/** Repeats that differ by far more than what a token costs: a neighbour's load, which all cases of a repeat met. */
const base = [200, 300, 600];

function figuresWith(added: readonly number[], missing = 0): TrialFigures {
	const trials = base.flatMap((cpuUs, n) => [
		trial('none', n + 1, cpuUs),
		...(n < base.length - missing ? [trial('es256-request', n + 1, cpuUs + (added[n] ?? 0))] : []),
	]);
	const cases = [
		{ id: 'none', title: 'no token', sessions: 10 },
		{ id: 'es256-request', title: 'ES256', sessions: 10 },
	];
	return new TrialFigures({ scenario: 'token-cost', sessions: 10, order: ['sse'], trials, cases });
}

const plain = (figures: TrialFigures) => {
	const said = tokenCost.answer?.(figures);
	return (typeof said === 'string' ? [said] : (said ?? [])).join(' ').replaceAll('\u202f', ' ');
};

test('what a token adds is told pair by pair: what disturbed a whole repeat does not hide it', () => {
	const added = figuresWith([100, 110, 90]).added('sse', 'cpuUsPerCall', 'none', 'es256-request');
	assert.deepEqual([added?.value, added?.repeats], [100, 3]);
	const [low = 0, high = 0] = added?.ci ?? [];
	assert.ok(low > 70 && high < 130, `${low} to ${high}`);
	assert.match(plain(figuresWith([100, 110, 90])), /^sse: .*ES256 on every request adds 100 \[75, 125\] µs\.$/);
});

test('a repeat without its pair drops out, and without any pair nothing is said', () => {
	assert.equal(figuresWith([100, 110, 90], 1).added('sse', 'cpuUsPerCall', 'none', 'es256-request')?.repeats, 2);
	assert.equal(figuresWith([], 3).added('sse', 'cpuUsPerCall', 'none', 'es256-request'), undefined);
	assert.equal(plain(figuresWith([], 3)), '');
});

test('what cannot be told from noise is said to be none', () => {
	assert.match(
		plain(figuresWith([100, -100, 20])),
		/adds nothing that could be told from noise: 7 \[−\d+, \d+\] µs\.$/,
	);
});
