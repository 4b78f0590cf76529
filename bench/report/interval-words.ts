import { errorOfLook } from '../model/looks.ts';
import type { RunRecord } from '../model/run.ts';
import { confidenceWords } from '../model/verdict-rules.ts';

// What stands in brackets, as it is in this run: where one looks more than once, ratios and what claims see have wider intervals.

type Looked = Pick<RunRecord, 'untilDecided'>;

/** `the 95 % interval`, or `an interval of at least 95 %` where some are wider: of figures and of what claims rest on. */
export function intervalWords({ untilDecided }: Looked): string {
	return untilDecided ? `an interval of at least ${confidenceWords()}` : `the ${confidenceWords()} interval`;
}

/** How the intervals of comparisons are to be read. */
export function comparisonNote({ untilDecided }: Looked): string {
	const [first, second] = [1, 2].map((look) => confidenceWords(errorOfLook(look)));
	const which = untilDecided
		? `In brackets an interval of the ratio of at least ${first}: this run looks more than once, at the first look with ${first}, at the second with ${second}, and so on.`
		: `In brackets ${intervalWords({})} of the ratio.`;
	return `${which} The correction for the number of comparisons acts on the reading and leaves the interval as it is.`;
}
