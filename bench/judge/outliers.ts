import { median } from 'simple-statistics';
import type { OrderedGroup } from './drift.ts';

/** A repeat that is not like the others of its target. */
export interface Outlier {
	readonly name: string;
	readonly repeat: number;
	/** Its value over the median of its target's. */
	readonly factor: number;
	/** How many standard deviations, as the others tell them, it is away. */
	readonly deviations: number;
}

/** Of so many deviations at least: with fewer their median is no measure. */
const fewestDeviations = 12;
/** So far from the median of its target; 3.5 is usual where a sample is normal, and the tails of times are longer. */
const outlying = 6;
/** What is nearer than this disturbs nobody. */
const least = 1.1;
/** The standard deviation of a normal distribution over its median absolute deviation. */
const perMad = 1.4826;

/**
 * Values far from the median of their target, on the logarithm, measured by the median absolute deviation of all targets (Iglewicz & Hoaglin,
 * How to Detect and Handle Outliers, 1993): three repeats cannot tell how they spread, those of eight targets can. The median of a target
 * itself, whose deviation is zero, does not count.
 */
export function outliersOf(groups: readonly OrderedGroup[]): readonly Outlier[] {
	const usable = groups.filter(({ values }) => values.length >= 3 && values.every(({ value }) => value > 0));
	const deviations = usable.flatMap(({ name, values }) => {
		const middle = median(values.map(({ value }) => Math.log(value)));
		return values.map(({ value, repeat }) => ({ name, repeat, log: Math.log(value) - middle }));
	});
	const sizes = deviations.map(({ log }) => Math.abs(log)).filter((size) => size > 0);
	if (sizes.length < fewestDeviations) return [];
	const scale = perMad * median(sizes);
	return deviations.flatMap(({ name, repeat, log }) =>
		Math.abs(log) > outlying * scale && Math.abs(log) > Math.log(least)
			? [{ name, repeat, factor: Math.exp(log), deviations: Math.abs(log) / scale }]
			: [],
	);
}
