import type { ComparisonVerdict } from '../model/finding.ts';
import { equalWithin, repeatsForVerdict, usualLevel } from '../model/verdict-rules.ts';
import { bootstrapDifference } from './bootstrap.ts';
import { studentT } from './distributions.ts';
import { ratioWithInterval } from './fit.ts';
import { repeatsNeeded } from './power.ts';
import { welch } from './welch.ts';

/** Two samples of positive values, one per repeat. */
export interface SampleVerdict {
	/** b ÷ a, by geometric means. */
	readonly ratio: number;
	/** Its 95 % interval; absent where a side has one value. */
	readonly ci?: readonly [low: number, high: number];
	readonly verdict: ComparisonVerdict;
	/** Of an inconclusive one: about how many more repeats of each side would decide it, or, without `ci`, give it an interval; absent where that cannot be told, or are more than a hundred. */
	readonly moreRepeats?: number;
	/** The chance of a difference at least as clear between equals; absent where there is no interval. */
	readonly p?: number;
}

export interface SampleRules {
	/** Fewer repeats of a side decide nothing. */
	readonly fewest?: number;
	/** Ratios within 1 ÷ (1 + margin) and 1 + margin count as equal. */
	readonly margin?: number;
}

/**
 * How b stands against a. The interval is the wider of two at each end: Welch's t on the logarithms, and a bootstrap over the repeats,
 * which knows nothing of their shape. `equal` where all of it lies within the margin, which is two one-sided tests at 2.5 % each.
 * @returns undefined where a value is not positive, or a side has none
 */
export function compareSamples(
	a: readonly number[],
	b: readonly number[],
	{ fewest = repeatsForVerdict, margin = equalWithin }: SampleRules = {},
): SampleVerdict | undefined {
	const found = ratioWithInterval(a, b);
	if (!found) return undefined;
	const { ratio, ci } = found;
	const have = Math.min(a.length, b.length);
	const missing = fewest - have;
	if (!ci) return { ratio, verdict: 'inconclusive', ...(missing > 0 && { moreRepeats: missing }) };
	const logs = [a.map(Math.log), b.map(Math.log)] as const;
	const [low, high] = widened(ci, logs);
	const p = pOf(low, high, logs);
	const isEqual = low >= 1 / (1 + margin) && high <= 1 + margin;
	const differs = low > 1 ? 'higher' : high < 1 ? 'lower' : 'inconclusive';
	const base = { ratio, ci: [low, high], p } as const;
	const verdict = missing > 0 ? 'inconclusive' : isEqual ? 'equal' : differs;
	if (verdict !== 'inconclusive') return { ...base, verdict };
	const more = repeatsNeeded(a, b, { margin });
	return { ...base, verdict, ...(more !== undefined && { moreRepeats: Math.max(more, missing) }) };
}

type Logs = readonly [a: readonly number[], b: readonly number[]];

/** Welch's interval, and beyond its ends that of the bootstrap. */
function widened(ci: readonly [number, number], [a, b]: Logs): readonly [low: number, high: number] {
	const tested = welch(a, b);
	// Figures without any spread, such as counts that are always the same, are as exact as they look.
	if (!tested || tested.error === 0) return ci;
	const [low, high] = bootstrapDifference(a, b, studentT(tested.degrees));
	return [Math.min(ci[0], Math.exp(low)), Math.max(ci[1], Math.exp(high))];
}

/** Welch's; where only the bootstrap's interval holds 1, so much that it does not count as different. */
function pOf(low: number, high: number, [a, b]: Logs): number {
	const tested = welch(a, b);
	const holdsOne = low <= 1 && high >= 1;
	if (!tested || tested.error === 0) return holdsOne ? 1 : 0;
	return holdsOne ? Math.max(usualLevel, tested.p) : tested.p;
}
