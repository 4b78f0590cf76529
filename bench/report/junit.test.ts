import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from 'xmlbuilder2';
import { clean } from './clean.ts';
import { fixture } from './fixture.ts';
import { junitXml } from './junit.ts';

interface Suite {
	'@name': string;
	'@tests': string;
	'@failures': string;
	'@errors': string;
	'@skipped': string;
	testcase: { '@name': string; failure?: unknown; error?: unknown; skipped?: unknown }[];
}

function parse(xml: string): { testsuites: { testsuite: Suite[] } } {
	return create(xml).end({ format: 'object' }) as never;
}

test('one suite per scenario, one case per planned trial, counted right', () => {
	const { testsuite: suites } = parse(junitXml(clean(fixture.run))).testsuites;
	assert.deepEqual(
		suites.map((suite) => suite['@name']),
		fixture.run.scenarios.map((scenario) => scenario.id),
	);
	for (const suite of suites) {
		assert.equal(suite.testcase.length, Number(suite['@tests']));
		for (const [kind, count] of [
			['failure', '@failures'],
			['error', '@errors'],
			['skipped', '@skipped'],
		] as const) {
			assert.equal(suite.testcase.filter((each) => kind in each).length, Number(suite[count]), suite['@name']);
		}
	}
	const sums = ['@failures', '@errors', '@skipped'].map((count) =>
		suites.reduce((sum, suite) => sum + Number(suite[count as '@errors']), 0),
	);
	assert.deepEqual(sums, [2, 1, 1]);
});

test('trials that never ran are skipped', () => {
	const { testsuite: suites } = parse(junitXml({ ...fixture.run, trials: fixture.run.trials.slice(0, 1) })).testsuites;
	assert.deepEqual(
		suites.map((suite) => Number(suite['@skipped'])),
		[17, 18, 18],
	);
});

test('the words of a target are text, even where they are no XML', () => {
	const xml = junitXml(fixture.run);
	assert.ok(!xml.includes('<img') && !xml.includes('\u001b'));
	assert.ok(parse(xml));
});
