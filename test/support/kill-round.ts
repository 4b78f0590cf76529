import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../bench/model/run.ts';
import type { TrialResult } from '../../bench/model/trial.ts';
import { stateWords } from '../../bench/report/trial-states.ts';
import { RunFolder } from '../../bench/store.ts';
import { bench, type Ended, startBench } from './command.ts';
import { goneWithinMs } from './ending.ts';
import { temporaryFolder } from './folders.ts';
import { type MarkedProcess, marked, survivors } from './processes.ts';
import { missingReports, recordOf } from './runs.ts';

/** SIGINT goes to the whole group, as from a terminal; the other two to the harness alone. */
export const killSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
export type KillSignal = (typeof killSignals)[number];

export interface KillPlan {
	readonly signal: KillSignal;
	/** What `atMs` counts from: the start of the command, or the line that says its first trial is over. */
	readonly after: 'the start' | 'the first trial';
	readonly atMs: number;
	readonly target: string;
	readonly seed: number;
}

/** How a command ended: in order, cut down by the signal, or before the signal came. */
export type Ending = 'in order' | 'at once' | 'before the signal';

export interface Killed {
	readonly plan: KillPlan;
	readonly ending: Ending;
	/** How many processes ran beside the harness at that moment. */
	readonly children: number;
	/** How many trials it had said to be over. */
	readonly finished: number;
	/** What runs on: none of them should. */
	readonly left: readonly MarkedProcess[];
	/** Whether a run had been saved, so that there was something to report. */
	readonly saved: boolean;
}

/** Kills a short run of two scenarios at one moment, and asserts that no finished trial is lost. */
export async function killRound(plan: KillPlan): Promise<Killed> {
	const root = temporaryFolder('kill');
	const { signal, target, seed } = plan;
	const small = ['--profile', 'smoke', '--scenario', 'idle-clients,restart', '--repeats', '1'];
	await using running = startBench([...small, '--target', target, '--seed', String(seed), '--out', root]);
	if (plan.after === 'the first trial') await running.until(() => saidTrials(running.said.out).length > 0, plan.after);
	await Promise.race([sleep(plan.atMs), running.ended]);
	const children = marked(running.mark).filter(({ command }) => !command.includes('bench/cli.ts')).length;
	if (signal === 'SIGINT') running.interrupt();
	else running.kill(signal);
	const ended = await running.ended;
	const left = await survivors(running.mark, goneWithinMs);
	const said = saidTrials(ended.out);
	const folder = join(root, 'latest');
	const saved = existsSync(join(folder, 'run.json'));
	if (saved) await assertWhole(folder, root, said);
	else assert.deepEqual(said, [], 'a trial that was said to be finished is saved');
	const ending = endingOf(ended, signal);
	if (saved && ending === 'in order') assert.equal(recordOf(folder).state, 'interrupted');
	return { plan, ending, children, finished: said.length, left, saved };
}

function endingOf({ code, signal, err }: Ended, sent: KillSignal): Ending {
	if (signal === sent) return 'at once';
	assert.equal(signal, null, err);
	assert.ok(code === 130 || code === 0, `exit code ${code}: ${err}`);
	return code === 130 ? 'in order' : 'before the signal';
}

type SaidTrial = Pick<TrialResult, 'scenario' | 'target' | 'repeat' | 'state'>;

/** The trials that the command said to be over, one line each. */
function saidTrials(out: string): SaidTrial[] {
	const line = /^\[ *\d+\/\d+\] (\S+) · (\S+) · repeat (\d+) · (.*)$/gm;
	return [...out.matchAll(line)].map(([whole, scenario = '', target = '', repeat, rest = '']) => {
		const states = Object.keys(stateWords) as TrialResult['state'][];
		const state = states.find((one) => rest.startsWith(stateWords[one]));
		assert.ok(state, whole);
		return { scenario, target, repeat: Number(repeat), state };
	});
}

/** Asserts that everything that was said stands in the run, can be read to its end, and can be reported. */
async function assertWhole(folder: string, root: string, said: readonly SaidTrial[]): Promise<void> {
	const record = recordOf(folder);
	const kept = record.trials.map(({ scenario, target, repeat, state }) => ({ scenario, target, repeat, state }));
	// The last one may be saved and not said yet.
	assert.deepEqual(kept.slice(0, said.length), said);
	assert.ok(kept.length <= said.length + 1);
	for (const { id } of completedOf(record)) {
		const events = await Array.fromAsync(new RunFolder(folder).history(id));
		const last = events.findLast((event) => event.is === 'phase');
		assert.equal(last?.phase, 'stop', `the history of ${id} goes on to its end`);
	}
	const report = await bench(['report', 'latest', '--out', root]);
	assert.equal(report.code, 0, report.err);
	const reported = recordOf(folder);
	assert.notEqual(reported.state, 'running');
	assert.deepEqual(measuresOf(reported), measuresOf(record), 'the histories say what was saved');
	assert.deepEqual(missingReports(folder), []);
}

function completedOf({ trials }: RunRecord) {
	return trials.filter((trial) => trial.state === 'completed');
}

function measuresOf(record: RunRecord) {
	return completedOf(record).map(({ id, measures }) => ({ id, measures }));
}
