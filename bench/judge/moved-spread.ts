import { mean, median } from 'simple-statistics';
import { compareSamples } from './verdict.ts';
import { welch } from './welch.ts';

/** How clear a difference in spread must be before anything is said of it. */
const clear = 0.01;
/** A tail that is longer by less is none to speak of. */
const noteworthy = 1.25;
/** With fewer repeats their own spread cannot be told. */
const fewestRepeats = 8;

/**
 * How much longer the tail of b is than that of a, where the medians are equal: each trial's p99 ÷ p50 is one value, for calls of one trial are not
 * independent of each other. Undefined where nothing is clear.
 */
export function longerTail(a: readonly number[], b: readonly number[]): ReturnType<typeof compareSamples> {
	const found = compareSamples(a, b);
	if (found?.p === undefined || found.p >= clear) return undefined;
	const isMore = found.verdict === 'higher' && found.ratio >= noteworthy;
	const isLess = found.verdict === 'lower' && found.ratio <= 1 / noteworthy;
	return isMore || isLess ? found : undefined;
}

/**
 * How many times as widely the repeats of b spread as those of a: the mean distance from the median of each (Brown & Forsythe, Robust Tests
 * for the Equality of Variances, 1974), compared by Welch's t. Undefined with fewer than eight repeats of a side, and where nothing is clear.
 */
export function widerRepeats(
	a: readonly number[],
	b: readonly number[],
): { readonly times: number; readonly p: number } | undefined {
	if (Math.min(a.length, b.length) < fewestRepeats || [...a, ...b].some((value) => !(value > 0))) return undefined;
	const [ofA, ofB] = [distances(a), distances(b)];
	const tested = welch(ofA, ofB);
	if (!tested || tested.error === 0 || mean(ofA) === 0) return undefined;
	return tested.p < clear ? { times: mean(ofB) / mean(ofA), p: tested.p } : undefined;
}

/** On the logarithm, from the median; a median that is one of them tells nothing. */
function distances(values: readonly number[]): number[] {
	const logs = values.map(Math.log);
	const middle = median(logs);
	return logs.map((value) => Math.abs(value - middle));
}
