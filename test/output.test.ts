import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/command.ts';
import { anyEscape, linesOf, tooWide } from './support/terminal.ts';

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
	assert.deepEqual(Object.keys(listed).sort(), [
		'commands',
		'faults',
		'pathFaults',
		'platformProfiles',
		'scenarios',
		'targets',
	]);
	hasTexts(listed.scenarios, 'id', 'title', 'question');
	hasTexts(listed.targets, 'id', 'title', 'transport', 'implementation');
	hasTexts(listed.platformProfiles, 'id', 'title', 'factor', 'source', 'checked');
	hasTexts(listed.commands, 'name', 'description');
	assert.ok(listed.faults?.length);
	const out = await text('list');
	for (const { id } of [...(listed.scenarios ?? []), ...(listed.targets ?? []), ...(listed.platformProfiles ?? [])])
		assert.ok(out.includes(id), id);
	for (const fault of listed.faults ?? []) assert.match(out, new RegExp(`^ .*\\b${fault}\\b`, 'm'));
});

test('list is short on cases and whole on where a platform’s limits were read', async () => {
	const listed = (await json('list')) as {
		readonly scenarios: readonly { readonly id: string; readonly cases: readonly { readonly id: string }[] }[];
		readonly platformProfiles: readonly { readonly id: string; readonly source: string; readonly checked: string }[];
	};
	const out = await text('list');
	const words = out.replaceAll(/\s+/g, ' ');
	const withCases = listed.scenarios.filter(({ cases }) => cases.length > 0);
	assert.ok(
		withCases.some(({ cases }) => cases.length > 50),
		'every case is there for tools',
	);
	for (const { id, cases } of withCases) {
		assert.ok(words.includes(` ${id} ${cases.length}: ${cases[0]?.id}`), id);
		assert.equal(new Set(cases.map((each) => each.id)).size, cases.length);
	}
	const section = out.slice(out.indexOf('\nCases'), out.indexOf('\nTargets'));
	assert.ok(linesOf(section.trim()).length <= 1 + 3 * withCases.length, section);
	for (const { id, source, checked } of listed.platformProfiles)
		assert.ok(words.includes(` ${checked}: ${source}`), id);
	for (const name of ['embedded', 'nginx', 'haproxy', 'caddy', 'squid'])
		assert.match(out, new RegExp(`^  ${name} +(that of this project|the real )`, 'm'));
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

test('list fits a terminal of 80 columns, but for addresses, which stay whole', async () => {
	const { code, out } = await bench(['list'], { env: { COLUMNS: '80' } });
	assert.equal(code, 0);
	assert.deepEqual(
		tooWide(out, 80).filter((line) => !/^ {6}https?:\S+$/.test(line)),
		[],
	);
});

for (const command of ['list', 'doctor', '--help']) {
	test(`${command} fits 100 columns`, async () => {
		assert.deepEqual(tooWide(await text(command), 100), []);
	});
}
