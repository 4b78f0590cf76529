import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialResult } from '../model/trial.ts';
import { commandInLines, invalidAgain } from './again.ts';
import { fixture } from './fixture.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import { summary } from './terminal.ts';

const trial = (scenario: string, repeat: number, more: { case?: string } = {}): TrialResult => ({
	...{ id: `${scenario}.sse.r${repeat}`, scenario, target: 'sse', repeat, seed: 1, ...more },
	...{ state: 'invalid', because: 'busy', startedAt: '', durationMs: 1, measures: {}, warnings: [] },
});
const command = 'npm run bench -- --profile standard --seed 5';

test('what was invalid is measured again by the same command for its scenarios, in another order', () => {
	const trials = [trial('steady-calls', 1), trial('steady-calls', 2), trial('push', 1)];
	const again = invalidAgain({ trials, command }) ?? assert.fail();
	assert.equal(again.command, 'npm run bench -- --profile standard --scenario steady-calls,push');
	assert.match(again.sentence, /^3\strials were invalid and count for nothing\. Their scenarios are measured again, /);
	const completed = fixture.run.trials.filter(({ state }) => state === 'completed');
	assert.equal(invalidAgain({ trials: completed, command }), undefined);
});

test('what was chosen stays chosen: targets, own servers in quotes, repeats, and cases where they are of these scenarios', () => {
	const own = '--target-command \'python3 "a b.py" --seed 1\' --target sse,mine --repeats 5';
	const long = `npm run bench -- --profile smoke --scenario restart,push --case drain-502 ${own} --seed 7`;
	const found = (trials: readonly TrialResult[]) => invalidAgain({ trials, command: long });
	const [one, other] = [found([trial('restart', 1, { case: 'drain-502' })]), found([trial('steady-calls', 1)])];
	assert.equal(one?.command, `npm run bench -- --profile smoke --scenario restart --case drain-502 ${own}`);
	assert.match(one?.sentence ?? '', /^1\strial was invalid and counts for nothing\. Its scenario is /);
	assert.equal(other?.command, `npm run bench -- --profile smoke --scenario steady-calls ${own}`);
});

test('a command is broken as a shell takes it, and never within quotes', () => {
	const lines = commandInLines(`${command} --target-command 'a b c d e f'`, 30, 'Again: ');
	assert.ok(lines.slice(0, -1).every((line) => line.endsWith(' \\') && line.length <= 30));
	assert.equal(
		lines.map((line) => line.replace(/ \\$/, '').trim()).join(' '),
		`Again: ${command} --target-command 'a b c d e f'`,
	);
});

test('terminal, page and Markdown say it', async () => {
	const run = { ...fixture.run, command, trials: [...fixture.run.trials, trial('restart', 9)] };
	const expected = /--profile standard --scenario [a-z,-]*restart/;
	assert.match(summary({ ...fixture, run }, { columns: 100, colour: false }), expected);
	assert.match(await htmlReport({ ...fixture, run }), expected);
	assert.match(markdownReport({ ...fixture, run }), expected);
});
