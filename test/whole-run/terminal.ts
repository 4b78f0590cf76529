import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from '../support/command.ts';
import {
	anyEscape,
	colourEscape,
	inTerminal,
	linesOf,
	skipWithoutScript,
	summaryOf,
	tooWide,
} from '../support/terminal.ts';
import { wholeRun } from '../support/whole-run.ts';

/** What is shown here; what is to be shared has the width of a chat. */
function shownHere(out: string): string {
	const [here, toShare] = out.split(/To share:\r?\n/);
	assert.ok(here && toShare, 'both are there');
	return here;
}

test('without a terminal: the estimate, a line per trial, the summary, no escape codes, 100 columns', async () => {
	const { out } = (await wholeRun()).ended;
	assert.doesNotMatch(out, anyEscape);
	assert.deepEqual(tooWide(summaryOf(out), 100), []);
	assert.match(linesOf(out)[0] ?? '', /^7 trials, about \d+/);
	const perTrial = linesOf(out).filter((line) => /^\[\d\/7\] /.test(line));
	assert.equal(perTrial.length, 7);
	for (const line of perTrial) assert.match(line, /repeat 1 · completed in /);
	for (const name of ['report.html', 'report.md']) assert.ok(out.includes(name), `${name} is named at the end`);
});

test('on a terminal the summary has colours, unless NO_COLOR is set', { skip: skipWithoutScript }, async () => {
	const { folder } = await wholeRun();
	const [coloured, plain] = await Promise.all([
		bench(['report', folder], { prefix: inTerminal(100) }),
		bench(['report', folder], { prefix: inTerminal(100), env: { NO_COLOR: '1' } }),
	]);
	assert.equal(coloured.code, 0, coloured.out);
	assert.match(coloured.out, colourEscape);
	assert.doesNotMatch(plain.out, anyEscape);
	assert.deepEqual(tooWide(plain.out, 100), []);
});

test('the summary fits a narrow terminal', { skip: skipWithoutScript }, async () => {
	const { folder } = await wholeRun();
	const { out } = await bench(['report', folder], { prefix: inTerminal(60), env: { NO_COLOR: '1' } });
	// A path cannot be broken without becoming another one.
	assert.deepEqual(
		tooWide(shownHere(out), 60).filter((line) => !line.includes('/')),
		[],
	);
});

test('without a terminal COLUMNS says how wide the summary may be', async () => {
	const { folder } = await wholeRun();
	const [narrow, usual] = await Promise.all([
		bench(['report', folder], { env: { COLUMNS: '60' } }),
		bench(['report', folder], { env: { COLUMNS: 'wide' } }),
	]);
	const words = (out: string, columns: number) =>
		tooWide(shownHere(out), columns).filter((line) => !line.includes('/'));
	assert.deepEqual(words(narrow.out, 60), []);
	assert.ok(words(usual.out, 60).length > 0);
	assert.deepEqual(words(usual.out, 100), []);
	assert.deepEqual(
		tooWide(narrow.out, 80).filter((line) => !line.includes('/')),
		[],
		'a chat has 80',
	);
});
