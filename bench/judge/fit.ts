import jstat from 'jstat';
import {
	linearRegression,
	linearRegressionLine,
	mean,
	median,
	rSquared,
	sampleStandardDeviation,
	sum,
} from 'simple-statistics';
import { usualLevel } from '../model/verdict-rules.ts';
import { studentT } from './distributions.ts';
import { welch } from './welch.ts';

/** A straight line through points, by ordinary least squares. */
export interface Fit {
	readonly slope: number;
	readonly intercept: number;
	/** 95 % interval of the slope, from its standard error and Student's t; absent with fewer than three points. */
	readonly slopeCi?: readonly [low: number, high: number];
	readonly r2: number;
}

/** @returns undefined with fewer than two different x */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Fit | undefined {
	if (new Set(points.map(([x]) => x)).size < 2) return undefined;
	const data = points.map(([x, y]) => [x, y]);
	const { m: slope, b: intercept } = linearRegression(data);
	const line = linearRegressionLine({ m: slope, b: intercept });
	const flat = data.every(([, y]) => y === data[0]?.[1]);
	// A constant is explained completely by its line; the formula would divide zero by zero.
	const r2 = flat ? 1 : rSquared(data, line);
	if (points.length < 3) return { slope, intercept, r2 };
	const meanX = mean(points.map(([x]) => x));
	const residuals = sum(points.map(([x, y]) => (y - line(x)) ** 2));
	const spread = sum(points.map(([x]) => (x - meanX) ** 2));
	const half = studentT(points.length - 2) * Math.sqrt(residuals / (points.length - 2) / spread);
	return { slope, intercept, r2, slopeCi: [slope - half, slope + half] };
}

/** Mean with its 95 % interval (Student's t over the repeats); no interval for a single value. */
export function meanWithInterval(values: readonly number[]): { value: number; ci?: readonly [number, number] } {
	const value = mean([...values]);
	if (values.length < 2) return { value };
	const half = (studentT(values.length - 1) * sampleStandardDeviation([...values])) / Math.sqrt(values.length);
	return { value, ci: [value - half, value + half] };
}

/**
 * Geometric mean of positive values with its 95 % interval, by Student's t on the logarithms: for times, whose errors are
 * multiplicative and which are never negative.
 */
export function geometricMeanWithInterval(values: readonly number[]): ReturnType<typeof meanWithInterval> {
	const { value, ci } = meanWithInterval(values.map(Math.log));
	return { value: Math.exp(value), ...(ci && { ci: [Math.exp(ci[0]), Math.exp(ci[1])] as const }) };
}

/**
 * b ÷ a of two samples of positive values: geometric means, with a 95 % interval by Welch's t on the logarithms
 * (a ratio's error is multiplicative). No interval where a side has one value; undefined where a value is not positive.
 */
export function ratioWithInterval(
	a: readonly number[],
	b: readonly number[],
): { ratio: number; ci?: readonly [number, number] } | undefined {
	if (a.length === 0 || b.length === 0 || [...a, ...b].some((value) => !(value > 0))) return undefined;
	const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
	const found = welch(logA, logB);
	if (!found) return { ratio: Math.exp(mean(logB) - mean(logA)) };
	const { difference, ci } = found;
	return { ratio: Math.exp(difference), ci: [Math.exp(ci[0]), Math.exp(ci[1])] };
}

/**
 * Median with an interval that holds whatever the distribution: between the k-th smallest and the k-th largest value, with
 * the largest k that covers the median in at least 95 % (the sign test turned round; Conover, Practical Nonparametric
 * Statistics, 3.2). Fewer than six values cover it in less, so they have none.
 */
export function medianWithInterval(values: readonly number[]): { value: number; ci?: readonly [number, number] } {
	const sorted = values.toSorted((a, b) => a - b);
	const value = median(sorted);
	// Missed when fewer than k of n values lie on one side of the median, each with a chance of one half.
	const missed = (k: number): number => 2 * jstat.binomial.cdf(k - 1, sorted.length, 0.5);
	if (sorted.length === 0 || missed(1) > usualLevel) return { value };
	let k = 1;
	while (missed(k + 1) <= usualLevel) k++;
	return { value, ci: [sorted[k - 1] as number, sorted[sorted.length - k] as number] };
}
