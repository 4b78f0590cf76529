import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentT } from './fit.ts';

/** The difference of two samples that need not vary alike. */
export interface Difference {
	/** Mean of b − mean of a. */
	readonly value: number;
	/** Its 95 % interval. */
	readonly ci: readonly [low: number, high: number];
	/** How often chance alone would give a difference as large, or larger, either way. */
	readonly p: number;
}

/**
 * Welch's t (The generalization of Student's problem, Biometrika 34, 1947): two means whose variances differ.
 * @returns undefined where a side has fewer than two values
 */
export function welch(a: readonly number[], b: readonly number[]): Difference | undefined {
	if (a.length < 2 || b.length < 2) return undefined;
	const value = mean([...b]) - mean([...a]);
	const [errorA, errorB] = [a, b].map((side) => sampleStandardDeviation([...side]) ** 2 / side.length) as [
		number,
		number,
	];
	const error = errorA + errorB;
	// Without any spread a difference is certain, as far as the figures know.
	if (error === 0) return { value, ci: [value, value], p: value === 0 ? 1 : 0 };
	const degrees = error ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
	const half = studentT(degrees) * Math.sqrt(error);
	const p = 2 * jstat.studentt.cdf(-Math.abs(value) / Math.sqrt(error), degrees);
	return { value, ci: [value - half, value + half], p };
}

/** More repeats than anybody runs. */
const mostRepeats = 200;

/**
 * How many more repeats of each sample would likely bring a figure's interval clear of a limit, if the repeats to come vary as those that are
 * there, by Student's t.
 * @param distance between figure and limit, above 0
 * @param samples what the figure is made of: one, or two whose means are subtracted
 * @returns undefined where so few cannot tell, or more than 200 would be needed
 */
export function repeatsToClear(distance: number, samples: readonly (readonly number[])[]): number | undefined {
	const have = Math.min(...samples.map(({ length }) => length));
	if (have < 2 || !(distance > 0)) return undefined;
	const variance = samples.reduce((sum, side) => sum + sampleStandardDeviation([...side]) ** 2, 0);
	for (let n = have + 1; n <= mostRepeats; n++) {
		if (studentT(samples.length * (n - 1)) * Math.sqrt(variance / n) < distance) return n - have;
	}
	return undefined;
}
