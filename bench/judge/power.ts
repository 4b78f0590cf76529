import { mean, sampleVariance } from 'simple-statistics';
import { equalWithin, mostMoreRepeats, usualLevel } from '../model/verdict-rules.ts';
import { studentT } from './distributions.ts';

/** What is known of a figure, on the scale on which it is tested: on logarithms where that is a ratio or a time. */
export interface Known {
	/** From what it must differ from: of two samples the difference of their means, of one its distance from a limit. */
	readonly distance: number;
	/** Of a single value, for each sample that the figure is made of. */
	readonly variances: readonly number[];
}

/** The chance of an error that is allowed, from 0 to 1; where it depends on when one looks, by the repeats of each side. */
export type Level = number | ((repeats: number) => number);

/** What is asked of more repeats. */
export interface Wanted {
	/** What calling it different may err; the usual level unless told. */
	readonly level?: Level;
	/** Whether being equal decides, too: all of its interval at this level within the margin, which is on the scale of the figure. */
	readonly equal?: { readonly margin: number; readonly level?: Level };
}

/** How certain the answer is to be decided after so many more: the usual power (Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988). */
const power = 0.8;

/**
 * About how many more repeats of each sample would decide a figure, if it and its spread stay what they are: the smallest number with which the interval
 * excludes what it is to differ from, or lies within the margin, with a chance of 80 %. The normal approximation to the power of a t test (Cohen,
 * 1988, with t for z, and the degrees of freedom of Welch and Satterthwaite). The one place where this is computed, for comparisons, looks and gates;
 * from few repeats it may be off by a factor of two.
 * @param have how many repeats each sample has
 * @returns undefined where more than a hundred would be needed
 */
export function repeatsToDecide(
	{ distance: signed, variances }: Known,
	have: number,
	wanted: Wanted = {},
): number | undefined {
	const distance = Math.abs(signed);
	const sum = variances.reduce((all, each) => all + each, 0);
	const squares = variances.reduce((all, each) => all + each ** 2, 0);
	for (let more = 1; more <= mostMoreRepeats; more++) {
		const repeats = have + more;
		const error = Math.sqrt(sum / repeats);
		const degrees = sum === 0 ? repeats : ((repeats - 1) * sum ** 2) / squares;
		const half = (level: Level = usualLevel) => studentT(degrees, 1 - at(level, repeats) / 2) * error;
		const found = studentT(degrees, power) * error;
		if (distance > 0 && distance >= half(wanted.level) + found) return more;
		if (!wanted.equal) continue;
		// Near the middle both ends of the interval must find their place within the margin.
		const placed = studentT(degrees, distance < error ? (1 + power) / 2 : power) * error;
		if (wanted.equal.margin - distance >= half(wanted.equal.level) + placed) return more;
	}
	return undefined;
}

/** A part of what may be erred, as a correction for many leaves it. */
export function partOf(level: Level, share: number): Level {
	return typeof level === 'number' ? level * share : (repeats) => level(repeats) * share;
}

function at(level: Level, repeats: number): number {
	return typeof level === 'number' ? level : level(repeats);
}

/** The levels of a comparison of two samples, and its margin of equality as a ratio above 1: 0.05 is 1.05. */
export interface RatioWanted {
	readonly level?: Level;
	readonly equalLevel?: Level;
	readonly margin?: number;
}

/**
 * `repeatsToDecide` for the ratio of two samples of positive values.
 * @returns undefined where a side has one value, or more than a hundred would be needed
 */
export function repeatsNeeded(
	a: readonly number[],
	b: readonly number[],
	{ level = usualLevel, equalLevel = usualLevel, margin = equalWithin }: RatioWanted = {},
): number | undefined {
	const have = Math.min(a.length, b.length);
	if (have < 2) return undefined;
	const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
	const known = { distance: mean(logB) - mean(logA), variances: [sampleVariance(logA), sampleVariance(logB)] };
	return repeatsToDecide(known, have, { level, equal: { margin: Math.log1p(margin), level: equalLevel } });
}

/**
 * `repeatsToDecide` for a figure beside a limit.
 * @param distance between the two
 * @param samples what the figure is made of: one, or two whose means are subtracted
 * @returns undefined where so few repeats cannot tell, or more than a hundred would be needed
 */
export function repeatsToClear(distance: number, samples: readonly (readonly number[])[]): number | undefined {
	const have = Math.min(...samples.map(({ length }) => length));
	if (have < 2) return undefined;
	return repeatsToDecide({ distance, variances: samples.map((side) => sampleVariance([...side])) }, have);
}
