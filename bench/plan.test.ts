import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../scenarios/index.ts';
import { sessionsOf } from './model/load.ts';
import { MachineError, makePlan, type Selection } from './plan.ts';
import { knownTargets } from './targets.ts';

const roomy = { fdLimit: 20_000, ephemeralPorts: 28_232 };

function plan(selection: Partial<Selection> = {}, limits = roomy) {
	const all = { profile: 'standard', scenarios, scenariosNamed: false, targets: [], seed: 1 } as const;
	return makePlan({ ...all, ...selection }, knownTargets, limits);
}

test('every repeat is a block that holds every arm of every scenario once', () => {
	const { trials, scenarios: planned } = plan();
	for (const { scenario, arms, size } of planned) {
		for (let repeat = 1; repeat <= size.repeats; repeat++) {
			const block = trials.filter((trial) => trial.scenario === scenario.id && trial.repeat === repeat);
			assert.deepEqual(block.map(({ target }) => target).sort(), arms.map(({ id }) => id).sort());
		}
	}
	const repeats = trials.map(({ repeat }) => repeat);
	assert.deepEqual(repeats, repeats.toSorted(), 'a block ends before the next begins');
	assert.equal(new Set(trials.map(({ id }) => id)).size, trials.length);
});

test('the seed decides the order, and only the order', () => {
	const ids = (seed: number) => plan({ seed }).trials.map(({ id }) => id);
	assert.deepEqual(ids(5), ids(5));
	assert.notDeepEqual(ids(5), ids(6));
	assert.deepEqual(ids(5).sort(), ids(6).sort());
});

test('all targets of a block get the same schedule of calls', () => {
	const block = plan().trials.filter(({ scenario, repeat }) => scenario === 'steady-calls' && repeat === 2);
	assert.equal(new Set(block.map(({ seed }) => seed)).size, 1);
	assert.notEqual(block[0]?.seed, plan().trials.find((t) => t.scenario === 'steady-calls' && t.repeat === 1)?.seed);
});

test('named targets select variants by their base, and may be added to a scenario that lacks them', () => {
	const restart = scenarios.filter(({ id }) => id === 'restart');
	const arms = (targets: string[]) => plan({ scenarios: restart, targets }).scenarios[0]?.arms.map(({ id }) => id);
	assert.deepEqual(arms(['sse']), ['sse', 'sse/full-jitter', 'sse/immediate']);
	assert.deepEqual(arms(['sse/immediate']), ['sse/immediate']);
	assert.deepEqual(arms(['stateful-no-stream']), ['stateful-no-stream']);
});

test('a size that the descriptors do not allow is clamped, and says so', () => {
	const { scenarios: planned } = plan({}, { fdLimit: 1024, ephemeralPorts: 28_232 });
	const idle = planned.find(({ scenario }) => scenario.id === 'idle-clients');
	assert.ok(idle);
	assert.match(idle.clamped ?? '', /1024 descriptors/);
	assert.ok(sessionsOf(idle.size.load) < 1024 && sessionsOf(idle.size.load) > 500);
	const steady = planned.find(({ scenario }) => scenario.id === 'steady-calls');
	assert.equal(steady?.clamped, undefined, 'a size that fits stays');
});

test('a machine that cannot hold a small swarm is refused with the number needed', () => {
	assert.throws(
		() => plan({}, { fdLimit: 256, ephemeralPorts: 28_232 }),
		(error) => error instanceof MachineError && /2250/.test(error.message),
	);
});

test('a scenario may be left out of a profile unless it is named', () => {
	const ids = (selection: Partial<Selection>) => plan(selection).scenarios.map(({ scenario }) => scenario.id);
	assert.ok(!ids({}).includes('capacity') && !ids({ profile: 'smoke' }).includes('capacity'));
	assert.ok(ids({ profile: 'full' }).includes('capacity') && ids({ profile: 'full' }).includes('capacity-sessions'));
	const capacity = scenarios.filter(({ id }) => id === 'capacity');
	assert.deepEqual(ids({ scenarios: capacity, scenariosNamed: true }), ['capacity']);
});

test('an objective replaces that of every search and of nothing else, and is remembered', () => {
	const objective = { p99Us: 7000, errorShare: 0 };
	const { scenarios: planned, asked } = plan({ profile: 'full', objective });
	const loads = planned.map(({ size }) => size.load);
	const searches = loads.filter((load) => load.kind === 'search');
	assert.deepEqual(
		searches.map((load) => load.objective),
		[objective, objective],
	);
	assert.ok(loads.every((load) => load.kind === 'search' || !('objective' in load)));
	assert.deepEqual(asked.objective, objective);
});

test('a search for sessions goes as far as this machine can', () => {
	const named = scenarios.filter(({ id }) => id === 'capacity-sessions');
	const search = plan({ scenarios: named, scenariosNamed: true }, { fdLimit: 1024, ephemeralPorts: 28_232 })
		.scenarios[0];
	assert.equal(sessionsOf(search?.size.load ?? { kind: 'hold', rungs: [] }), 387);
	assert.match(search?.clamped ?? '', /387 sessions/);
});

test('the standard profile fits into 8 minutes and smoke into one, by the estimate', () => {
	assert.ok(plan().estimateMs < 8 * 60_000, `${plan().estimateMs}`);
	assert.ok(plan({ profile: 'smoke' }).estimateMs < 60_000, `${plan({ profile: 'smoke' }).estimateMs}`);
});
