import type { Measures } from '../model/measures.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TrialFacts } from './facts.ts';

/**
 * Beyond any of these the generator, and not the target, made the figures: the trial is invalid. The lag is the delay of
 * calls that had a free session waiting, so a slow target cannot cause it.
 */
export const generatorLimits = {
	/** Where latency is measured. */
	lagP99Us: 20_000,
	/** Where it is not, but what clients do over time: one step of a timeline. A thousand reconnects in one instant are work. */
	timelineLagP99Us: 250_000,
	loopDelayMaxUs: 500_000,
} as const;

/** Why the trial is invalid, with figure and limit; undefined where the generator kept its schedule. */
export function saturation(
	facts: TrialFacts,
	measures: Measures,
	{ shows }: Pick<Scenario, 'shows'>,
): string | undefined {
	const lag = measures.lagP99Us?.value ?? 0;
	const lagLimit = shows.includes('p99Us') ? generatorLimits.lagP99Us : generatorLimits.timelineLagP99Us;
	if (lag > lagLimit) {
		return `the generator sent 1 % of its calls more than ${ms(lag)} late; the limit is ${ms(lagLimit)}`;
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
