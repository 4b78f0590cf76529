import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makePlan } from '../bench/plan.ts';
import { knownTargets } from '../bench/targets.ts';
import { scenarios } from '../scenarios/index.ts';
import { bench, type Ended, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { latestRecord, measuredRun } from './support/runs.ts';

const root = temporaryFolder('bad-input');
const smallest = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'stateless'] as const;

/** One sentence for people on stderr, and the code that says whose fault it was. */
function refused({ code, err }: Ended, wanted: number, pattern: RegExp): void {
	assert.equal(code, wanted, err);
	assert.match(err, pattern);
	assert.match(err, /^bench: .*[.]\n$/, 'one line, a sentence');
	assert.doesNotMatch(err, /\n\s+at |node:internal|file:\/\//, 'no stack trace');
}

const wrongWords: readonly [args: readonly string[], pattern: RegExp][] = [
	[['--bogus'], /unknown option '--bogus'/],
	[['--profil', 'smoke'], /Did you mean --profile\?/],
	[['rnu'], /rnu/],
	[['list', 'everything'], /everything/],
	[['report', 'one', 'two'], /two/],
	[['--profile', 'huge'], /huge.*smoke, standard, full/],
	[['--repeats', '0'], /'0' is invalid.*1 to 100/],
	[['--repeats', 'abc'], /'abc' is invalid.*1 to 100/],
	[['--repeats', '1e9'], /'1e9' is invalid.*1 to 100/],
	[['--repeats', '2.5'], /'2\.5' is invalid/],
	[['--repeats', ''], /'' is invalid/],
	[['--seed', '-1'], /'-1' is invalid.*0 to 2147483647/],
	[['--seed', '2147483648'], /'2147483648' is invalid/],
	[['--scenario', 'nope'], /"nope".*idle-clients, steady-calls, restart.*list/],
	[['--scenario', 'restart,'], /separated by commas/],
	[['--target', 'nope'], /"nope".*sse.*stateless.*list/],
	[['--objective', 'p99=50'], /'p99=50' is invalid.*p99=50ms,errors=0\.1%/],
	[['--objective', 'p99=1h,errors=1%'], /is invalid.*p99=50ms/],
	[['--objective', 'p99=9ms', '--scenario', 'restart'], /--objective.*--scenario capacity/],
	[['--out'], /--out/],
	[['report', 'nonsense', '--out', root], /No run "nonsense".*npm run bench/],
	[['report', '--out', join(root, 'nowhere')], /No run "latest".*no runs yet/],
];

describe('a wrong command is refused with one sentence and exit code 2', { concurrency: 2 }, () => {
	for (const [args, pattern] of wrongWords) {
		test(args.join(' '), async () => refused(await bench(args), 2, pattern));
	}
});

test('two sentences of a refusal are told apart', async () => {
	for (const args of [['--bogus'], ['--out']])
		assert.match((await bench(args)).err, /[.?!)] See `npm run bench -- --help`/);
});

/** A sound run's folder, with one trial. */
async function smallRun(): Promise<string> {
	const { folder, ended } = await measuredRun(smallest);
	assert.equal(ended.code, 0, ended.err);
	return realpathSync(folder);
}

test('a spoilt run is refused with one sentence', { skip: linuxOnly }, async (t) => {
	const good = await smallRun();
	const spoilt = (name: string, spoil: (folder: string) => void) => {
		const folder = join(root, name);
		cpSync(good, folder, { recursive: true });
		spoil(folder);
		return bench(['report', folder]);
	};
	const withRecord = (name: string, text: string) =>
		spoilt(name, (folder) => writeFileSync(join(folder, 'run.json'), text));
	const history = (folder: string) => join(folder, 'trials', 'steady-calls.stateless.r1.ndjson.gz');

	await t.test('no JSON', async () =>
		refused(await withRecord('cut', '{"schema": 1, "tri'), 2, /Cannot read .*run\.json/),
	);
	await t.test('another schema', async () => refused(await withRecord('new', '{"schema": 99}'), 2, /schema 99/));
	await t.test('no object', async () => refused(await withRecord('null', 'null'), 2, /run\.json/));
	await t.test('nothing but a schema', async () =>
		refused(await withRecord('hollow', '{"schema": 1}'), 2, /run\.json/),
	);
	await t.test('a missing history', async () =>
		refused(
			await spoilt('missing', (folder) => rmSync(history(folder))),
			2,
			/history of trial steady-calls\.stateless\.r1/,
		),
	);
	await t.test('a history cut short', async () =>
		refused(await spoilt('short', (folder) => truncateSync(history(folder), 2000)), 2, /history of trial/),
	);
	await t.test('a history that is none', async () =>
		refused(await spoilt('other', (folder) => writeFileSync(history(folder), 'hello')), 2, /history of trial/),
	);
});

describe('results that cannot be written', { concurrency: 2 }, () => {
	test('under a file', async () => {
		const file = join(temporaryFolder('file'), 'file');
		writeFileSync(file, '');
		refused(await bench([...smallest, '--out', join(file, 'runs')]), 2, /cannot write the results.*--out/);
	});

	test('in a file', async () => {
		const file = join(temporaryFolder('file'), 'file');
		writeFileSync(file, '');
		refused(await bench([...smallest, '--out', file]), 2, /cannot write the results.*--out/);
		assert.equal((await bench(['report', '--out', file])).code, 2);
	});

	test('in a folder without permission', { skip: linuxOnly }, async (t: TestContext) => {
		const folder = join(temporaryFolder('locked'), 'locked');
		mkdirSync(folder);
		chmodSync(folder, 0o555);
		const isRoot = process.getuid?.() === 0;
		const nobody = isRoot ? { uid: 65_534 } : {};
		// Root may write anywhere, so somebody else has to try; he must be able to read the project.
		if (isRoot && (await bench(['list'], nobody).catch(() => undefined))?.code !== 0) {
			t.skip('only root can read this project');
			return;
		}
		refused(await bench([...smallest, '--out', folder], nobody), 2, /cannot write the results.*--out/);
	});
});

/** Words before a command that limit its descriptors. */
const withDescriptors = (limit: number) => ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
const idle = ['--profile', 'standard', '--scenario', 'idle-clients', '--repeats', '1'] as const;

/** The plan of some scenarios on a machine with this many descriptors. */
function clampedScenarios(fdLimit: number, ...ids: string[]): string[] {
	const chosen = scenarios.filter(({ id }) => ids.length === 0 || ids.includes(id));
	const scenariosNamed = ids.length > 0;
	const selection = { profile: 'standard', scenarios: chosen, scenariosNamed, targets: [], seed: 1 } as const;
	const plan = makePlan(selection, knownTargets, { fdLimit, ephemeralPorts: 28_232 });
	return plan.scenarios.filter(({ clamped }) => clamped !== undefined).map(({ scenario }) => scenario.id);
}

/** How many descriptors a refusal asks for. */
function wanted({ err }: Ended): number {
	return Number(/ulimit -n` to (\d+)/.exec(err)?.[1]);
}

describe('too few descriptors', { skip: linuxOnly }, () => {
	test('the run is refused with the number needed, exit code 3', async () => {
		const ended = await bench(['--profile', 'standard', '--out', root], { prefix: withDescriptors(200) });
		refused(ended, 3, /200 descriptors.*ulimit -n` to \d+/);
		assert.deepEqual(clampedScenarios(wanted(ended)), []);
	});

	test('with the number that a refusal asks for, nothing is clamped any more', async () => {
		const args = ['--profile', 'standard', '--scenario', 'restart', '--out', root];
		const ended = await bench(args, { prefix: withDescriptors(260) });
		refused(ended, 3, /260 descriptors/);
		assert.deepEqual(clampedScenarios(wanted(ended), 'restart'), []);
	});

	test('the size is clamped, and the record says so', async () => {
		const runs = temporaryFolder('clamped');
		const args = [...idle, '--target', 'sse', '--out', runs];
		await using running = startBench(args, { prefix: withDescriptors(1024) });
		await running.until(() => latestRecord(runs) !== undefined, 'the plan is saved');
		const [scenario] = latestRecord(runs)?.scenarios ?? [];
		assert.match(scenario?.clamped ?? '', /instead of 2000.*1024 descriptors/);
		assert.ok(scenario && scenario.sessions > 20 && scenario.sessions < 1024);
	});

	test('what was clamped runs to its end', async () => {
		const { ended } = await measuredRun([...idle, '--target', 'sse'], { prefix: withDescriptors(600) });
		assert.equal(ended.code, 0, ended.out);
	});
});
