import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentP, studentT } from './distributions.ts';

/** What Welch's t says of two samples, in their unit. */
export interface Welch {
	/** Mean of b − mean of a. */
	readonly difference: number;
	/** Its standard error; 0 where neither sample has any spread. */
	readonly error: number;
	/** Of freedom, by Welch and Satterthwaite; infinite where neither sample has any spread. */
	readonly degrees: number;
	/** The 95 % interval of the difference. */
	readonly ci: readonly [low: number, high: number];
	/** How often chance alone would give a difference as large, or larger, either way. */
	readonly p: number;
}

/**
 * Welch's t (The generalization of Student's problem when several different population variances are involved, Biometrika 34, 1947): the difference
 * of two means whose variances may differ. Every comparison of two samples in this project rests on it.
 * @returns undefined where a side has fewer than two values
 */
export function welch(a: readonly number[], b: readonly number[]): Welch | undefined {
	if (a.length < 2 || b.length < 2) return undefined;
	const difference = mean([...b]) - mean([...a]);
	const [errorA, errorB] = [squaredError(a), squaredError(b)];
	const squared = errorA + errorB;
	// Without any spread a difference is certain, as far as the figures know.
	if (squared === 0) {
		const p = difference === 0 ? 1 : 0;
		return { difference, error: 0, degrees: Number.POSITIVE_INFINITY, ci: [difference, difference], p };
	}
	const degrees = squared ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
	const error = Math.sqrt(squared);
	const half = studentT(degrees) * error;
	return {
		...{ difference, error, degrees },
		ci: [difference - half, difference + half],
		p: studentP(difference / error, degrees),
	};
}

function squaredError(values: readonly number[]): number {
	return sampleStandardDeviation([...values]) ** 2 / values.length;
}
