import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TrialResult, TrialState } from '../bench/model/trial.ts';
import { bench, type Running, startBench } from './support/command.ts';
import { goneWithinMs } from './support/ending.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, marked, survivors } from './support/processes.ts';
import { missingReports, recordOf } from './support/runs.ts';

const fixture = fileURLToPath(new URL('./fixtures/failing-run.ts', import.meta.url));

/** A trial of this target, which must have ended in this state. */
function inState<S extends TrialState>(
	trials: readonly TrialResult[],
	target: string,
	state: S,
): TrialResult & { readonly state: S } {
	const trial = trials.find((each) => each.target === target);
	assert.ok(trial, `${target} has a trial`);
	assert.equal(trial.state, state, target);
	return trial as TrialResult & { readonly state: S };
}

/** Whether a trial ran to its end; on a machine that is busy with something else it may be invalid all the same. */
function wasMeasured(
	trial: TrialResult | undefined,
): trial is TrialResult & { readonly state: 'completed' | 'invalid' } {
	return trial?.state === 'completed' || trial?.state === 'invalid';
}

async function failingTargets(t: TestContext): Promise<void> {
	const root = temporaryFolder('failing');
	// The longest wait is for the one that never says it is ready.
	const { code, out, err } = await bench([root, 'broken', 'missing', 'dying', 'silent', 'sound'], {
		file: fixture,
		withinMs: 90_000,
	});
	assert.equal(code, 0, out + err);
	const folder = join(root, 'latest');
	const { state, trials } = recordOf(folder);

	await t.test('the run failed, and every trial is there with a line of its own', () => {
		assert.equal(state, 'failed');
		assert.equal(trials.length, 5);
		assert.deepEqual(missingReports(folder), []);
		for (const [n, trial] of trials.entries())
			assert.match(out, new RegExp(`\\[${n + 1}/5\\] calls · ${trial.target} `));
	});
	await t.test('the sound one was measured', () => {
		const sound = trials.find(({ target }) => target === 'sound');
		assert.ok(wasMeasured(sound), String(sound?.state));
		assert.equal(sound.measures.callsOk?.value, 150);
	});
	await t.test('one that ends before it is ready', () => {
		const { because, stderr } = inState(trials, 'broken', 'failed-to-start');
		assert.match(because, /exit code 9/);
		assert.equal(stderr.at(-1), 'cannot read the config');
		assert.ok(stderr.length <= 50, 'only the last lines are kept');
		assert.match(inState(trials, 'missing', 'failed-to-start').stderr.join('\n'), /no-such-server/);
	});
	await t.test('one that never gets ready', () => {
		const { because, stderr } = inState(trials, 'silent', 'failed-to-start');
		assert.match(because, /15\D?000 ms|15 s/);
		assert.deepEqual(stderr, ['waiting for a database that does not come']);
	});
	await t.test('one that dies in the middle', () => {
		const { because, stderr } = inState(trials, 'dying', 'aborted');
		assert.match(because, /exit code 7/);
		assert.deepEqual(stderr?.slice(-2), ['first line of many', 'the disk is on fire']);
	});
	await t.test('the reports say so, too', () => {
		for (const name of ['report.html', 'report.md', 'junit.xml']) {
			const text = readFileSync(join(folder, name), 'utf8');
			assert.match(text, /the disk is on fire/, name);
			assert.match(text, /cannot read the config/, name);
		}
	});
}

async function muteTarget(t: TestContext): Promise<void> {
	const root = temporaryFolder('mute');
	const { code, out, err } = await bench([root, 'mute'], { file: fixture, withinMs: 60_000 });
	assert.equal(code, 0, out + err);
	const { state, trials } = recordOf(join(root, 'latest'));
	assert.match(JSON.stringify(trials), /0 of 20 sessions/);
	await t.test('a trial without a single session failed', () => {
		assert.equal(state, 'failed');
	});
}

/** Waits until a process of the run has this file, and kills it. */
async function killFirst(running: Running, file: string): Promise<void> {
	let pid: number | undefined;
	await running.until(() => {
		pid = marked(running.mark).find(({ command }) => command.includes(file))?.pid;
		return pid !== undefined;
	}, `${file} runs`);
	if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

// They mostly wait.
describe('targets of every broken kind', { concurrency: true, skip: linuxOnly }, () => {
	test('those that fail are told with their last words, and the others run', failingTargets);
	test('one that answers nothing is bounded: the trial ends, and says what did not open', muteTarget);

	for (const [what, file, because] of [
		['target', '/servers/', /SIGKILL/],
		['swarm worker', '/bench/worker.ts', /swarm worker.*SIGKILL/],
	] as const) {
		test(`a ${what} that is killed fails its trial and the run: exit code 4`, async () => {
			const root = temporaryFolder('failing');
			const args = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'sse,stateless', '--seed', '1'];
			await using running = startBench([...args, '--out', root]);
			await killFirst(running, file);
			const { code, out, err } = await running.ended;
			assert.equal(code, 4, err);
			assert.equal(err, '');
			const { state, trials } = recordOf(join(root, 'latest'));
			assert.equal(state, 'failed');
			const [failed, sound] = trials;
			assert.ok(failed?.state === 'aborted' || failed?.state === 'failed-to-start', String(failed?.state));
			assert.match(failed.because, because);
			assert.ok(wasMeasured(sound), String(sound?.state));
			assert.ok(out.includes(failed.because), 'the summary says why');
			assert.deepEqual(await survivors(running.mark, goneWithinMs), []);
		});
	}
});
