import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../scenarios/index.ts';
import { UserError } from './exit.ts';
import { MachineError, type MachineLimits, needsAddresses, workersFor } from './machine-bounds.ts';
import { sessionsOf } from './model/load.ts';
import type { Scenario, Size } from './model/scenario.ts';
import { instancesOf } from './model/target.ts';
import { makePlan, type Selection } from './plan.ts';
import { knownTargets } from './targets.ts';

const roomy = { fdLimit: 20_000, ephemeralPorts: 28_232 };

function plan(selection: Partial<Selection> = {}, limits: MachineLimits = roomy) {
	const all = { profile: 'standard', scenarios, scenariosNamed: false, targets: [], seed: 1 } as const;
	return makePlan({ ...all, ...selection }, knownTargets, limits);
}

test('every repeat is a block that holds every arm of every scenario once', () => {
	const { trials, scenarios: planned } = plan();
	for (const { scenario, cases, size } of planned) {
		const arms = cases.flatMap((each) => each.arms.map(({ id }) => `${each.case?.id} ${id}`));
		for (let repeat = 1; repeat <= size.repeats; repeat++) {
			const block = trials.filter((trial) => trial.scenario === scenario.id && trial.repeat === repeat);
			assert.deepEqual(block.map((trial) => `${trial.case} ${trial.target}`).sort(), arms.toSorted());
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
	const arms = (targets: string[]) =>
		plan({ scenarios: restart, targets }).scenarios[0]?.cases[0]?.arms.map(({ id }) => id);
	assert.deepEqual(arms(['sse']), ['sse', 'sse/full-jitter', 'sse/full-jitter-resend', 'sse=again']);
	assert.deepEqual(arms(['sse/full-jitter-resend']), ['sse/full-jitter-resend']);
	assert.deepEqual(arms(['stateful-no-stream']), ['stateful-no-stream']);
});

test('a size that the descriptors do not allow is clamped, and says so', () => {
	const { scenarios: planned } = plan({}, { fdLimit: 1024, ephemeralPorts: 28_232 });
	const idle = planned.find(({ scenario }) => scenario.id === 'idle-clients');
	const fitted = idle?.cases[0]?.size;
	assert.ok(idle && fitted);
	assert.match(idle.clamped ?? '', /1024 descriptors/);
	assert.ok(sessionsOf(fitted.load) < 1024 && sessionsOf(fitted.load) > 500);
	const steady = planned.find(({ scenario }) => scenario.id === 'steady-calls');
	assert.equal(steady?.clamped, undefined, 'a size that fits stays');
});

test('a machine that cannot hold a small swarm is refused with the number needed', () => {
	// The most that any scenario needs: whoever raises it to that is not refused again.
	assert.throws(
		() => plan({}, { fdLimit: 256, ephemeralPorts: 28_232 }),
		(error) => error instanceof MachineError && /^push .* 2250 /.test(error.message),
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
	assert.equal(sessionsOf(search?.cases[0]?.size.load ?? { kind: 'hold', rungs: [] }), 387);
	assert.match(search?.clamped ?? '', /387 sessions/);
});

const crowd = {
	profile: 'full',
	scenarios: scenarios.filter(({ id }) => id === 'crowd'),
	scenariosNamed: true,
} as const;
const linux = { ...roomy, manyAddresses: true } as const;

test('several servers hold more than one, and ports do not limit clients that have addresses of their own', () => {
	const [planned] = plan(crowd, linux).scenarios;
	assert.ok(planned);
	assert.equal(sessionsOf(planned.cases[0]?.size.load ?? planned.size.load), 100_000);
	assert.equal(planned.clamped, undefined);
	assert.ok(planned.cases[0]?.arms.every(({ instances }) => instances === 6));
	const [one] = plan({ ...crowd, targets: ['stateful-no-stream'] }, linux).scenarios;
	assert.match(one?.clamped ?? '', /^19750 sessions instead of 100000: 20000 descriptors per process$/);
});

test('each limit that is met first is the one that is named', () => {
	const clamped = (limits: MachineLimits) => plan(crowd, limits).scenarios[0]?.clamped ?? '';
	assert.match(clamped({ ...linux, fdLimit: 4096 }), /^23076 sessions .*: 4096 descriptors per process for 6 servers$/);
	assert.match(clamped({ ...linux, ephemeralPorts: 1000 }), /^$/);
	assert.match(clamped({ ...linux, manyAddresses: false, ephemeralPorts: 10_000 }), /^54000 .*: 10000 local ports$/);
	assert.match(
		clamped({ ...linux, availableMemoryKb: 4 * 2 ** 20 }),
		/^31457 .*: 4096 MB of free memory at 100 KB a client$/,
	);
	const little = { ...linux, availableMemoryKb: 2 ** 20 };
	assert.throws(
		() => plan(crowd, little),
		(error) => error instanceof MachineError && /Free some memory/.test(error.message),
	);
});

test('a scenario without a size for the profile is left out, and refused with the profile it has when it was named', () => {
	assert.equal(
		plan().scenarios.some(({ scenario }) => scenario.id === 'crowd'),
		false,
	);
	assert.ok(plan({ profile: 'full' }, linux).scenarios.some(({ scenario }) => scenario.id === 'crowd'));
	assert.throws(
		() => plan({ ...crowd, profile: 'standard' }),
		(error) => error instanceof UserError && /--profile full/.test(error.message),
	);
});

test('there are as many workers as the swarm has CPUs, and more where their descriptors would not do', () => {
	const [planned] = plan(crowd, linux).scenarios;
	const [arm] = planned?.cases[0]?.arms ?? [];
	assert.ok(planned && arm);
	assert.equal(workersFor(planned.size, arm, 1, 19_750), 6);
	assert.equal(workersFor(planned.size, arm, 8, 19_750), 8);
	const small = plan().scenarios.find(({ scenario }) => scenario.id === 'steady-calls');
	const one = small?.cases[0]?.arms[0];
	assert.ok(small && one);
	assert.equal(workersFor(small.size, one, 1, 19_750), 1);
	assert.equal(needsAddresses(100_000, arm, linux), true);
	assert.equal(needsAddresses(2000, arm, linux), false, 'what one address can do is left as it was');
	assert.equal(needsAddresses(100_000, arm, roomy), false);
	const server = { kind: 'running', url: 'http://localhost:9000/mcp' } as const;
	assert.equal(needsAddresses(100_000, { ...arm, server }, linux), false, 'localhost may be ::1');
	assert.equal(instancesOf({ ...arm, server }), 1, 'a server that runs already is one');
});

test('the standard profile fits into 10 minutes and smoke into one, by the estimate', () => {
	assert.ok(plan().estimateMs < 10 * 60_000, `${plan().estimateMs}`);
	assert.ok(plan({ profile: 'smoke' }).estimateMs < 60_000, `${plan({ profile: 'smoke' }).estimateMs}`);
});

const size: Size = {
	load: { kind: 'periodic', sessions: 10, everyMs: 1000, forMs: 1000 },
	warmMs: 0,
	faults: [],
	repeats: 2,
	cases: [
		{ id: 'calm', title: 'calm' },
		{ id: 'wild', title: 'wild', size: { warmMs: 5 }, arms: (arms) => arms.filter(({ id }) => id !== 'sse') },
	],
};
const [restart] = scenarios.filter(({ id }) => id === 'restart');
const withCases = {
	...(restart as Scenario),
	atOnce: 1,
	againIn: [],
	sizes: { standard: size },
	arms: () => knownTargets.slice(0, 2),
};

test('every case makes trials of its own, in its own size, with its own arms, mixed in one block', () => {
	const { trials, scenarios: planned } = plan({ scenarios: [withCases], scenariosNamed: true });
	assert.deepEqual(
		trials
			.filter(({ repeat }) => repeat === 1)
			.map(({ id }) => id.replace('.r1', ''))
			.sort(),
		['restart.calm.sse', 'restart.calm.stateful', 'restart.wild.stateful'],
	);
	assert.equal(new Set(trials.map(({ id }) => id)).size, 6);
	assert.deepEqual(
		planned[0]?.cases.map((each) => each.size.warmMs),
		[0, 5],
	);
});

test('cases can be chosen, and a choice leaves scenarios without cases out', () => {
	const chosen = plan({ scenarios: [withCases, ...scenarios], cases: ['wild'] });
	assert.deepEqual(
		chosen.trials.map(({ id }) => id),
		['restart.wild.stateful.r1', 'restart.wild.stateful.r2'],
	);
	assert.deepEqual(chosen.asked.cases, ['wild']);
});

test('trials that may run at the same time are estimated to take less together, and more than one alone', () => {
	const many = Array.from({ length: 12 }, (_, n) => ({ id: `c${n}`, title: `${n}` }));
	const sized = { ...withCases, sizes: { standard: { ...size, cases: many } } };
	const ms = (atOnce: number) => plan({ scenarios: [{ ...sized, atOnce }], scenariosNamed: true }).estimateMs;
	assert.ok(ms(4) < ms(1) / 2 && ms(4) > ms(1) / 4);
	const [first] = plan({ scenarios: [withCases], scenariosNamed: true }).scenarios;
	assert.ok(ms(100) > ((first?.size.repeats ?? 0) * ms(1)) / (12 * 2 * 2));
});

/** A scenario of three cases side by side, the last without `stateless`. */
const sideBySide: Scenario = {
	...(scenarios[0] as Scenario),
	id: 'beside',
	sideBySide: true,
	againIn: [],
	atOnce: 2,
	arms: (targets) => targets.filter(({ id }) => id === 'sse' || id === 'stateless'),
	sizes: {
		standard: {
			load: { kind: 'periodic', sessions: 100, everyMs: 1000, forMs: 1000 },
			warmMs: 0,
			faults: [],
			repeats: 2,
			cases: ['a', 'b', 'c'].map((id) => ({
				id,
				title: id,
				...(id === 'c' && { arms: (arms) => arms.filter((arm) => arm.client.stream) }),
			})),
		},
	},
};

test('cases side by side are trials of their own that share a history, each at its place', () => {
	const { trials } = plan({ scenarios: [sideBySide], scenariosNamed: true });
	assert.equal(trials.length, 2 * (3 + 2));
	const of = (target: string) => trials.filter((trial) => trial.target === target && trial.repeat === 1);
	assert.deepEqual(
		of('sse').map(({ id, history, place, places }) => [id, history, place, places]),
		['a', 'b', 'c'].map((id, place) => [`beside.${id}.sse.r1`, 'beside.sse.r1', place, 3]),
	);
	assert.deepEqual(
		of('stateless').map(({ place, places }) => [place, places]),
		[
			[0, 2],
			[1, 2],
		],
		'a case that leaves a target out has no place in its history',
	);
	const chosen = plan({ scenarios: [sideBySide], scenariosNamed: true, cases: ['b'], targets: ['sse'] }).trials;
	assert.deepEqual(
		chosen.map(({ case: id, place, places }) => [id, place, places]),
		[
			['b', 0, 1],
			['b', 0, 1],
		],
	);
});

test('the sessions of cases side by side are counted together', () => {
	const beside = { scenarios: [sideBySide], scenariosNamed: true };
	const [roomyPlan] = plan(beside).scenarios;
	assert.equal(roomyPlan?.clamped, undefined);
	// 3 × 100 clients of two connections do not fit into 500 descriptors; 83 of each case do.
	const [tight] = plan(beside, { fdLimit: 750, ephemeralPorts: 28_232 }).scenarios;
	assert.match(tight?.clamped ?? '', /250 sessions instead of 300/);
	assert.deepEqual(
		tight?.cases.map(({ size }) => sessionsOf(size.load)),
		[83, 83, 83],
	);
	const alone = { ...sideBySide, id: 'alone' } as { -readonly [K in keyof Scenario]: Scenario[K] };
	delete alone.sideBySide;
	const [together, apart] = [sideBySide, alone].map(
		(scenario) => plan({ scenarios: [scenario], scenariosNamed: true }).estimateMs,
	);
	assert.ok((together ?? 0) < (apart ?? 0), 'what runs together takes less time than what runs one after another');
});
