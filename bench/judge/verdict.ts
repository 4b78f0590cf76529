import type { ComparisonVerdict } from '../model/finding.ts';
import { ratioWithInterval } from './fit.ts';
import { repeatsForVerdict } from './repeats.ts';

/** Two samples of positive values, one per repeat. */
export interface SampleVerdict {
	/** b ÷ a, by geometric means. */
	readonly ratio: number;
	/** Its 95 % interval; absent where a side has one value. */
	readonly ci?: readonly [low: number, high: number];
	readonly verdict: ComparisonVerdict;
	/** Of an inconclusive one: about how many more repeats of each side would decide it; absent where that cannot be told. */
	readonly moreRepeats?: number;
}

export interface SampleRules {
	/** Fewer repeats of a side decide nothing. */
	readonly fewest?: number;
	/** Ratios within 1 ÷ (1 + margin) and 1 + margin count as equal. */
	readonly margin?: number;
}

/** A difference of less is of no use to anybody who chooses a transport. */
export const equalMargin = 0.05;

/** Undefined where a value is not positive, or a side has none. */
export function compareSamples(
	a: readonly number[],
	b: readonly number[],
	{ fewest = repeatsForVerdict, margin = equalMargin }: SampleRules = {},
): SampleVerdict | undefined {
	const found = ratioWithInterval(a, b);
	if (!found) return undefined;
	const { ratio, ci } = found;
	const enough = Math.min(a.length, b.length) >= fewest;
	if (!enough || !ci) return { ratio, ...(ci && { ci }), verdict: 'inconclusive' };
	const [low, high] = ci;
	const isEqual = low >= 1 / (1 + margin) && high <= 1 + margin;
	const differs = low > 1 ? 'higher' : high < 1 ? 'lower' : 'inconclusive';
	return { ratio, ci, verdict: isEqual ? 'equal' : differs };
}
