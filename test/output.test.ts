import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/command.ts';
import { measuredRun } from './support/runs.ts';
import { anyEscape, colourEscape, inTerminal, linesOf, skipWithoutScript, tooWide } from './support/terminal.ts';

const oneTrial = ['--profile', 'smoke', '--scenario', 'steady-calls', '--target', 'stateless'] as const;

/** What is printed for people, and must be readable anywhere. */
async function text(...args: string[]): Promise<string> {
	const { code, out, err } = await bench(args);
	assert.equal(code, 0, err);
	assert.equal(err, '');
	assert.doesNotMatch(out, anyEscape);
	assert.ok(out.endsWith('\n'));
	return out;
}

async function json(...args: string[]): Promise<unknown> {
	return JSON.parse(await text(...args, '--json'));
}

/** Every object of a list has these keys, and text in all of them. */
function hasTexts(list: unknown, ...keys: string[]): void {
	assert.ok(Array.isArray(list) && list.length > 0);
	for (const item of list) for (const key of keys) assert.ok(String(item[key] ?? '').length > 0, `${key} is given`);
}

test('list names everything, for people and for tools', async () => {
	const listed = (await json('list')) as Record<string, { id: string }[]>;
	assert.deepEqual(Object.keys(listed).sort(), ['commands', 'faults', 'platformProfiles', 'scenarios', 'targets']);
	hasTexts(listed.scenarios, 'id', 'title', 'question');
	hasTexts(listed.targets, 'id', 'title', 'transport', 'implementation');
	hasTexts(listed.commands, 'name', 'description');
	assert.ok(listed.faults?.length);
	const out = await text('list');
	for (const { id } of [...(listed.scenarios ?? []), ...(listed.targets ?? [])]) assert.ok(out.includes(id), id);
});

test('doctor says what is here, and what each absence costs', async () => {
	const checks = (await json('doctor')) as { id: string; state: string }[];
	hasTexts(checks, 'id', 'title', 'state', 'found', 'cost');
	assert.deepEqual(
		[...new Set(checks.map(({ state }) => state))].filter((s) => !['ok', 'limited', 'missing'].includes(s)),
		[],
	);
	assert.equal(checks.find(({ id }) => id === 'node')?.state, 'ok', 'the tests run under the pinned Node');
	assert.match(await text('doctor'), /\d+ ok, \d+ limited, \d+ missing\n$/);
});

test('help has examples and exit codes', async () => {
	const out = await text('--help');
	assert.match(out, /Examples:\n {2}npm run bench /);
	assert.match(out, /Exit codes: 0 /);
	for (const name of ['list', 'doctor', 'report', '--profile', '--seed', '--out']) assert.ok(out.includes(name), name);
	for (const command of ['list', 'doctor', 'report']) assert.match(await text(command, '--help'), /^Usage: /);
});

for (const command of ['list', 'doctor', '--help']) {
	test(`${command} fits 100 columns`, async () => {
		assert.deepEqual(tooWide(await text(command), 100), []);
	});
}

test('--quiet prints the summary only', async () => {
	const { code, out, err } = (await measuredRun([...oneTrial, '--quiet'])).ended;
	assert.equal(code, 0, err);
	assert.equal(err, '');
	assert.match(linesOf(out)[0] ?? '', /^1\starget\sin\s1\sscenario/);
	assert.doesNotMatch(out, /about|\[1\/1\]/);
});

test('on a terminal: what happens now, redrawn in place, and given back at the end', {
	skip: skipWithoutScript,
}, async () => {
	const { code, out } = (await measuredRun(oneTrial, { prefix: inTerminal(90) })).ended;
	assert.equal(code, 0, out);
	assert.match(out, /trial 1 of 1: steady-calls · stateless · repeat 1/);
	assert.match(out, /measure · 50 sessions open · [1-9]\d* calls\/s · .* left/);
	assert.match(out, colourEscape);
	// The last drawing is wiped before the line of the trial is written.
	const last = out.slice(out.lastIndexOf('[1/1]'));
	assert.doesNotMatch(last, /sessions open/);
});
