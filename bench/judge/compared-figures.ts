import { isWaited } from '../model/comparison-word.ts';
import type { ComparisonVerdict, Estimate } from '../model/finding.ts';
import { type MeasureInfo, type MeasureName, measures } from '../model/measures.ts';
import type { ComparedMeasure, ComparisonWord, WhyOpen } from '../model/run-comparison.ts';
import { equalWithin, repeatsForVerdict } from '../model/verdict-rules.ts';
import type { TrialFigures } from './figures.ts';
import { compareSamples } from './verdict.ts';
import { welch } from './welch.ts';

/** The figures of one case of a scenario in both runs. */
export interface BothFigures {
	readonly scenario: string;
	readonly case?: string;
	readonly a: TrialFigures;
	readonly b: TrialFigures;
}

type Compared = Pick<ComparedMeasure, 'ratio' | 'difference' | 'ci' | 'p' | 'verdict' | 'moreRepeats'>;

/**
 * A measure of a target in both runs, looked at alone.
 * @returns undefined where a side has no figure
 */
export function comparedMeasure(
	{ scenario, case: inCase, a, b }: BothFigures,
	target: string,
	measure: MeasureName,
	main: boolean,
): ComparedMeasure | undefined {
	const [estimateA, estimateB] = [a.estimate(target, measure), b.estimate(target, measure)];
	if (!estimateA || !estimateB) return undefined;
	const samples = [a, b].map((figures) => figures.values(target, measure)) as [number[], number[]];
	const few = Math.min(estimateA.repeats, estimateB.repeats) < repeatsForVerdict;
	const partial = [a, b].some((figures) => figures.values(target, measure).length < figures.completed(target));
	const compared = ofSamples(...samples);
	const bound = isOpenBound(compared.verdict, estimateA, estimateB);
	const why: WhyOpen | undefined = few ? 'few' : partial ? 'partial' : bound ? 'bound' : undefined;
	const row: ComparedMeasure = {
		...{ scenario, target, measure, main, unit: measures[measure].unit, a: estimateA, b: estimateB },
		...(inCase !== undefined && { case: inCase }),
		...compared,
		word: 'inconclusive',
	};
	return why ? opened(row, why) : worded(row);
}

/** The same, as it is read: the word, and whether B is better. */
export function worded(row: ComparedMeasure): ComparedMeasure {
	const { verdict, measure } = row;
	if (verdict === 'inconclusive') return opened(row, row.why ?? 'open');
	if (verdict === 'equal') return { ...row, word: 'equal' };
	const words: readonly [ComparisonWord, ComparisonWord] = isWaited(measure) ? ['faster', 'slower'] : ['less', 'more'];
	const { better }: MeasureInfo = measures[measure];
	return {
		...row,
		word: words[verdict === 'lower' ? 0 : 1],
		...(better !== 'neither' && { better: better === verdict }),
	};
}

/** The same without a verdict, and why. */
export function opened({ better: _, ...row }: ComparedMeasure, why: WhyOpen): ComparedMeasure {
	return { ...row, verdict: 'inconclusive', word: 'inconclusive', why };
}

function ofSamples(a: readonly number[], b: readonly number[]): Compared {
	const found = compareSamples(a, b);
	if (!found) return byDifference(a, b);
	return found;
}

/** Of values that are zero or less there is no ratio: none became some, or a slope is level. */
function byDifference(a: readonly number[], b: readonly number[]): Compared {
	const found = welch(a, b);
	if (!found) return { verdict: 'inconclusive', difference: (b[0] ?? 0) - (a[0] ?? 0) };
	const { difference, ci, p } = found;
	const [low, high] = ci;
	const smaller = Math.min(...[a, b].map((side) => Math.abs(side.reduce((sum, each) => sum + each, 0) / side.length)));
	const isEqual = low >= -equalWithin * smaller && high <= equalWithin * smaller;
	const verdict = isEqual ? 'equal' : low > 0 ? 'higher' : high < 0 ? 'lower' : 'inconclusive';
	return { difference, ci, p, verdict };
}

/** Where the true value of a side may be higher than it was seen, only what it can make clearer stands. */
function isOpenBound(verdict: ComparisonVerdict, a: Estimate, b: Estimate): boolean {
	if (verdict === 'higher') return a.atLeast === true;
	if (verdict === 'lower') return b.atLeast === true;
	return verdict === 'equal' && (a.atLeast === true || b.atLeast === true);
}
