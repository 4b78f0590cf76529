// The numbers that verdicts go by, in one place: the tests use them, and the words of every report say them.

/** A verdict needs at least this many fresh processes of each side; fewer give figures and, from two on, an interval. */
export const repeatsForVerdict = 3;

/**
 * Ratios within 1 ÷ (1 + this) and 1 + this count as equal: a difference of less is of no use to anybody who chooses a transport. A share: 0.05
 * is 5 %.
 */
export const equalWithin = 0.05;

/** The error that an interval and a verdict are allowed, in all, where nothing is corrected: a chance from 0 to 1. */
export const usualLevel = 0.05;

/** More repeats than so many are never said to be missing: nobody runs them. */
export const mostMoreRepeats = 100;

/** `5 %`: a share as the words of reports give it. */
function percent(share: number, space = '\u202f'): string {
	return `${Number((share * 100).toPrecision(6))}${space}%`;
}

/** `equal within 5 %` */
export const equalWords = `equal within ${percent(equalWithin)}`;

/** `5 %`: the margin of equality, and the error that is allowed. */
export const marginWords = percent(equalWithin);
export const errorWords = percent(usualLevel);

/** `95 %`, with a plain space, as it stands in sentences: how often an interval of this error holds the truth. */
export function confidenceWords(error: number = usualLevel): string {
	return percent(1 - error, ' ');
}
