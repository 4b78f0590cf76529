import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import type { Profile } from '../bench/model/scenario.ts';
import { profiles } from '../bench/model/scenario.ts';
import { makePlan } from '../bench/plan.ts';
import { serverFlags } from '../bench/server-flags.ts';
import { knownTargets } from '../bench/targets.ts';
import { scenarios } from '../scenarios/index.ts';
import { parse, withFlags } from './shared/flags.ts';
import { UsageError } from './shared/usage-error.ts';
import { launch } from './testing.ts';

/** Flags that would mean nothing, or contradict each other, are refused. */

/** Why a server refuses these flags; undefined: it takes them. */
async function refusal(server: string | undefined, args: readonly string[]): Promise<string | undefined> {
	// Those of a stand-in pass all others on to the server that they run.
	const command = withFlags(new Command('server').allowUnknownOption().allowExcessArguments(), server)
		.option('--serves <server>')
		.action(() => {});
	command.allowExcessArguments();
	try {
		await parse(command, args);
		return undefined;
	} catch (error) {
		assert.ok(error instanceof UsageError, String(error));
		assert.match(error.message, /^[^\n]+\. Run with --help for the flags\.$/);
		return error.message;
	}
}

const pushes = ['--push-every-ms', '50'];
const refused: readonly (readonly [server: string, args: readonly string[], said: RegExp])[] = [
	['sse', ['--push-bytes', '10'], /^--push-bytes has no effect without --push-every-ms; leave --push-bytes out\./],
	['sse', ['--push-bytes=10', '--push-every-ms', '0'], /^--push-bytes has no effect without --push-every-ms/],
	['modern', ['--push-when-told'], /^--push-when-told has no effect without --push-every-ms/],
	['stateful', ['--push-one-seed', '3'], /^--push-one-seed has no effect without --push-every-ms/],
	// As long as it is by itself: that it was given is what counts.
	['stateful', ['--retry-ms', '1000'], /^--retry-ms has no effect without --resumable/],
	['sse', ['--auth', 'hs256', '--auth-recheck-ms', '9'], /^--auth-recheck-ms .* without --auth-streams recheck/],
	['modern', ['--session-idle-ms', '9'], /^--session-idle-ms has no effect but on stateful: no other server has/],
	['sse', ['--session-idle-ms', '9'], /^--session-idle-ms has no effect but on stateful/],
	['sdk1-stateless', ['--session-idle-ms', '9'], /^--session-idle-ms has no effect but on stateful/],
	['sse', ['--auth', 'hs256', '--auth', 'none'], /^--auth is given twice; give it once\./],
	['sse', ['--auth=hs256', '--auth-at=stream', '--auth-at=request'], /^--auth-at is given twice/],
];
const taken: readonly (readonly [server: string | undefined, args: readonly string[]])[] = [
	['sse', [...pushes, '--push-bytes', '10', '--push-when-told', '--push-one-seed', '3']],
	['stateful', ['--resumable', '--retry-ms', '5', '--session-idle-ms', '9']],
	['sse', ['--auth', 'hs256', '--auth-streams', 'recheck', '--auth-recheck-ms', '9']],
	// They say themselves that it has no effect.
	['sdk2-stateful', ['--session-idle-ms', '9']],
	[undefined, ['--session-idle-ms', '9']],
	[undefined, ['--serves', 'stateful', '--session-idle-ms', '9']],
	// What a target asks for and what a scenario does may be the same flag: the last one counts.
	['stateless', ['--reply', 'json', '--reply', 'sse']],
];

test('what has no effect is refused with what it lacks, in one sentence', async () => {
	for (const [server, args, said] of refused) assert.match((await refusal(server, args)) ?? '', said, args.join(' '));
	assert.match((await refusal(undefined, ['--serves', 'modern', '--session-idle-ms', '9'])) ?? '', /but on stateful/);
});

test('what has its effect is taken', async () => {
	for (const [server, args] of taken) assert.equal(await refusal(server, args), undefined, args.join(' '));
});

test('a server that is started so ends with exit code 2', async () => {
	await using server = launch('modern.ts', '--session-idle-ms', '9');
	assert.equal(await server.exited(), 2);
	assert.match(server.said.err, /^node servers\/modern\.ts: --session-idle-ms has no effect .*\n$/);
});

/** Under what name the rules know the server in a file. */
const nameOf = (file: string) => (/\/(workerd|serverless)\//.test(file) ? undefined : basename(file, '.ts'));

/** The flags of each server that a profile starts, by its name. */
function started(profile: Profile): [server: string | undefined, args: readonly string[]][] {
	const there = scenarios.filter(({ sizes }) => sizes[profile] !== undefined);
	const selection = { profile, scenarios: there, scenariosNamed: true, targets: [], seed: 1 } as const;
	const { scenarios: planned } = makePlan(selection, knownTargets, { fdLimit: 1_000_000, ephemeralPorts: 28_000 });
	const host = { partsFolder: '/parts', originUs: 7, instance: 2, seed: 5, storeUrl: 'redis://127.0.0.1:6379' };
	return planned.flatMap(({ cases }) =>
		cases.flatMap(({ size, arms }) =>
			arms.flatMap((target): [string | undefined, readonly string[]][] => {
				const { server } = target;
				if (server.kind !== 'node') return [];
				return [[nameOf(server.file), [...server.args, ...serverFlags(target, size, host)]]];
			}),
		),
	);
}

test('no scenario starts a server that would refuse its flags', async () => {
	const all = profiles.flatMap(started);
	assert.ok(all.length > 300, String(all.length));
	for (const [server, args] of all) assert.equal(await refusal(server, args), undefined, `${server} ${args.join(' ')}`);
});
