import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../testing.ts';
import { type Declared, declared, type Target, targets } from './plan.ts';
import { type Check, type Outcome, outcome, runScenario, suites } from './suites.ts';

/** The reference servers pass the protocol's own conformance suites, but for what is declared. */

interface Row extends Outcome {
	readonly suite: keyof typeof suites;
	readonly target: string;
	readonly scenario: string;
	readonly reason: string | undefined;
}

/** The suites are mostly waiting; more at once would make them wait for each other. */
const atOnce = 2;

async function rowsOf(target: Target): Promise<Row[]> {
	await using server = await start(target.server, '--tools', 'conformance', ...target.flags);
	const todo = target.runs.flatMap(({ suite, args, scenarios }) =>
		scenarios.map((scenario) => ({ suite, args, scenario })),
	);
	const rows: Row[] = [];
	const worker = async (): Promise<void> => {
		for (let next = todo.shift(); next; next = todo.shift()) {
			const { suite, args, scenario } = next;
			const result = await runScenario(suites[suite], server.url, scenario, args);
			const reason = declaredAs({ suite, scenario, target: target.name })?.reason;
			rows.push({ ...result, suite, target: target.name, scenario, reason });
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	return rows;
}

function declaredAs(row: Omit<Declared, 'reason'>): Declared | undefined {
	return declared.find(
		({ suite, target, scenario }) => suite === row.suite && target === row.target && scenario === row.scenario,
	);
}

/** What is wrong with a row: an undeclared failure, or a declared one that passes. */
function complaint({ suite, target, scenario, faults, reason }: Row): string[] {
	const where = `${suites[suite].version} ${target} ${scenario}`;
	if (reason === undefined) return faults.map((fault) => `${where}: ${fault}`);
	return faults.length > 0 ? [] : [`${where} passes by now: take it off the declared list (${reason})`];
}

function table(rows: readonly Row[]): string {
	const lines = rows.map(({ suite, target, scenario, checks, passed, reason }) => {
		const cells = [suites[suite].version, target, scenario, checks, passed, reason ?? ''];
		return `| ${cells.join(' | ')} |`;
	});
	const head =
		'| suite | target | scenario | checks | passed | declared failure |\n| --- | --- | --- | --- | --- | --- |';
	return `${head}\n${lines.join('\n')}`;
}

for (const target of targets) {
	test(`conformance of ${target.name}`, async (t) => {
		const rows = await rowsOf(target);
		t.diagnostic(`\n${table(rows)}`);
		assert.deepEqual(rows.flatMap(complaint), []);
	});
}

test('every declared failure is run, and none is declared twice', () => {
	const run = targets.flatMap(({ name, runs }) =>
		runs.flatMap(({ suite, scenarios }) => scenarios.map((scenario) => `${suite} ${name} ${scenario}`)),
	);
	const names = declared.map(({ suite, target, scenario }) => `${suite} ${target} ${scenario}`);
	assert.deepEqual(
		names.filter((name) => !run.includes(name)),
		[],
	);
	assert.equal(new Set(names).size, names.length);
});

test('a declared failure that passes is a complaint, and so is an undeclared one', () => {
	const check = (status: Check['status']): Check => ({ id: 'a', status, description: 'looked at' });
	const row = (status: Check['status'], reason?: string): Row => ({
		...outcome([check(status)]),
		suite: 'stable',
		target: 'stateful',
		scenario: 'ping',
		reason,
	});
	assert.deepEqual(complaint(row('SUCCESS')), []);
	assert.deepEqual(complaint(row('FAILURE', 'why')), []);
	assert.match(complaint(row('SUCCESS', 'why')).join(), /ping passes by now.*why/);
	assert.match(complaint(row('WARNING')).join(), /stateful ping: a WARNING: looked at/);
	assert.match(complaint(row('INFO')).join(), /nothing was checked/);
});
