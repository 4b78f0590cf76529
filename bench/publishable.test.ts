import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRecord } from './model/run.ts';
import type { TrialResult } from './model/trial.ts';
import { whyNotPublishable } from './publishable.ts';
import { run as fixture } from './report/fixture-run.ts';

const completed = (trial: RunRecord['planned'][number]): TrialResult => ({
	...trial,
	...{ state: 'completed', startedAt: fixture.startedAt, durationMs: 1000, measures: {}, warnings: [] },
});

/** A run of a hundred trials that all completed, but for the first ones. */
function runWith(spoilt: number, spoil: (trial: TrialResult) => TrialResult): RunRecord {
	const planned = Array.from({ length: 100 }, (_, n) => ({
		...{ id: `restart.sse.r${n + 1}`, scenario: 'restart', target: 'sse', repeat: n + 1, seed: n },
	}));
	const trials = planned.map((trial, n) => (n < spoilt ? spoil(completed(trial)) : completed(trial)));
	return { ...fixture, planned, trials, state: spoilt > 0 ? 'failed' : 'completed' };
}

const invalid = (trial: TrialResult): TrialResult => ({
	...{ ...trial, startedAt: fixture.startedAt, durationMs: 1, measures: {} },
	...{ state: 'invalid', because: 'the generator was late.' },
});
const aborted = (trial: TrialResult): TrialResult => ({
	...{ ...trial, startedAt: fixture.startedAt, durationMs: 1 },
	...{ state: 'aborted', because: 'the target died' },
});
const skipped = (trial: TrialResult): TrialResult => ({ ...trial, state: 'skipped', because: 'nginx is missing.' });

test('a run that was completed may be published, one with a few invalid or skipped trials too', () => {
	assert.equal(whyNotPublishable(runWith(0, invalid)), undefined);
	assert.equal(whyNotPublishable(runWith(2, invalid)), undefined);
	assert.equal(whyNotPublishable(runWith(60, skipped)), undefined);
});

for (const [what, run, pattern] of [
	[
		'more of them',
		runWith(3, invalid),
		/too many invalid trials, 3 of 100, where 2 % may be: restart\.sse\.r1 \(invalid/,
	],
	['a failure', runWith(1, aborted), /has failures: restart\.sse\.r1 \(aborted: the target died\)\./],
	['many failures', runWith(9, aborted), /r3 \(aborted: the target died\) and 6 more\./],
	['nothing measured', runWith(100, skipped), /no completed trial/],
	['a run that goes on', { ...runWith(0, invalid), state: 'running' }, /is not finished, or was killed: 100 of 100/],
	['an interrupted one', { ...runWith(0, invalid), state: 'interrupted' }, /was interrupted/],
	['one that lacks trials', { ...runWith(0, invalid), trials: [] }, /was interrupted: 0 of/],
	[
		'a server of the user’s',
		{ ...runWith(0, invalid), targets: fixture.targets.map((each) => ({ ...each, implementation: 'user' as const })) },
		/servers of your own \(sse, .*report\.html/,
	],
] satisfies readonly (readonly [string, RunRecord, RegExp])[]) {
	test(`${what}: refused with one sentence`, () => {
		const why = whyNotPublishable(run) ?? assert.fail('it is refused');
		assert.match(why, pattern);
		assert.match(why, /^The run .*\.$/);
	});
}
