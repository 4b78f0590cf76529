import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makePlan } from '../bench/plan.ts';
import { knownTargets } from '../bench/targets.ts';
import { scenarios } from '../scenarios/index.ts';
import { bench, type Ended, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { refused, withDescriptors } from './support/refusal.ts';
import { latestRecord, oneLadder, oneTrial } from './support/runs.ts';

const root = temporaryFolder('bad-input');

const wrongWords: readonly [args: readonly string[], pattern: RegExp][] = [
	[['--bogus'], /unknown option '--bogus'/],
	[['--profil', 'smoke'], /Did you mean --profile\?/],
	[
		['rnu'],
		/There is no command "rnu"\. The commands are list, doctor, calibrate, report, .*publish, schema; without one/,
	],
	[['--profile', 'smoke', 'rnu'], /There is no command "rnu"/],
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
	[['--objective', 'p99=1h,errors=1%'], /is invalid.*p99 is a time from 1us to below 10s/],
	[['--objective', 'p99=9ms', '--scenario', 'restart'], /--objective.*--scenario capacity/],
	[['--path', 'nope'], /"nope".*faults latency, .*platforms .*nginx.*proxies embedded, nginx/],
	[['--path', 'latency?delay=5'], /"delay" is no parameter of latency.*latencyMs=… \[jitterMs=…\]/],
	[['--path', 'latency?jitterMs=5'], /latency lacks latencyMs/],
	[['--path', 'latency?latencyMs=-5'], /latencyMs=-5.*number from 0 to 86400000/],
	[['--path', 'latency?latencyMs=1&latencyMs=2'], /"latencyMs" stands twice/],
	[['--path', 'idle_timeout?idleMs=500&end=soon'], /end=soon.*fin, rst, clean, silent/],
	[['--path', 'latency?latencyMs=5&toxicity=2'], /toxicity=2.*from 0 to 1/],
	[['--path', 'aws-alb+cloudflare'], /platforms aws-alb and cloudflare/],
	[['--path', 'nginx+latency?latencyMs=5'], /latency acts in the embedded proxy, not in nginx/],
	[['--path', ''], /"" has an empty part/],
	[['--path', 'caddy+caddy'], /platform caddy, which has none; give --path caddy\./],
	[['--seed', '1', '--seed', '2'], /--seed is given twice; give it once/],
	[['--seed=1', '--seed=1'], /--seed is given twice/],
	[['--path', 'nginx', '--path', 'haproxy'], /--path is given twice/],
	[['--profile', 'smoke', 'calibrate', '--profile', 'full'], /--profile is given twice/],
	[['--until-decided', '--budget', '20'], /'20' is invalid.*1s to 24h, such as 20m, 90s or 1h/],
	[['--until-decided', '--budget', '0s'], /'0s' is invalid.*1s to 24h/],
	[['--budget', '20m'], /--budget.*add --until-decided\./],
	[['calibrate', '--verdicts', '--profile', 'huge'], /huge.*smoke, standard, full/],
	[['calibrate', '--verdicts', 'now'], /now/],
	[['calibrate', '--until-decided'], /--until-decided does not belong to calibrate\..* --verdicts/],
	[['--verdicts'], /unknown option '--verdicts'/],
	[['list', '--json', '--json'], /--json is given twice/],
	[
		['--scenario', 'restart', 'report'],
		/--scenario does not belong to report\..* --out, --config, --fail-on, --strict\./,
	],
	[['list', '--profile', 'smoke'], /--profile does not belong to list\..* --json\./],
	[['--quiet', 'doctor', '--json'], /--quiet does not belong to doctor\./],
	[['schema', '--out', root], /--out does not belong to schema\. Of all flags it takes none\./],
	[
		['--header', 'A: s3cret', '--header', 'a: s3cret'],
		/--header .*argument is invalid\. a is given twice; give it once\./,
	],
	[['--scenario', 'restart', '--case', 'nope'], /Unknown case "nope"\. In the profile standard restart has crash-/],
	[['--scenario', 'load-balancing', '--target', 'workerd-sse'], /workerd-sse does not offer ledger, which load-b/],
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

describe('results that cannot be written', { concurrency: 2 }, () => {
	test('under a file', async () => {
		const file = join(temporaryFolder('file'), 'file');
		writeFileSync(file, '');
		refused(await bench([...oneTrial, '--out', join(file, 'runs')]), 2, /cannot write the results.*--out/);
	});

	test('in a file', async () => {
		const file = join(temporaryFolder('file'), 'file');
		writeFileSync(file, '');
		refused(await bench([...oneTrial, '--out', file]), 2, /cannot write the results.*--out/);
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
		refused(await bench([...oneTrial, '--out', folder], nobody), 2, /cannot write the results.*--out/);
	});
});

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
		const args = [...oneLadder, '--out', runs];
		await using running = startBench(args, { prefix: withDescriptors(1024) });
		await running.until(() => latestRecord(runs) !== undefined, 'the plan is saved');
		const [scenario] = latestRecord(runs)?.scenarios ?? [];
		assert.match(scenario?.clamped ?? '', /instead of 1000.*1024 descriptors/);
		assert.ok(scenario && scenario.sessions > 20 && scenario.sessions < 1024);
	});
});
