import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures, Ruling } from '../model/finding.ts';
import { duration } from '../model/quantity.ts';
import type { CaseRecord, RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TrialResult } from '../model/trial.ts';
import type { ChartSource } from './charts.ts';
import { findings } from './judge.ts';
import { soakTable } from './soak-table.ts';
import { reclaimChart, remainsChart } from './vanish-charts.ts';
import { vanishedTable } from './vanished-table.ts';

type Given = Record<string, readonly [value: number, half?: number]>;

function trial(scenario: string, target: string, given: Given, inCase?: string): TrialResult {
	const measures = Object.fromEntries(
		Object.entries(given).map(([name, [value, half]]) => [
			name,
			{ value, unit: '', ...(half !== undefined && { ci: [value - half, value + half] }) },
		]),
	);
	const id = [scenario, inCase, target].join('.');
	return {
		...{
			id,
			scenario,
			target,
			repeat: 1,
			seed: 1,
			warnings: [],
			state: 'completed',
			startedAt: '',
			durationMs: 1,
			measures,
		},
		...(inCase !== undefined && { case: inCase }),
	};
}

/** As much of a run as tables read. */
function run(id: string, trials: readonly TrialResult[], cases: readonly CaseRecord[] = []): RunRecord {
	const targets = [...new Set(trials.map(({ target }) => target))].map((target) => ({ id: target }));
	const scenarios = [{ id, sessions: 100, ...(cases.length > 0 && { cases }) }];
	return { targets, scenarios, trials } as unknown as RunRecord;
}

test('the table of vanished clients has a row for each case and server, with its word, from one repeat', () => {
	const cases = [
		{ id: 'closed', title: 'connections closed', sessions: 100 },
		{ id: 'silent', title: 'fallen silent', sessions: 100 },
	];
	const left = (sessions: number, heap: number, half: number): Given => ({
		sessionsPerVanished: [sessions, 0],
		fdsPerVanished: [0, 0],
		heapKbPerVanished: [heap, half],
	});
	const table = vanishedTable(
		run(
			'v',
			[
				trial('v', 'sse', { ...left(0, 0.001, 0.2), sessionsBack1s: [99.6], sessionsBack5s: [100] }, 'closed'),
				trial('v', 'stateful', left(1, 18, 0.5), 'closed'),
				trial('v', 'sse', left(0, 3, 4), 'silent'),
			],
			cases,
		),
		'v',
	);
	assert.deepEqual(table?.rows, [
		['connections closed', 'sse', '0.00 ±0.00', '0.00 ±0.00', '0.00 ±0.20', 'gives back', '100 / — / 100'],
		['connections closed', 'stateful', '1.00 ±0.00', '0.00 ±0.00', '18.0 ±0.5', 'leaks', '—'],
		['fallen silent', 'sse', '0.00 ±0.00', '0.00 ±0.00', '3.00 ±4.00', 'inconclusive', '—'],
	]);
	assert.equal(vanishedTable(run('v', [], cases), 'v'), undefined);
});

test('the table of a soak says what grows, and not of one whose interval reaches to zero', () => {
	const table = soakTable(
		run('s', [
			trial('s', 'sse', { soakedMs: [600_000], heapKbPerHour: [50, 80], sessionsPerHour: [0, 0] }),
			trial('s', 'stateful', { soakedMs: [600_000], heapKbPerHour: [50, 80], sessionsPerHour: [100, 5] }),
		]),
		's',
	);
	assert.deepEqual(
		table?.rows.map((row) => [row[0], row[1], row[2], row.at(-1)]),
		[
			['sse', duration(600_000), '0 [0, 0]', 'no growth shown'],
			['stateful', duration(600_000), '100 [95, 105]', 'grows: sessions that nobody has'],
		],
	);
	assert.equal(soakTable(run('s', [trial('s', 'sse', {})]), 's'), undefined);
});

test('a claim whose figures have intervals within a trial is decided by one repeat, any other is not', () => {
	const trials = [trial('v', 'sse', { sessionsPerVanished: [1, 0] })];
	const record = {
		...run('v', trials),
		targets: [{ id: 'sse', implementation: 'reference' }],
		planned: trials,
	} as unknown as RunRecord;
	const rule = (figures: Figures): Ruling => {
		const { ci } = figures.estimate('sse', 'sessionsPerVanished') ?? {};
		return { verdict: ci?.[0] === 1 ? 'refuted' : 'depends', because: 'So it is.', evidence: [] };
	};
	const claims = [
		{ id: 'one', text: '', repeats: 1 as const, rule },
		{ id: 'many', text: '', rule },
	];
	const found = findings(record, { id: 'v', claims } as unknown as Scenario);
	assert.deepEqual(
		found.map(({ id, verdict }) => [id, verdict]),
		[
			['one', 'refuted'],
			['many', 'inconclusive'],
		],
	);
});

test('the chart of what is given back has a line for each target that had something to give back', () => {
	const still: Record<string, [number, number][]> = {
		sse: [
			[0, 100],
			[1, 40],
			[2, 0],
		],
		stateless: [],
	};
	const trials = Object.keys(still).map((target) => ({
		result: trial('v', target, {}),
		facts: {
			vanished: {
				still: () => still[target],
				remains: () => [
					[0, 90],
					[100, 2048],
					[200, 3072],
				],
			},
		},
	}));
	const source = { figures: { targets: ['sse', 'stateless'] }, trials } as unknown as ChartSource;
	const { lines } = reclaimChart('sessions', source);
	assert.deepEqual(
		lines.map(({ target, points }) => [target, points.map(({ x, y }) => [x, y])]),
		[['sse', still.sse]],
	);
	const [first, fit] = remainsChart('heapKb', source).lines;
	assert.deepEqual(
		first?.points.map(({ x, y }) => [x, y]),
		[
			[100, 0],
			[200, 1],
		],
		'MB above what was there when code was compiled',
	);
	assert.equal(fit?.dashed, true);
});
