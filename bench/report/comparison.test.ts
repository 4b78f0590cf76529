import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create } from 'xmlbuilder2';
import { scenarios } from '../../scenarios/index.ts';
import { linesOf, tooWide } from '../../test/support/terminal.ts';
import { compareRuns } from '../judge/compare-runs.ts';
import { comparedGates } from '../judge/gates.ts';
import { parseGate } from '../model/gate.ts';
import type { RunComparison } from '../model/run-comparison.ts';
import { comparisonMarkdown, longestMarkdown } from './comparison-markdown.ts';
import { comparisonText } from './comparison-text.ts';
import { slowed, variedRun } from './fixture-comparison.ts';
import { hostile } from './fixture-run.ts';
import { gatesXml } from './junit-gates.ts';

const a = variedRun({ id: 'base', seed: 1, spread: 0.03, repeats: 5 });
const b = variedRun({
	...{ id: 'head', seed: 2, spread: 0.03, repeats: 5, more: { state: 'interrupted' } },
	factor: slowed(0.4, 'steady-calls', 'stateless', 'p99Us'),
});
const gates = ['steady-calls.p99Us > 1.10x', 'steady-calls.recovery99Ms > 1s', 'restart.callsOk < 1.00x'].map(
	parseGate,
);
const comparison: RunComparison = { ...compareRuns({ a, b }, scenarios), gates: comparedGates({ a, b }, gates) };
const evil: RunComparison = {
	...comparison,
	a: { ...comparison.a, id: hostile },
	notes: [hostile],
	differences: [{ group: 'server', what: hostile, a: hostile, b: 'x', matters: true }],
	rows: comparison.rows.map((row, n) => (n === 0 ? { ...row, target: hostile } : row)),
	onlyIn: [{ side: 'a', what: 'target', name: hostile, because: hostile }],
	gates: comparison.gates.map((gate) => ({ ...gate, sentence: hostile })),
};
const shownIn = { columns: 80, colour: false };

describe('as text', () => {
	const text = comparisonText(comparison, shownIn);

	test('fits 80 columns, and fewer', () => {
		assert.deepEqual(tooWide(text, 80), []);
		assert.deepEqual(tooWide(comparisonText(evil, shownIn), 80), []);
		assert.deepEqual(tooWide(comparisonText(comparison, { columns: 50, colour: false }), 50), []);
	});

	test('says what differs around the runs, then the gates, then the figures', () => {
		const order = [
			'A  base',
			'B  head',
			'!  B was interrupted',
			'What differs',
			'Gates',
			'measures different',
			'Different: 1',
		];
		const places = order.map((words) => text.indexOf(words));
		assert.ok(!places.includes(-1), text);
		assert.deepEqual(
			places,
			places.toSorted((x, y) => x - y),
		);
		assert.match(
			text,
			/\nsteady-calls · stateless\n {2}p99Us +13\.\d\sms +1\d\.\d\sms +1\.4\d× \[1\.\d+, 1\.\d+\] {2}slower, worse\n/,
		);
	});

	test('names measures in full, and what is left out', () => {
		assert.match(text, /^ {2}fdsPerClientKeptAlive /m);
		assert.match(text, /… and \d+\srows more: --json has all/);
	});

	test('of runs with too few repeats says what it takes', () => {
		const short = compareRuns({ a: variedRun({ id: 'x', seed: 1, spread: 0.1, repeats: 1 }), b: a }, scenarios);
		const said = linesOf(comparisonText(short, shownIn)).join(' ');
		assert.match(
			said,
			/No measure can be judged: a verdict takes 3 repeats of each run \(--repeats 3\)\. \d+\smeasures of fewer/,
		);
		assert.match(said, /2 to see +/);
		assert.match(said, /n to see: so many more repeats give an interval/);
		assert.match(comparisonMarkdown(short), /inconclusive \(2 more give an interval\)/);
	});
});

describe('as Markdown', () => {
	const markdown = comparisonMarkdown(comparison);

	test('begins with the sentence to take away, and folds what decides nothing', () => {
		assert.match(
			markdown,
			/^\*\*1 of \d+\smeasures different \([\d.]+\s%\), \d+ equal within 5\s%, \d+ inconclusive\.\*\*\n/,
		);
		const open = markdown.replace(/<details>[\s\S]*?<\/details>/g, '');
		assert.match(open, /\| steady-calls · stateless \| p99Us \| slower, worse \| 1\.4/);
		assert.match(open, /\| ✗ broken \|/);
		assert.doesNotMatch(open, /inconclusive: |\| equal \|/);
		assert.equal(markdown.match(/<details>/g)?.length, markdown.match(/<\/details>/g)?.length);
	});

	test('shows broken gates first', () => {
		const marks = [...markdown.matchAll(/^\| ([✗?✓–] [a-z ]+) \|/gm)].map(([, mark]) => mark);
		assert.ok(marks.length > 3 && marks.includes('✓ held'));
		assert.ok(marks.lastIndexOf('✗ broken') < marks.indexOf('✓ held'));
	});

	test('shows what servers and users wrote as text', () => {
		const shown = comparisonMarkdown(evil);
		assert.doesNotMatch(shown, /<\/?(script|img)/);
		assert.doesNotMatch(shown, /http:\/\//);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
		assert.doesNotMatch(shown, /[\u001b\u202e]/);
	});

	test('of thousands of rows still fits a comment', () => {
		const rows = Array.from({ length: 60 }, (_, n) =>
			comparison.rows.map((row) => ({
				...row,
				case: `a-case-with-a-rather-long-name-${n}`,
				...{ verdict: 'higher', word: 'slower', better: false },
			})),
		).flat() as RunComparison['rows'];
		const many = { ...comparison, rows, notes: Array(9).fill('Note.'), gates: Array(200).fill(comparison.gates[0]) };
		const long = comparisonMarkdown({ ...many, onlyIn: Array(3000).fill(evil.onlyIn[0]) });
		assert.ok(long.length <= longestMarkdown && long.endsWith('</details>\n'), String(long.length));
		assert.match(long, /rows more: the JSON has all/);
	});
});

describe('gates as JUnit XML', () => {
	interface Case {
		readonly '@name': string;
		readonly failure?: { '@message': string };
		readonly error?: unknown;
		readonly skipped?: unknown;
	}
	const parsed = (strict: boolean) => {
		const xml = gatesXml('base head', comparison.gates, { strict });
		const suites = create(xml).end({ format: 'object' }) as never as {
			testsuites: { testsuite: Record<'@tests' | '@failures' | '@errors' | '@skipped', string> & { testcase: Case[] } };
		};
		return suites.testsuites.testsuite;
	};

	for (const strict of [false, true]) {
		test(`a case for each place, counted right, ${strict ? 'strict' : 'not strict'}`, () => {
			const suite = parsed(strict);
			const count = (kind: 'failure' | 'error' | 'skipped') => suite.testcase.filter((each) => kind in each).length;
			assert.equal(suite.testcase.length, comparison.gates.length);
			assert.deepEqual([suite['@tests'], suite['@failures'], suite['@errors'], suite['@skipped']].map(Number), [
				comparison.gates.length,
				count('failure'),
				count('error'),
				count('skipped'),
			]);
			const of = (state: string) => comparison.gates.filter((gate) => gate.state === state).length;
			assert.ok(of('open') > 0 && of('broken') === 1 && of('void') === 1);
			assert.equal(count('failure'), of('broken') + (strict ? of('open') : 0));
			assert.equal(count('error'), 1);
		});
	}

	test('a broken one carries its sentence', () => {
		const broken = parsed(false).testcase.find(({ failure }) => failure);
		// The reader leaves entities as they are.
		assert.equal(broken?.['@name'], 'steady-calls.p99Us &gt; 1.10x · stateless');
		assert.match(broken?.failure?.['@message'] ?? '', /is broken by stateless: 1\.4/);
	});
});
