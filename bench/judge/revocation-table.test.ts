import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measures, MeasureValue } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import { revocationTable } from './revocation-table.ts';

const value = (of: number, unit = ''): MeasureValue => ({ value: of, unit });
const bound = (of: number): MeasureValue => ({ value: of, unit: 'ms', atLeast: true });

const trial = (caseId: string, target: string, measures: Measures): TrialResult => ({
	...{ id: `s.${caseId}.${target}.r1`, scenario: 's', case: caseId, target, repeat: 1, seed: 1 },
	...{ state: 'completed', startedAt: '', durationMs: 1, measures, warnings: [] },
});

const seen = (refused: number, ended: number, neither: number): Measures => ({
	refusedShare: value(refused, '%'),
	streamsEndedShare: value(ended, '%'),
	unawareShare: value(neither, '%'),
});

test('a row for each case, in words: what went on, for how long at least, what came to its end, and what means nothing', () => {
	const table = revocationTable(
		{
			targets: [{ id: 'sse' }, { id: 'stateless' }],
			scenarios: [
				{
					id: 's',
					cases: [
						{ id: 'a', title: 'never looks' },
						{ id: 'b', title: 'looks' },
					],
				},
			],
			trials: [
				trial('a', 'sse', {
					...{ pushesAfterLapse: value(20), pushesAfterLapseMs: bound(2050) },
					...{ callsAfterLapse: value(3), callsAfterLapseMs: value(310, 'ms'), ...seen(0, 0, 100) },
				}),
				trial('b', 'sse', {
					...{ pushesAfterLapse: value(0), pushesAfterLapseMs: value(0, 'ms') },
					...{ callsAfterLapse: value(0), callsAfterLapseMs: value(0, 'ms'), ...seen(30, 100, 0) },
				}),
				trial('a', 'stateless', { callsAfterLapse: value(0), callsAfterLapseMs: value(0, 'ms'), ...seen(100, 0, 0) }),
			],
		} as unknown as RunRecord,
		's',
	);
	const plain = table?.rows.map((row) => row.map((cell) => cell.replaceAll('\u202f', ' ')));
	assert.deepEqual(plain, [
		['never looks', '≥ 2.05 s', '310 ms', 'all unaware', '—', 'nothing', 'all 401'],
		['looks', 'nothing', 'nothing', '30.0 % 401, all ended', '—', '—', '—'],
	]);
});

test('where nothing was measured there is no table', () => {
	const run = { targets: [{ id: 'sse' }], scenarios: [{ id: 's', cases: [] }], trials: [] } as unknown as RunRecord;
	assert.equal(revocationTable(run, 's'), undefined);
});
