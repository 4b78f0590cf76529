import type { Measures } from '../model/measures.ts';
import type { TrialFacts } from './facts.ts';

/**
 * Beyond any of these the generator, and not the target, made the figures: the trial is invalid. The lag is the delay of
 * calls that had a free session waiting, so a slow target cannot cause it.
 */
export const generatorLimits = { lagP99Us: 20_000, loopDelayMaxUs: 500_000 } as const;

/** Why the trial is invalid, with figure and limit; undefined where the generator kept its schedule. */
export function saturation(facts: TrialFacts, measures: Measures): string | undefined {
	const lag = measures.lagP99Us?.value ?? 0;
	if (lag > generatorLimits.lagP99Us) {
		return `the generator sent 1 % of its calls more than ${ms(lag)} late; the limit is ${ms(generatorLimits.lagP99Us)}`;
	}
	const { loopDelayMaxUs } = facts.generator;
	if (loopDelayMaxUs > generatorLimits.loopDelayMaxUs) {
		return `a swarm worker stood still for ${ms(loopDelayMaxUs)}; the limit is ${ms(generatorLimits.loopDelayMaxUs)}`;
	}
	return undefined;
}

function ms(us: number): string {
	return `${(us / 1000).toFixed(1)} ms`;
}
