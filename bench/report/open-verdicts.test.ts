import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import { fixture } from './fixture.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import { openVerdicts } from './open-verdicts.ts';
import { summary } from './terminal.ts';

const base = { scenario: 'steady-calls', measure: 'p50Us', a: 'sse', ratio: 1.02, ci: [0.9, 1.2] } as const;
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
	assert.match(await htmlReport({ ...fixture, run }), /<nav[\s\S]*<a href="#open">Open verdicts<\/a>[\s\S]*<\/nav>/);
	assert.doesNotMatch(await htmlReport({ ...fixture, run: { ...run, comparisons: [] } }), /#open/);
});

test('of single repeats nobody can say what would decide, only what gives an interval', () => {
	const bare = comparisons.map(({ ci: _, ...each }) => ({ ...each, ...(each.moreRepeats && { moreRepeats: 2 }) }));
	const { sentences, points } = openVerdicts({ ...run, comparisons: bare }) ?? assert.fail();
	assert.match(
		plain(sentences[0]),
		/ inconclusive\. 2 more repeats of each target give 2 of them an interval; --until/,
	);
	assert.ok(points.length === 2 && points.every((point) => point.endsWith(': 2 more give an interval')));
	const [first, ...others] = bare;
	const mixed = openVerdicts({ ...run, comparisons: [{ ...(first ?? assert.fail()), ci: [0.9, 1.2] }, ...others] });
	assert.match(
		plain(mixed?.sentences[0]),
		/About 2 more .* would decide 1 of them; 2 more give 1 of them an interval;/,
	);
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

test('what became open later is listed too, with what is open now and what each look changed', async () => {
	const modern = { of: 'comparison', scenario: 'steady-calls', measure: 'p50Us', a: 'sse', b: 'modern' } as const;
	const claim = { of: 'finding', scenario: 'steady-calls', id: 'hostile <b>' } as const;
	const [stateful, stateless] = asked;
	assert.ok(stateful && stateless);
	const looks = [
		{ planned: 13, closed: [stateful, stateless], opened: [modern] },
		{ planned: 15, closed: [], opened: [claim, stateful] },
		{ planned: 15, closed: [], opened: [] },
	];
	const decided = comparisons.map((each) => (each.b === 'stateless' ? { ...each, verdict: 'equal' as const } : each));
	const untilDecided = { budgetMs: 1_200_000, spentMs: 65_000, ended: 'budget', asked, looks } as const;
	const grown = { ...run, comparisons: decided, untilDecided };
	const { sentences, points, now, looks: lines } = openVerdicts(grown) ?? assert.fail();
	assert.match(
		plain(sentences[0]),
		/1 decided, 1 still open\. 2 further verdicts became open meanwhile, of which 2 still are\./,
	);
	assert.equal(points.length, 2);
	assert.deepEqual(
		now.map((point) => plain(point).split(': open')[0]),
		[
			'steady-calls: p50, stateful against sse',
			'steady-calls: p50, modern against sse',
			'steady-calls: the claim hostile <b>',
		],
	);
	const names = ['stateful', 'stateless', 'modern'].map((target) => `steady-calls: p50, ${target} against sse`);
	assert.deepEqual(lines.map(plain), [
		'Look 1, after the 9 planned trials: 2 open.',
		`Look 2, after 13 trials: no longer open 2 (${names[0]}; ${names[1]}); newly open 1 (${names[2]}). 1 open.`,
		`Look 3, after 15 trials: newly open 2 (steady-calls: the claim hostile <b>; ${names[0]}). 3 open.`,
		'Look 4, after 15 trials: nothing changed. 3 open.',
	]);
	for (const output of [
		markdownReport({ ...fixture, run: grown }),
		await htmlReport({ ...fixture, run: grown }),
		summary({ ...fixture, run: grown }, { columns: 90, colour: false }),
	]) {
		for (const title of ['Open after the planned repeats, and what became of it', 'Open now', 'What each look changed'])
			assert.ok(output.includes(title), title);
	}
	assert.doesNotMatch(markdownReport({ ...fixture, run: grown }), /hostile <b>/);
	assert.doesNotMatch(await htmlReport({ ...fixture, run: grown }), /hostile <b>/);
});

test('an older run, which kept no looks, lists what it knows', () => {
	const untilDecided = { budgetMs: 1_200_000, spentMs: 65_000, ended: 'budget', asked } as const;
	const { points, now, looks } = openVerdicts({ ...run, untilDecided }) ?? assert.fail();
	assert.deepEqual([points.length, now.length, looks.length], [2, 0, 0], 'all is open as it was at first');
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
