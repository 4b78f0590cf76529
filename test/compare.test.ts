import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { compareRuns } from '../bench/judge/compare-runs.ts';
import type { RunRecord } from '../bench/model/run.ts';
import type { RunComparison } from '../bench/model/run-comparison.ts';
import { slowed, variedRun } from '../bench/report/fixture-comparison.ts';
import { scenarios } from '../scenarios/index.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { refused } from './support/refusal.ts';
import { anyEscape, tooWide } from './support/terminal.ts';

const root = temporaryFolder('compare');
const base = variedRun({ id: '20260101T000000Z-standard', seed: 1, spread: 0.02, repeats: 5 });
const slow = variedRun({
	...{ id: '20260102T000000Z-standard', seed: 2, spread: 0.02, repeats: 5 },
	factor: slowed(0.3, 'steady-calls', 'stateless', 'p99Us'),
});
const same = variedRun({ id: '20260103T000000Z-standard', seed: 3, spread: 0.02, repeats: 5 });

function save(run: object, name: string): string {
	const folder = join(root, name);
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
	return folder;
}

const damaged = (more: object): object => ({ ...base, ...more });

before(() => {
	for (const run of [base, slow, same]) save(run, run.id);
	save(damaged({ schema: 99 }), 'newer');
	save(damaged({ state: 'running', trials: base.trials.slice(0, 40) }), 'unfinished');
	save(damaged({ trials: base.trials.map((trial) => ({ ...trial, measures: { p99Us: 'fast' } })) }), 'no-figures');
	save(damaged({ environment: { ...base.environment, packages: undefined } }), 'no-packages');
});

const compare = (...args: string[]) => bench(['compare', ...args, '--out', root], { env: { COLUMNS: '80' } });
const broken = 'steady-calls.p99Us > 1.10x';

describe('compare', { concurrency: 2 }, () => {
	test('is readable in 80 columns, and well without a gate however much differs', async () => {
		const { code, out, err } = await compare(base.id, slow.id);
		assert.deepEqual([code, err], [0, '']);
		assert.deepEqual(tooWide(out, 80), []);
		assert.doesNotMatch(out, anyEscape);
		assert.match(out, /^A {2}20260101T000000Z-standard: .*\n/);
		assert.match(out, /\n1 of 138\smeasures different/);
		assert.match(out, /\nsteady-calls · stateless\n {2}p99Us .* slower, worse\n/);
	});

	test('finds a run by its folder, and by its run.json', async () => {
		const [a, b] = [join(root, base.id), join(root, slow.id, 'run.json')];
		const { code, out } = await compare(a, b);
		assert.equal(code, 0);
		assert.equal(out, (await compare(base.id, slow.id)).out);
	});

	test('as JSON is what was compared, and nothing else', async () => {
		const { code, out } = await compare(base.id, slow.id, '--json', '--fail-on', 'restart.callsOk < 0.5x');
		assert.equal(code, 0);
		const { gates, ...found } = JSON.parse(out) as RunComparison;
		const { gates: _, ...expected } = compareRuns({ a: base, b: slow }, scenarios);
		assert.deepEqual(found, JSON.parse(JSON.stringify(expected)));
		assert.deepEqual([...new Set(gates.map(({ state }) => state))], ['held']);
	});

	test('of two targets of one run tells what one is to the other', async () => {
		const { code, out } = await compare(slow.id, slow.id, '--pair', 'sse=stateful', '--json');
		assert.equal(code, 0);
		const { rows, notes, a } = JSON.parse(out) as RunComparison;
		assert.deepEqual([...new Set(rows.map(({ target }) => target))], ['stateful']);
		assert.deepEqual([notes, a.planned], [[], 15]);
		const p99 = rows.find(({ scenario, measure }) => scenario === 'steady-calls' && measure === 'p99Us');
		assert.ok(p99?.word === 'slower' && Math.abs((p99.ratio ?? 0) - 2) < 0.1, 'twice as slow, as the fixture has it');
	});

	test('as Markdown is one comment', async () => {
		const { code, out } = await compare(base.id, same.id, '--markdown');
		assert.equal(code, 0);
		assert.match(out, /^\*\*0 of 138\smeasures different/);
		assert.match(out, /<\/details>\n$/);
	});

	test('tells of a run that is not finished, and of what it lacks', async () => {
		const { code, out } = await compare(base.id, 'unfinished');
		const words = out.replaceAll(/\s+/g, ' ');
		assert.equal(code, 0);
		assert.match(
			words,
			/! B is not finished, or its harness was killed\. 40 of its 90 trials completed and count \(50 not run\)\./,
		);
		assert.match(words, /only in A: target restart · sse \(other side: not run\)/);
	});
});

describe('a gate', { concurrency: 2 }, () => {
	test('that breaks: exit code 1, a sentence, a failure in the JUnit file', async () => {
		const junit = join(root, 'broken.xml');
		const { code, err } = await compare(base.id, slow.id, '--fail-on', broken, '--junit', junit);
		assert.equal(code, 1);
		assert.match(err, /^bench: The gate steady-calls\.p99Us > 1\.10x is broken by stateless: 1\.\d+× \[.*\n$/);
		const xml = readFileSync(junit, 'utf8');
		assert.match(xml, /<testsuites [^>]*tests="6" failures="1" errors="0"/);
		assert.match(xml, /<failure type="broken"/);
	});

	test('the same on a run that is no slower: exit code 0', async () => {
		const junit = join(root, 'held.xml');
		const { code, err } = await compare(base.id, same.id, '--fail-on', broken, '--junit', junit);
		assert.deepEqual([code, err], [0, '']);
		assert.match(readFileSync(junit, 'utf8'), /tests="6" failures="0" errors="0" skipped="0"/);
	});

	test('several add up, and each is told', async () => {
		const both = ['--fail-on', broken, '--fail-on', 'restart.recovery99Ms@sse > 1ms'];
		const { code, err } = await compare(base.id, slow.id, ...both);
		assert.equal(code, 1);
		assert.deepEqual(
			err
				.trim()
				.split('\n')
				.map((line) => /gate (\S+)/.exec(line)?.[1]),
			['steady-calls.p99Us', 'restart.recovery99Ms@sse'],
		);
	});

	test('on which the figures do not decide fails with --strict only', async () => {
		const open = ['--fail-on', 'steady-calls.p99Us@stateless > 1.30x'];
		const told = await compare(base.id, slow.id, ...open);
		assert.deepEqual([told.code, told.err], [0, '']);
		assert.match(told.out, /\? open {2}The gate/);
		const strict = await compare(base.id, slow.id, ...open, '--strict');
		assert.equal(strict.code, 1);
		assert.match(strict.err, /is open for stateless/);
	});

	test('on saved figures: `report` judges objectives, and writes them into junit.xml', async () => {
		const folder = save(base, 'reported');
		const config = join(root, 'objectives.json');
		const objectives = [
			{ scenario: 'steady-calls', measure: 'p99Us', target: 'sse', atMost: '1ms' },
			{ scenario: 'steady-calls', measure: 'callsOk', atLeast: 10 },
			{ scenario: 'pause', measure: 'callsFailed', atMost: 0 },
		];
		writeFileSync(config, JSON.stringify({ objectives }));
		const none = { ...base, trials: base.trials.map((trial) => ({ ...trial, state: 'invalid', because: 'x' })) };
		// Without histories a report has only what is saved: nothing completed, so that an objective has no figures.
		save(none, 'nothing');
		const empty = await bench(['report', 'nothing', '--out', root, '--config', config]);
		assert.equal(empty.code, 2);
		assert.match(empty.err, /steady-calls\.p99Us@sse > 1ms checks nothing: it has no figures/);
		assert.match(empty.out, /The objective pause\.callsFailed > 0 was not checked: pause is no part of this run/);
		const xml = readFileSync(join(root, 'nothing', 'junit.xml'), 'utf8');
		assert.match(xml, /<testsuite name="gates" tests="3" failures="0" errors="2" skipped="1"/);
		assert.ok(existsSync(folder));
	});
});

const wrong: readonly [args: readonly string[], pattern: RegExp][] = [
	[[base.id], /missing required argument 'B'/],
	[[base.id, slow.id, same.id], /too many arguments|Expected 2 arguments/],
	[[base.id, 'nope'], /No run "nope" .*The newest runs are .*unfinished/],
	[[base.id, 'newer'], /has schema 99, this version reads 1/],
	[[base.id, 'no-figures'], /run\.json is damaged: trials\.0\.measures\.p99Us/],
	[['no-packages', base.id], /run\.json is damaged: environment\.packages/],
	[[base.id, slow.id, '--json', '--markdown'], /--json or --markdown, not both/],
	[[base.id, slow.id, '--pair', 'sse'], /two targets, such as base=head/],
	[[base.id, slow.id, '--pair', 'sse=nope'], /--pair: run B has no target "nope"; it has sse, stateful/],
	[[base.id, slow.id, '--junit', 'x.xml'], /--junit writes down gates: add --fail-on/],
	[
		[base.id, slow.id, '--junit', join(root, 'no', 'x.xml'), '--fail-on', broken],
		/Cannot write the gates to .*x\.xml: .*Give another file with --junit\./,
	],
	[[base.id, slow.id, '--fail-on', 'p99 > 2x'], /It takes scenario\[\.case\]\.measure/],
	[
		[base.id, slow.id, '--fail-on', 'nope.p99Us > 2x'],
		/no scenario "nope" in run B, 20260102.*idle-clients, steady-calls/,
	],
	[[base.id, slow.id, '--fail-on', 'steady-calls.p99Us@nope > 2x'], /no target "nope".* sse, stateful/],
	[[base.id, slow.id, '--fail-on', 'steady-calls.p99 > 2x'], /no measure "p99"; near are/],
	[[base.id, slow.id, '--profile', 'smoke'], /--profile does not belong to compare/],
];

describe('a wrong comparison is refused with one sentence and exit code 2', { concurrency: 2 }, () => {
	for (const [args, pattern] of wrong) {
		test(args.join(' '), async () => refused(await compare(...args), 2, pattern));
	}

	test('a gate without figures, after all that can be said', async () => {
		const ended = await compare(base.id, slow.id, '--fail-on', 'steady-calls.recovery99Ms > 2x');
		refused(ended, 2, /checks nothing: it has no figures in both runs/);
		assert.match(ended.out, /measures different/);
	});
});

describe('limits of a run are refused before anything is measured', { concurrency: 2 }, () => {
	const config = (objectives: object[]): string => {
		const file = join(root, `config-${objectives.length}-${JSON.stringify(objectives).length}.json`);
		writeFileSync(file, JSON.stringify({ objectives }));
		return file;
	};
	const limit = { scenario: 'steady-calls', measure: 'p99Us' };
	const refusals: readonly [args: readonly string[], pattern: RegExp][] = [
		[['--fail-on', broken], /is relative to another run: give it to `npm run bench -- compare/],
		[['--scenario', 'pause', '--fail-on', 'restart.p99Us > 1s'], /no scenario "restart" in this run, which has pause/],
		[['--config', config([{ ...limit }])], /objectives\.0: Give atMost or atLeast/],
		[['--config', config([{ ...limit, atMost: 1, atLeast: '2s' }])], /objectives\.0: Give atMost or atLeast/],
		[['--config', config([{ ...limit, atMost: 50 }])], /"50" is no limit of p99Us/],
		[['--config', config([{ ...limit, atMost: '1.1x' }])], /1\.1x is relative to another run/],
		[
			['--config', config([{ ...limit, scenario: 'nope', atMost: '5ms' }])],
			/no scenario "nope"\. Known are idle-clients/,
		],
		[['--config', config([{ ...limit, measure: 'p98Us', atMost: '5ms' }])], /no measure "p98Us"/],
		[['--config', config([{ ...limit, most: '5ms' }])], /objectives\.0: Unrecognized key/],
		[['report', base.id, '--out', root, '--fail-on', broken], /is relative to another run/],
	];
	for (const [args, pattern] of refusals) test(args.join(' '), async () => refused(await bench(args), 2, pattern));
});

test('the runs that are compared stay as they were', () => {
	const saved = JSON.parse(readFileSync(join(root, base.id, 'run.json'), 'utf8')) as RunRecord;
	assert.deepEqual(saved, JSON.parse(JSON.stringify(base)));
});
