import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findTool } from '../bench/fleet/tools.ts';
import { machineLimits } from '../bench/machine-bounds.ts';
import { callFileEnding } from '../bench/model/call-record.ts';
import type { Size } from '../bench/model/scenario.ts';
import { runTrial, type TrialSpec } from '../bench/trial.ts';
import { bench, type Running, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { childrenCalled, linuxOnly, marked, survivors } from './support/processes.ts';
import { refused } from './support/refusal.ts';
import { latestRecord } from './support/runs.ts';
import { known } from './support/trials.ts';

const size: Size = {
	load: { kind: 'periodic', sessions: 2, everyMs: 200, forMs: 2000 },
	faults: [],
	warmMs: 200,
	repeats: 1,
};

function specOf(partsFolder: string, more: Partial<TrialSpec> = {}): TrialSpec {
	return {
		plan: { id: 'lost', scenario: 'lost', target: 'stateless', repeat: 1, seed: 1 },
		target: known('stateless'),
		size,
		headers: [],
		limits: machineLimits(),
		placement: { pinned: false, target: [], swarm: [], note: '' },
		partsFolder,
		sharesMachine: true,
		signal: new AbortController().signal,
		onPhase() {},
		...more,
	};
}

/** Makes a file of a child lie on a full disk: a child opens it when it is told to, long after it has a number. @returns the way to stop */
function fillDiskOf(words: string, file: (pid: number) => string): () => void {
	const looking = setInterval(() => {
		for (const pid of childrenCalled(words)) {
			symlinkSync('/dev/full', file(pid));
			clearInterval(looking);
		}
	}, 5);
	return () => clearInterval(looking);
}

describe('a trial', () => {
	test('whose history cannot be written ends with the error, and what it started is gone', {
		skip: linuxOnly,
	}, async () => {
		const partsFolder = temporaryFolder('full');
		symlinkSync('/dev/full', join(partsFolder, 'harness.ndjson'));
		await assert.rejects(runTrial(specOf(partsFolder)), { code: 'ENOSPC' });
		assert.deepEqual(childrenCalled('/bench/worker.ts'), []);
	});

	for (const [when, everyMs] of [
		['in the middle of its calls', 2],
		['at the end of its calls', 200],
	] as const) {
		test(`whose worker cannot write them ${when} ends with what the file system said to it`, {
			skip: linuxOnly,
		}, async () => {
			const partsFolder = temporaryFolder('full');
			const load = { kind: 'periodic', sessions: 4, everyMs, forMs: 2000 } as const;
			const calls = (pid: number) => join(partsFolder, `swarm-${pid}.ndjson${callFileEnding}`);
			const stopLooking = fillDiskOf('/bench/worker.ts', calls);
			const trial = runTrial(specOf(partsFolder, { size: { ...size, load } })).finally(stopLooking);
			await assert.rejects(trial, { code: 'ENOSPC', message: /^ENOSPC: no space left on device, write$/ });
			assert.deepEqual(childrenCalled('/bench/worker.ts'), []);
			assert.match(
				readFileSync(join(partsFolder, 'harness.ndjson'), 'utf8'),
				/"phase":"measure"/,
				'what was stored stays',
			);
		});
	}

	test('whose application on an SDK cannot write what it sees ends likewise', { skip: linuxOnly }, async () => {
		const partsFolder = temporaryFolder('full');
		const load = { kind: 'libraries', client: 'v1', forMs: 500 } as const;
		const stopLooking = fillDiskOf('/bench/library-client.ts', (pid) => join(partsFolder, `library-${pid}.ndjson`));
		const trial = runTrial(specOf(partsFolder, { size: { ...size, load } })).finally(stopLooking);
		await assert.rejects(trial, { code: 'ENOSPC', message: /^ENOSPC: no space left on device, write$/ });
		assert.deepEqual(childrenCalled('/bench/library-client.ts'), []);
	});

	test('whose history cannot be begun is aborted', async () => {
		const end = await runTrial(specOf(join(temporaryFolder('nowhere'), 'missing')));
		assert.equal(end.end, 'aborted');
		assert.match(end.end === 'aborted' ? end.because : '', /ENOENT/);
	});

	test('that is interrupted before its turn starts nothing', async () => {
		const phases: string[] = [];
		const more = { signal: AbortSignal.abort(), onPhase: (phase: string) => void phases.push(phase) };
		const end = await runTrial(specOf(temporaryFolder('early'), more));
		assert.deepEqual(end, { end: 'aborted', because: 'interrupted', stderr: [] });
		assert.deepEqual(phases, []);
	});
});

/** The harness among the processes of a command. */
function harnessOf({ mark }: Running): number {
	return marked(mark).find(({ command }) => command.includes('/bench/cli.ts'))?.pid ?? assert.fail('no harness');
}

const targetsOf = ({ mark }: Running) => marked(mark).filter(({ command }) => command.includes('/servers/'));

const steady = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'sse,stateless'];

describe('a run whose results cannot be written any more', { skip: linuxOnly, concurrency: 2 }, () => {
	test('from the start: what is allowed is said', async () => {
		const prefix = ['sh', '-c', 'ulimit -f 1; exec "$@"', 'sh'];
		const ended = await bench([...steady, '--out', temporaryFolder('short')], { prefix });
		refused(ended, 2, /cannot write the results: EFBIG.*`ulimit -f`/);
	});

	test('in the middle of trials at once: one sentence, all end, and the run can be reported', {
		skip: findTool('prlimit') === null && 'prlimit is missing; install util-linux',
	}, async () => {
		const root = temporaryFolder('short');
		const args = ['--profile', 'smoke', '--scenario', 'load-balancing', '--target', 'stateless', '--out', root];
		await using running = startBench(args);
		await running.until(() => targetsOf(running).length > 1, 'several targets');
		execFileSync('prlimit', ['--pid', `${harnessOf(running)}`, '--fsize=1:']);
		const ended = await running.ended;
		refused(ended, 2, /cannot write the results: EFBIG.*`ulimit -f`/);
		assert.deepEqual(await survivors(running.mark, 5000), []);
		const report = ['report', '--out', root];
		assert.equal((await bench(report)).code, 0);
		const files = () => readdirSync(join(root, 'latest')).sort();
		const page = () => readFileSync(join(root, 'latest', 'report.html'), 'utf8');
		const [filesBefore, before] = [files(), page()];
		// In blocks of 512 bytes: room for the record, but not for the page.
		const blocks = Math.ceil(statSync(join(root, 'latest', 'run.json')).size / 512) + 8;
		const again = await bench(report, { prefix: ['sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh'] });
		refused(again, 4, /cannot write the reports html.*: EFBIG: .* is saved: `npm run bench -- report .*` writes/);
		assert.deepEqual([files(), page()], [filesBefore, before], 'the older reports stay whole');
		assert.equal(latestRecord(root)?.state, 'interrupted');
	});

	test('by a worker alone: the same sentence, and all end', {
		skip: findTool('prlimit') === null && 'prlimit is missing; install util-linux',
	}, async () => {
		const root = temporaryFolder('worker');
		await using running = startBench([...steady, '--out', root]);
		const workers = () => marked(running.mark).filter(({ command }) => command.includes('/bench/worker.ts'));
		await running.until(() => workers().length > 0, 'a worker');
		for (const { pid } of workers()) execFileSync('prlimit', ['--pid', `${pid}`, '--fsize=1:']);
		refused(await running.ended, 2, /cannot write the results: EFBIG.*`ulimit -f`/);
		assert.deepEqual(await survivors(running.mark, 5000), []);
		assert.equal(latestRecord(root)?.state, 'failed');
	});

	test('but for its record: that says that it failed', async () => {
		const root = temporaryFolder('moved');
		await using running = startBench([...steady, '--out', root]);
		await running.until(() => targetsOf(running).length > 0, 'a target');
		const trials = join(root, 'latest', 'trials');
		renameSync(trials, `${trials}-moved`);
		writeFileSync(trials, '');
		refused(await running.ended, 2, /cannot write the results: ENOTDIR.*--out/);
		const { state, trials: kept } = latestRecord(root) ?? assert.fail('there is a run');
		assert.equal(state, 'failed');
		assert.ok(kept.every((trial) => trial.state === 'aborted'));
	});
});
