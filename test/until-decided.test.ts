import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, survivors } from './support/processes.ts';
import { latestRecord } from './support/runs.ts';

/** A ladder is over in seconds on a machine of its own, which tests do not have. */
const longestMs = 150_000;
const chosen = ['--profile', 'smoke', '--scenario', 'idle-clients', '--target', 'stateless', '--seed', '9'];

test('repeats are added to the run while verdicts are open, and an interruption keeps what was measured', {
	skip: linuxOnly,
}, async () => {
	const out = temporaryFolder('until-decided');
	// One repeat decides nothing; the budget is no matter here.
	await using running = startBench([...chosen, '--until-decided', '--budget', '10m', '--out', out]);
	const giveUpMs = performance.now() + longestMs;
	while ((latestRecord(out)?.planned.length ?? 0) < 2 && performance.now() < giveUpMs) await sleep(50);
	assert.equal(latestRecord(out)?.state, 'running');
	running.interrupt();
	const { code, out: said } = await running.ended;
	assert.equal(code, 130);
	const record = latestRecord(out) ?? assert.fail('there is a run');
	assert.match(record.command, /--until-decided --budget 10m --seed 9$/);
	const { ended, asked, budgetMs } = record.untilDecided ?? assert.fail('it says what became of it');
	assert.deepEqual([ended, budgetMs], ['interrupted', 600_000]);
	assert.ok(asked.some((question) => question.of === 'finding' && question.scenario === 'idle-clients'));
	const planned = record.planned.map(({ id }) => id);
	assert.deepEqual(planned, ['idle-clients.stateless.r1', 'idle-clients.stateless.r2']);
	for (const { id } of record.trials) assert.ok(planned.includes(id), id);
	assert.equal(record.trials[0]?.state, 'completed');
	assert.match(
		said.replaceAll(/\s+/g, ' '),
		/open --until-decided: after the planned repeats \d+ verdicts? w.* It was interrupted\./,
	);
	assert.match(readFileSync(join(out, 'latest', 'report.md'), 'utf8'), /## Open verdicts/);
	assert.deepEqual(await survivors(running.mark, 5000), []);
});

test('a budget that allows no block adds none, and says so', async () => {
	const out = temporaryFolder('until-decided');
	const { code, out: said } = await bench([...chosen, '--until-decided', '--budget', '1s', '--out', out], {
		withinMs: longestMs,
	});
	assert.equal(code, 0);
	const record = latestRecord(out) ?? assert.fail('there is a run');
	assert.deepEqual([record.untilDecided?.ended, record.planned.length], ['budget', 1]);
	assert.match(
		said.replaceAll(/\s+/g, ' '),
		/0 trials were added .* What is open would have taken longer than the budget\./,
	);
});
