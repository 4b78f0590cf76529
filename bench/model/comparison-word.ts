import type { Comparison, ComparisonVerdict } from './finding.ts';
import { isPassingTime } from './measure-kinds.ts';
import { type MeasureInfo, type MeasureName, measures } from './measures.ts';
import { ratio } from './quantity.ts';
import { equalWords, mostMoreRepeats } from './verdict-rules.ts';

/** What a comparison must have to be put into words. */
export type Worded = Pick<Comparison, 'measure' | 'verdict' | 'ci' | 'moreRepeats' | 'lacks' | 'adjustedP'>;

/**
 * How b stands against a, for people: `faster` or `slower` of times, `less` or `more` of all else, with what that is worth;
 * `equal within 5 %`; `inconclusive (4 more)`, where so many repeats more would decide it, or `(2 more give an interval)`.
 */
export function comparisonWord(comparison: Worded): string {
	const { measure, verdict } = comparison;
	if (verdict === 'equal') return equalWords;
	if (verdict === 'inconclusive') return `inconclusive${whyOpen(comparison)}`;
	return differenceWord(measure, verdict);
}

/** The ratio with its interval; one that reaches beyond a hundredfold says nothing but that. */
export function ratioWord({ ratio: value, ci }: Pick<Comparison, 'ratio' | 'ci'>): string {
	return ci && ci[1] > value * 100 ? `${ratio(value)} [wide]` : ratio(value, ci);
}

/** Whether a measure is a time that somebody waits, of which less is better. */
export function isWaited(measure: MeasureName): boolean {
	return isPassingTime(measure) && measures[measure]?.better === 'lower';
}

function differenceWord(measure: MeasureName, verdict: Exclude<ComparisonVerdict, 'equal' | 'inconclusive'>): string {
	const { better }: MeasureInfo = measures[measure] ?? {
		title: measure,
		unit: '',
		better: 'neither',
		meaning: '',
	};
	const isHigher = verdict === 'higher';
	if (isPassingTime(measure)) {
		if (better === 'lower') return isHigher ? 'slower' : 'faster';
		const word = isHigher ? 'longer' : 'shorter';
		return better === 'neither' ? word : `${word}, ${isHigher ? 'better' : 'worse'}`;
	}
	const word = isHigher ? 'more' : 'less';
	return better === 'neither' ? word : `${word}, ${verdict === better ? 'better' : 'worse'}`;
}

function whyOpen({ ci, moreRepeats, lacks }: Worded): string {
	if (lacks === 'figures') return ': not every repeat has a figure';
	if (lacks === 'bound') return ': a figure is a lower bound';
	if (moreRepeats !== undefined) return ` (${moreWords(moreRepeats, ci !== undefined)})`;
	return ci === undefined ? ': no interval' : ` (more than ${mostMoreRepeats} more)`;
}

/** What more repeats would do: without an interval nothing is known of the spread, so that nobody can say that they would decide. */
export function moreWords(more: number, hasInterval: boolean): string {
	return hasInterval ? `${more} more` : `${more} more give an interval`;
}

/** The interval of a target against itself; where it is not this scenario’s of this run, from where it is. */
export function noiseWord({ noise }: Pick<Comparison, 'noise'>): string {
	if (!noise) return 'not known';
	const { ratio, ci, from } = noise;
	const [low, high] = ci ?? [ratio, ratio];
	const written = low === high ? low.toFixed(2) : `${low.toFixed(2)}–${high.toFixed(2)}`;
	return from === undefined ? written : `${written} (${from})`;
}
