import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../scenarios/index.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import { type OpenQuestion, openAtLast } from './model/until-decided.ts';
import { makePlan, type Plan } from './plan.ts';
import { knownTargets } from './targets.ts';
import { type Block, blocksToNextLook, estimateBlockMs, growUntilDecided } from './until-decided.ts';

const seed = 5;

function planOf(ids: readonly string[], targets: readonly string[] = ['sse', 'stateful', 'stateless']): Plan {
	const chosen = scenarios.filter(({ id }) => ids.includes(id));
	const selection = {
		profile: 'standard',
		scenarios: chosen,
		scenariosNamed: true,
		targets,
		repeats: 3,
		seed,
	} as const;
	return makePlan(selection, knownTargets, { fdLimit: 100_000, ephemeralPorts: 28_000 });
}

function openIn(scenario: string, a: string, b: string, inCase?: string): OpenQuestion {
	const place = inCase === undefined ? {} : { case: inCase };
	return {
		question: { of: 'comparison', scenario, ...place, measure: 'p50Us', a, b },
		arms: [a, b].map((target) => ({ ...place, target })),
	};
}

const trialMs = 1000;
const done = (trial: TrialPlan): TrialResult => ({
	...trial,
	...{ state: 'completed', startedAt: '', durationMs: trialMs, measures: {}, warnings: [] },
});

/** A run whose trials take a second of a virtual clock each. @param open what is open at each look, by the trials so far */
async function grow(
	plan: Plan,
	budgetMs: number,
	open: (planned: readonly TrialPlan[]) => readonly OpenQuestion[],
	stopAfter = Infinity,
	resultOf: (trial: TrialPlan) => TrialResult = done,
) {
	let nowMs = 40_000;
	let planned = plan.trials;
	const blocks: Block[] = [];
	const ended = await growUntilDecided({
		...{ plan, seed, budgetMs },
		now: () => nowMs,
		isStopped: () => blocks.length >= stopAfter,
		planned: () => planned,
		results: () => planned.map(resultOf),
		look: () => open(planned),
		perform: async (block) => {
			blocks.push(block);
			planned = [...planned, ...block.trials];
			nowMs += block.trials.length * (trialMs + 500);
		},
		say: () => {},
	});
	return { ended, blocks, planned, spentMs: nowMs - 40_000 };
}

const repeatsOf = (planned: readonly TrialPlan[], scenario: string, target: string) =>
	planned.filter((trial) => trial.scenario === scenario && trial.target === target).length;

test('only the arms of open verdicts get repeats, up to the next look, and then it is over', async () => {
	const plan = planOf(['steady-calls', 'idle-clients']);
	const { ended, planned, blocks } = await grow(plan, 1e9, (so) =>
		repeatsOf(so, 'steady-calls', 'sse') < 6 ? [openIn('steady-calls', 'sse', 'stateless')] : [],
	);
	assert.equal(ended.ended, 'decided');
	assert.deepEqual(ended.asked, [openIn('steady-calls', 'sse', 'stateless').question]);
	assert.deepEqual(
		['sse', 'stateful', 'stateless'].map((id) => repeatsOf(planned, 'steady-calls', id)),
		[6, 3, 6],
	);
	const question = openIn('steady-calls', 'sse', 'stateless').question;
	assert.deepEqual(ended.looks, [{ planned: planned.length, closed: [question], opened: [] }]);
	assert.equal(repeatsOf(planned, 'idle-clients', 'sse'), repeatsOf(plan.trials, 'idle-clients', 'sse'));
	assert.deepEqual(
		blocks.map(({ trials }) => trials[0]?.repeat),
		[4, 5, 6],
	);
	assert.equal(new Set(planned.map(({ id }) => id)).size, planned.length);
});

test('whoever ran more than the other of a pair goes on with it, so that both have enough blocks in common', async () => {
	const first = openIn('steady-calls', 'sse', 'stateless');
	const second = openIn('steady-calls', 'sse', 'stateful');
	const { ended, planned } = await grow(planOf(['steady-calls']), 1e9, (so) => {
		if (repeatsOf(so, 'steady-calls', 'stateless') < 6) return [first];
		return repeatsOf(so, 'steady-calls', 'stateful') < 6 ? [second] : [];
	});
	const repeats = (target: string) => planned.filter((trial) => trial.target === target).map(({ repeat }) => repeat);
	assert.deepEqual(ended.looks, [
		{ planned: 18, closed: [first.question], opened: [second.question] },
		{ planned: 24, closed: [second.question], opened: [] },
	]);
	assert.deepEqual(openAtLast(ended), []);
	assert.deepEqual(repeats('stateless'), [1, 2, 3, 4, 5, 6]);
	assert.deepEqual(repeats('stateful'), [1, 2, 3, 7, 8, 9]);
	assert.deepEqual(repeats('sse'), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what is decided from the start gets nothing', async () => {
	const { ended, blocks } = await grow(planOf(['steady-calls']), 1e9, () => []);
	assert.deepEqual([ended.ended, ended.asked, ended.looks, blocks.length], ['decided', [], [], 0]);
});

test('no block begins that would overrun the budget, and the budget is not left unused', async () => {
	const always = () => [openIn('steady-calls', 'sse', 'stateless')];
	const blockMs = 2 * (trialMs + 500);
	const { ended, blocks, spentMs } = await grow(planOf(['steady-calls']), 4.5 * blockMs, always);
	assert.equal(ended.ended, 'budget');
	assert.equal(blocks.length, 4);
	assert.ok(spentMs <= ended.budgetMs && spentMs + blockMs > ended.budgetMs);
	assert.equal(ended.spentMs, spentMs);
});

test('where one scenario is too long for what is left, a shorter one goes on', async () => {
	const plan = planOf(['steady-calls', 'idle-clients']);
	const open = [openIn('idle-clients', 'sse', 'stateless'), openIn('steady-calls', 'sse', 'stateless')];
	const long = {
		results: plan.trials.map((trial) => ({
			...done(trial),
			durationMs: trial.scenario === 'idle-clients' ? 60_000 : 1000,
		})),
	};
	const estimate = (block: Block) => estimateBlockMs(block, plan, long.results);
	const [idle, steady] = ['idle-clients', 'steady-calls'].map((id) =>
		blocksToNextLook(plan, plan.trials, open, seed).find(({ scenario }) => scenario === id),
	);
	assert.ok(idle && steady && estimate(idle) > 10 * estimate(steady));
	let planned = plan.trials;
	const ran: string[] = [];
	const ended = await growUntilDecided({
		...{ plan, seed, budgetMs: 30_000 },
		now: () => ran.length * 3000,
		isStopped: () => false,
		planned: () => planned,
		results: () => long.results,
		look: () => open,
		perform: async (block) => {
			ran.push(block.scenario);
			planned = [...planned, ...block.trials];
		},
		say: () => {},
	});
	assert.deepEqual([...new Set(ran)], ['steady-calls']);
	assert.equal(ended.ended, 'budget');
});

test('it ends with the most repeats that there may be, and when it is interrupted', async () => {
	const always = () => [openIn('steady-calls', 'sse', 'stateless')];
	const { ended, planned } = await grow(planOf(['steady-calls']), 1e12, always);
	assert.equal(ended.ended, 'repeats');
	assert.equal(repeatsOf(planned, 'steady-calls', 'sse'), 100);
	const stopped = await grow(planOf(['steady-calls']), 1e12, always, 2);
	assert.deepEqual([stopped.ended.ended, stopped.blocks.length], ['interrupted', 2]);
	assert.equal(stopped.ended.looks?.at(-1)?.planned, stopped.planned.length, 'what ran is looked at once more');
});

test('it ends after a block in which most trials were invalid, and goes on after one in which few were', async () => {
	const always = () => [openIn('steady-calls', 'sse', 'stateless')];
	const invalidIn =
		(isInvalid: (trial: TrialPlan) => boolean) =>
		(trial: TrialPlan): TrialResult =>
			isInvalid(trial)
				? {
						...trial,
						state: 'invalid',
						because: 'busy',
						startedAt: '',
						durationMs: trialMs,
						measures: {},
						warnings: [],
					}
				: done(trial);
	const busy = invalidIn(({ repeat }) => repeat >= 5);
	const { ended, blocks, planned } = await grow(planOf(['steady-calls']), 1e12, always, 50, busy);
	assert.deepEqual([ended.ended, blocks.length], ['invalid', 2]);
	assert.equal(ended.looks?.at(-1)?.planned, planned.length, 'what ran is looked at once more');
	const half = invalidIn(({ repeat, target }) => repeat >= 5 && target === 'sse');
	const other = await grow(planOf(['steady-calls']), 1e12, always, 5, half);
	assert.deepEqual([other.ended.ended, other.blocks.length], ['interrupted', 5]);
});

test('the seed makes the same blocks, with the schedule of calls that a longer plan would have had', () => {
	const plan = planOf(['steady-calls']);
	const open = [openIn('steady-calls', 'sse', 'stateless')];
	const blocks = () => blocksToNextLook(plan, plan.trials, open, seed);
	assert.deepEqual(blocks(), blocks());
	const chosen = scenarios.filter(({ id }) => id === 'steady-calls');
	const longer = makePlan(
		{
			...{ profile: 'standard', scenarios: chosen, scenariosNamed: true, seed, repeats: 6 },
			targets: ['sse', 'stateful', 'stateless'],
		},
		knownTargets,
		{ fdLimit: 100_000, ephemeralPorts: 28_000 },
	);
	for (const trial of blocks().flatMap(({ trials }) => trials))
		assert.deepEqual(
			trial,
			longer.trials.find(({ id }) => id === trial.id),
		);
});

test('of several cases only the open ones run again; those that run side by side stay together', () => {
	const restart = planOf(['restart'], ['sse', 'stateless']);
	const [one] = restart.scenarios[0]?.cases ?? [];
	assert.ok(one?.case);
	const again = blocksToNextLook(restart, restart.trials, [openIn('restart', 'sse', 'stateless', one.case.id)], seed);
	assert.deepEqual([...new Set(again.flatMap(({ trials }) => trials.map((trial) => trial.case)))], [one.case.id]);
	const beside = scenarios.find(({ sideBySide, sizes }) => sideBySide && sizes.standard?.cases);
	assert.ok(beside);
	const plan = planOf([beside.id], []);
	const first = plan.trials[0];
	assert.ok(first?.history && first.case);
	const open = [openIn(beside.id, first.target, first.target, first.case)];
	const [block] = blocksToNextLook(plan, plan.trials, open, seed);
	assert.deepEqual(
		block?.trials.map((trial) => trial.case),
		plan.trials.filter(({ history }) => history === first.history).map((trial) => trial.case),
	);
});
