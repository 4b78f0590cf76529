import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../scenarios/index.ts';
import { isPlainReference, shownTarget } from './model/target.ts';
import { makePlan, type Selection } from './plan.ts';
import { knownTargets } from './targets.ts';

function plan(selection: Partial<Selection> = {}) {
	const all = { profile: 'standard', scenarios, scenariosNamed: false, targets: [], seed: 1 } as const;
	return makePlan({ ...all, ...selection }, knownTargets, { fdLimit: 20_000, ephemeralPorts: 28_232 });
}

const twinTrials = (selection: Partial<Selection> = {}) =>
	plan(selection).trials.filter(({ target }) => target === 'sse=again');

test('a run has its first reference arm twice, interleaved with the others, with the same calls', () => {
	const twins = twinTrials();
	assert.deepEqual([...new Set(twins.map(({ scenario }) => scenario))].sort(), [
		'idle-clients',
		'push',
		'restart',
		'steady-calls',
	]);
	assert.deepEqual([...new Set(twinTrials({ profile: 'smoke' }).map(({ scenario }) => scenario))], ['steady-calls']);
	const { trials } = plan();
	for (const twin of twins) {
		const original = trials.find(
			(each) =>
				each.target === 'sse' &&
				['scenario', 'case', 'repeat'].every((k) => each[k as 'repeat'] === twin[k as 'repeat']),
		);
		assert.equal(original?.seed, twin.seed, 'the schedule is the same');
		assert.match(twin.id, /^[\w.~-]+$/, 'can be the name of a file');
	}
	const places = trials.filter(({ scenario }) => scenario === 'steady-calls').map(({ target }) => target);
	const block = places.length / 3;
	const within = [0, 1, 2].map((n) => places.slice(n * block, (n + 1) * block).indexOf('sse=again'));
	assert.ok(
		within.every((at) => at >= 0),
		'once in each block',
	);
	assert.ok(new Set(within).size > 1, 'not always in the same place');
});

test('of several cases the first has it', () => {
	const cases = new Set(twinTrials().flatMap(({ scenario, case: id }) => (scenario === 'restart' ? [id] : [])));
	assert.deepEqual([...cases], ['crash-refused']);
});

test('a twin stands last, speaks to no claim and reads as what it is', () => {
	const { targets } = plan();
	const twin = targets.at(-1);
	assert.equal(twin?.id, 'sse=again');
	assert.equal(twin?.twinOf, 'sse');
	assert.ok(twin && !isPlainReference(twin));
	assert.equal(shownTarget(twin.id), 'sse, again');
	assert.equal(shownTarget('sse?reply=sse'), 'sse?reply=sse');
	assert.equal(targets.filter(({ twinOf }) => twinOf !== undefined).length, 1);
});

test('without a second target there is nothing to compare, and no twin', () => {
	const steady = scenarios.filter(({ id }) => id === 'steady-calls');
	const arms = (...targets: string[]) =>
		[...new Set(plan({ scenarios: steady, targets }).trials.map(({ target }) => target))].sort();
	assert.deepEqual(arms('stateless'), ['stateless']);
	assert.deepEqual(arms('stateless', 'sdk1-sse'), ['sdk1-sse', 'stateless', 'stateless=again']);
	assert.deepEqual(arms('sdk1-sse', 'sdk2-sse'), ['sdk1-sse', 'sdk1-sse=again', 'sdk2-sse']);
});
