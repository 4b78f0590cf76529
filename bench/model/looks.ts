import { repeatsForVerdict, usualLevel } from './verdict-rules.ts';

/**
 * When repeats are added until a verdict is decided, its figures are looked at more than once, and every look is a chance to be
 * misled. So the sizes at which one looks are fixed beforehand, and the error that all looks together may make is shared out among them: the
 * first has half of it, each further one half of the one before. However many there are, their sum stays below the whole (Bonferroni).
 */

/** As many as can be asked for with `--repeats`. */
export const mostRepeats = 100;

/** The repeats at which one looks: the planned ones, then twice as many each time. */
export function* lookSizes(planned: number): Generator<number> {
	yield planned;
	for (let size = Math.max(2 * planned, repeatsForVerdict); ; size *= 2) yield size;
}

/** Which look so many repeats are, from 1; on the way to a size they are already the look at it. */
export function lookAt(repeats: number, planned: number): number {
	let look = 0;
	for (const size of lookSizes(planned)) {
		look++;
		if (repeats <= size) break;
	}
	return look;
}

/** How many repeats the look after so many has; undefined where these are as many as there may be. */
export function nextLookSize(repeats: number, planned: number): number | undefined {
	if (repeats >= mostRepeats) return undefined;
	for (const size of lookSizes(planned)) if (size > repeats) return Math.min(size, mostRepeats);
	return undefined;
}

/** What a look may err; all looks together err at most as often as a single one may that is the only one. */
export function errorOfLook(look: number): number {
	return usualLevel / 2 ** look;
}
