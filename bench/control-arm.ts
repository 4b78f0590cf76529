import type { Profile, Scenario } from './model/scenario.ts';
import { isPlainReference, type Target, twinOf } from './model/target.ts';
import type { PlannedCase } from './plan.ts';

/**
 * The A/A arm: the first reference arm a second time, planned and interleaved like any other, so that the run itself shows what equals differ by.
 * Only where targets are compared at all. Of several cases the first has it, for their noise is alike; cases side by side all have it, or
 * the twin would share its processes with fewer neighbours.
 */
export function withTwin(cases: readonly PlannedCase[], scenario: Scenario, profile: Profile): readonly PlannedCase[] {
	const { againIn = [], sideBySide = false } = scenario;
	if (!againIn.includes(profile)) return cases;
	return cases.map((planned, nth) => {
		const [first, second] = planned.arms;
		if (!first || !second || (nth > 0 && !sideBySide)) return planned;
		const original: Target = planned.arms.find(isPlainReference) ?? first;
		return { ...planned, arms: [...planned.arms, twinOf(original)] };
	});
}
