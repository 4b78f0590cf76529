import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import { fixture } from './fixture.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import { openVerdicts } from './open-verdicts.ts';
import { summary } from './terminal.ts';

const base = { scenario: 'steady-calls', measure: 'p50Us', a: 'sse', ratio: 1.02 } as const;
const comparisons: Comparison[] = [
	{ ...base, b: 'stateful', verdict: 'inconclusive', moreRepeats: 9 },
	{ ...base, b: 'stateless', verdict: 'inconclusive', moreRepeats: 4 },
	{ ...base, b: 'modern', verdict: 'inconclusive' },
	{ ...base, b: 'sdk1-sse', verdict: 'higher' },
];
const plain = (text = ''): string => text.replaceAll(/\s+/g, ' ');
const trial = (target: string, repeat: number) => ({
	...{ id: `steady-calls.${target}.r${repeat}`, scenario: 'steady-calls', target, repeat, seed: 1 },
});
const run: RunRecord = {
	...fixture.run,
	comparisons,
	scenarios: fixture.run.scenarios.map((each) => ({ ...each, repeats: 3 })),
	planned: [
		...['sse', 'stateless', 'stateful'].flatMap((target) => [1, 2, 3].map((repeat) => trial(target, repeat))),
		...['sse', 'stateless'].flatMap((target) => [4, 5, 6].map((repeat) => trial(target, repeat))),
	],
};
const asked = (['stateful', 'stateless'] as const).map((b) => ({
	...{ of: 'comparison', scenario: 'steady-calls', measure: 'p50Us', a: 'sse', b },
})) satisfies NonNullable<RunRecord['untilDecided']>['asked'];

test('a run that adds nothing says how many repeats its open comparisons would take', async () => {
	const { sentences, points } = openVerdicts(run) ?? assert.fail();
	assert.match(
		plain(sentences[0]),
		/^3 of 4 comparisons are inconclusive\. About 4 to 9 more repeats .* would decide 2 of them; --until-decided/,
	);
	assert.deepEqual(
		points.map((point) => plain(point).split(': ').at(-1)),
		['about 4 more', 'about 9 more'],
	);
	for (const output of [
		markdownReport({ ...fixture, run }),
		await htmlReport({ ...fixture, run }),
		summary({ ...fixture, run }, { columns: 90, colour: false }),
	])
		assert.match(output.replaceAll(/\s+/g, ' '), /3 of 4 comparisons are inconclusive/);
});

test('a run that added repeats says what they decided, what is open and about how many more that needs', () => {
	const decided = comparisons.map((each) => (each.b === 'stateless' ? { ...each, verdict: 'equal' as const } : each));
	const untilDecided = { budgetMs: 1_200_000, spentMs: 65_000, ended: 'budget', asked } as const;
	const { sentences, points } = openVerdicts({ ...run, comparisons: decided, untilDecided }) ?? assert.fail();
	assert.match(
		plain(sentences[0]),
		/2 verdicts were open\. 6 trials were added .*: 1 decided, 1 still open\. .*longer than the budget/,
	);
	assert.match(plain(points[0]), /stateful against sse: open, no repeat was added; about 9 more would decide it$/);
	assert.match(plain(points[1]), /stateless against sse: equal after 3 more repeats$/);
});

test('where nothing is open nothing is said, unless it was asked for', () => {
	const none = { ...run, comparisons: comparisons.slice(3) };
	assert.equal(openVerdicts(none), undefined);
	const untilDecided = { budgetMs: 60_000, spentMs: 0, ended: 'decided', asked: [] } as const;
	assert.match(
		openVerdicts({ ...none, untilDecided })?.sentences[0] ?? '',
		/no verdict was open that more of them could decide/,
	);
});
