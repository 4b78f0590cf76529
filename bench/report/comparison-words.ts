import { moreWords } from '../model/comparison-word.ts';
import { counted, figure, interval, atLeast as lowerBound, quantity, ratio, withUnit } from '../model/quantity.ts';
import type { ComparedMeasure, OnlyIn, RunComparison, RunHead, WhyOpen } from '../model/run-comparison.ts';
import { confidenceWords, equalWords, errorWords, marginWords, repeatsForVerdict } from '../model/verdict-rules.ts';
import { instant } from './content.ts';

// What a comparison of two runs says, in words; text and Markdown only lay it out.

/** What decides nothing, in words. */
const openReasons: Readonly<Record<WhyOpen, string>> = {
	few: 'too few repeats',
	open: 'no difference is possible',
	many: 'it differs only when looked at alone',
	bound: 'the true value of a side may be higher',
	partial: 'a repeat has no figure',
};

export function headText({ id, profile, state, startedAt, completed, planned, git }: RunHead): string {
	const commit =
		git === null ? 'no checkout' : `commit ${git.head.slice(0, 12)}${git.dirty ? ' with local changes' : ''}`;
	return `${id}: ${profile}, ${instant(startedAt)}, ${state}, ${completed} of ${counted(planned, 'trial')}, ${commit}`;
}

/** How many of the measures are different: the sentence that a reader takes away. */
export function summarySentence({ summary }: RunComparison): string {
	const { compared, different, differentShare = 0, equal, inconclusive, tooFew } = summary;
	const few =
		tooFew === 0
			? ''
			: ` ${counted(tooFew, 'measure')} of fewer than ${repeatsForVerdict} repeats ${tooFew === 1 ? 'is' : 'are'} not judged.`;
	if (compared === 0)
		return `No measure can be judged: a verdict takes ${repeatsForVerdict} repeats of each run (--repeats ${repeatsForVerdict}).${few}`;
	const share = withUnit(figure(differentShare, '%'), '%');
	return `${different} of ${counted(compared, 'measure')} different (${share}), ${equal} ${equalWords}, ${inconclusive} inconclusive.${few}`;
}

/** What the verdict words mean; stands once below the tables. */
export const readingNote =
	`B ÷ A by geometric means with the ${confidenceWords()} interval over repeats (at each end the wider of Welch’s t on logarithms and a bootstrap). Equal: all of it is within ${marginWords} of 1. ` +
	`Different: it excludes 1, also after the correction for all measures together (Benjamini and Hochberg, ${errorWords}), which leaves the interval as it is.`;

/** Where a row stands: `steady-calls · stateless`. */
export function placeText({
	scenario,
	case: inCase,
	target,
}: Pick<ComparedMeasure, 'scenario' | 'case' | 'target'>): string {
	return [scenario, ...(inCase === undefined ? [] : [inCase]), target].join(' · ');
}

export function sideText(row: ComparedMeasure, side: 'a' | 'b'): string {
	const { value, atLeast } = row[side];
	return atLeast ? lowerBound(value, row.unit) : quantity(value, row.unit);
}

/** `1.29× [1.21, 1.38]`; of what has no ratio the difference, with its sign: `+114 [92, 136] KB`. */
export function changeText({ ratio: times, difference, ci, unit }: ComparedMeasure): string {
	if (times !== undefined) return ratio(times, ci);
	if (difference === undefined) return '—';
	if (difference === 0) return 'the same';
	return `${difference > 0 ? '+' : ''}${interval(difference, ci, unit)}`;
}

/** `slower, worse`, `equal`, `inconclusive (4 more)`, `inconclusive: 1× is possible`. */
export function readingText({ word, better, ci, why = 'open', moreRepeats }: ComparedMeasure): string {
	if (word !== 'inconclusive') return better === undefined ? word : `${word}, ${better ? 'better' : 'worse'}`;
	return moreRepeats === undefined
		? `inconclusive: ${openReasons[why]}`
		: `inconclusive (${moreWords(moreRepeats, ci !== undefined)})`;
}

/** The same in few letters, for a narrow column below a head that says `inconclusive`; of most the interval says it. */
const briefReasons: Readonly<Record<WhyOpen, string>> = {
	few: 'few repeats',
	open: '',
	many: 'corrected',
	bound: 'a bound',
	partial: 'gaps',
};

export function openText({ ci, why = 'open', moreRepeats }: ComparedMeasure): string {
	if (moreRepeats === undefined) return briefReasons[why];
	return `${moreRepeats} ${ci === undefined ? 'to see' : 'more'}`;
}

/** What the few letters in these rows stand for, in a sentence; empty where there are none. */
export function openLegend(rows: readonly ComparedMeasure[]): string {
	const kindOf = ({ ci, why = 'open', moreRepeats }: ComparedMeasure) =>
		moreRepeats === undefined ? why : ci === undefined ? 'see' : 'more';
	const used = [...new Set(rows.map(kindOf))];
	const said = used.flatMap((each) => {
		if (each === 'more') return ['n more: about so many repeats would decide'];
		if (each === 'see') return ['n to see: so many more repeats give an interval'];
		return briefReasons[each] === '' ? [] : [`${briefReasons[each]}: ${openReasons[each]}`];
	});
	return said.length === 0 ? '' : `${said.join('; ')}.`;
}

/** Rows by what they say. What differs comes first where it is about a scenario's own question, and by how much. */
export interface SortedRows {
	readonly different: readonly ComparedMeasure[];
	readonly inconclusive: readonly ComparedMeasure[];
	readonly equal: readonly ComparedMeasure[];
}

export function sortedRows(rows: readonly ComparedMeasure[]): SortedRows {
	const size = ({ ratio: times }: ComparedMeasure) =>
		times === undefined ? Number.POSITIVE_INFINITY : Math.abs(Math.log(times));
	const byWeight = (x: ComparedMeasure, y: ComparedMeasure) =>
		Number(y.main) - Number(x.main) || Number(x.better ?? true) - Number(y.better ?? true) || bySize(size(x), size(y));
	return {
		different: rows.filter(({ verdict }) => verdict === 'higher' || verdict === 'lower').toSorted(byWeight),
		inconclusive: rows
			.filter(({ verdict }) => verdict === 'inconclusive')
			.toSorted((x, y) => Number(y.main) - Number(x.main)),
		equal: rows.filter(({ verdict }) => verdict === 'equal').toSorted((x, y) => Number(y.main) - Number(x.main)),
	};
}

/** The larger first; infinite ones are alike. */
function bySize(x: number, y: number): number {
	return x === y ? 0 : y - x;
}

/** `only in A: target steady-calls · sse (the process exited …)`. */
export function onlyText({ side, what, name, because }: OnlyIn): string {
	return `only in ${side.toUpperCase()}: ${what} ${name}${because === undefined ? '' : ` (other side: ${because})`}`;
}
