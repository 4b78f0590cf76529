import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { ratio } from '../bench/model/quantity.ts';
import { highEnd, least, listed, lowEnd, most, rulingsOn, worst } from './words.ts';

/** A time that is so many times as long is slower; below the other, the difference is none that anyone would notice. */
const slowerFrom = 2;
const sameUpTo = 1.5;

/** Times of those who do nothing out of the ordinary, while others do, over those before. */
interface Compared {
	/** How the sentence begins: what was compared with what. */
	readonly what: string;
	/** Of each target that which grew most decides, by its whole interval. */
	readonly ratios: readonly MeasureName[];
	/** What else carries the verdict. */
	readonly beside?: readonly MeasureName[];
}

/** Confirmed where everybody was slowed down on every target, refuted where nobody was on any. */
export function slowedDown(figures: Figures, { what, ratios, beside = [] }: Compared): Ruling {
	const linesOf = (target: string, names: readonly MeasureName[]): readonly Evidence[] =>
		names.flatMap((measure) => figures.evidence(target, measure));
	const by = rulingsOn(figures.targets.flatMap((target) => linesOf(target, [...ratios, ...beside])));
	const all = figures.targets.flatMap((target) => {
		const times = worst(figures, target, ...ratios);
		return times ? [{ target, times }] : [];
	});
	if (all.length === 0) return by('inconclusive', 'No times of others were measured.');
	const because = `${what}: ${listed(all, ({ target, times }) => `${target} ${ratio(times.value, times.ci)}`)}.`;
	const slower = all.filter(({ times }) => lowEnd(times) >= slowerFrom);
	const same = all.filter(({ times }) => highEnd(times) <= sameUpTo);
	const lines = (list: typeof all) => list.flatMap(({ target }) => most(linesOf(target, ratios)));
	if (slower.length === all.length) return by('confirmed', because, least(lines(slower)));
	if (same.length === all.length) return by('refuted', because, most(lines(same)));
	if (slower.length + same.length < all.length) {
		const open = all.filter((each) => !slower.includes(each) && !same.includes(each));
		return by('inconclusive', `The intervals do not decide. ${because}`, most(lines(open)));
	}
	return by('depends', because, most(lines(slower)), least(lines(same)));
}
