import type { Scenario } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import type { TrialPlan } from './model/trial.ts';
import type { PlannedCase, PlannedScenario } from './plan.ts';
import { deriveSeed, seededRandom, shuffled } from './random.ts';

/**
 * A repeat of a scenario: a block in which every arm runs once in every case, in an order of its own. Pure: the same seed and repeat give the same
 * order and the same schedule of calls, whichever arms take part. Cases that run side by side stay together, because what ran beside
 * them is part of what they measured.
 * @param wants which arm takes part in which case; all unless told
 */
export function planBlock(
	{ scenario, cases }: PlannedScenario,
	repeat: number,
	seed: number,
	wants: (target: string, inCase: string | undefined) => boolean = () => true,
): readonly TrialPlan[] {
	const order = seededRandom(deriveSeed(seed, 'order', scenario.id, repeat));
	return shuffled(performancesOf(scenario, cases), order)
		.filter(({ target, cases: own }) => own.some((planned) => wants(target.id, planned.case?.id)))
		.flatMap((performed) => planPerformance(scenario, performed, repeat, seed));
}

/** What runs on the same processes at the same time: a target in one case, or in all of its cases side by side. */
export interface PlannedPerformance {
	readonly target: Target;
	readonly cases: readonly PlannedCase[];
}

export function performancesOf({ sideBySide }: Scenario, cases: readonly PlannedCase[]): readonly PlannedPerformance[] {
	if (!sideBySide) return cases.flatMap((planned) => planned.arms.map((target) => ({ target, cases: [planned] })));
	return armsOf(cases).map((target) => ({ target, cases: casesWith(target, cases) }));
}

function armsOf(cases: readonly PlannedCase[]): readonly Target[] {
	return [...new Map(cases.flatMap(({ arms }) => arms.map((arm) => [arm.id, arm]))).values()];
}

export function casesWith({ id }: Target, cases: readonly PlannedCase[]): readonly PlannedCase[] {
	return cases.filter(({ arms }) => arms.some((arm) => arm.id === id));
}

function planPerformance(
	scenario: Scenario,
	{ target, cases }: PlannedPerformance,
	repeat: number,
	seed: number,
): readonly TrialPlan[] {
	const name = [target.id.replaceAll(/[^\w.-]/g, '~'), `r${repeat}`];
	return cases.map(({ case: inCase }, place) => ({
		id: [scenario.id, ...(inCase ? [inCase.id] : []), ...name].join('.'),
		scenario: scenario.id,
		...(inCase && { case: inCase.id }),
		target: target.id,
		...(scenario.sideBySide && { history: [scenario.id, ...name].join('.'), place, places: cases.length }),
		repeat,
		// Every target of a block gets the same schedule of calls: the seed knows the repeat, not the target.
		seed: deriveSeed(seed, scenario.id, repeat),
	}));
}
