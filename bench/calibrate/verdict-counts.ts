import jstat from 'jstat';
import { sampleStandardDeviation } from 'simple-statistics';
import { compareSamples } from '../judge/verdict.ts';
import type { MeasureName } from '../model/measures.ts';
import { mostRepeatsLookedAt, type ProofRow, type SlowdownRow, type Tally } from '../model/verdict-proof.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { type Random, seededRandom, shuffled } from '../random.ts';

/** How many comparisons of each kind are made. */
export const comparisons = 100;
export const allowedDifferent = 5;
export const wantedFound = 95;

/** The figures of one block on one measure: every arm once. */
export interface BlockFigures {
	/** The base, and the base under its second name. */
	readonly base: readonly [first: number, second: number];
	/** In the order of the slowdowns. */
	readonly slowed: readonly number[];
}

/** Two samples that are compared as a run does it. */
interface Pair {
	readonly a: readonly number[];
	readonly b: readonly number[];
}

interface Drawn {
	readonly pairs: readonly Pair[];
	readonly ranForReal: number;
}

/** Which figures of a block stand against each other. `swap` is a coin: the two names of the base are worth the same. */
type Sides = (block: BlockFigures, swap: boolean) => readonly [a: number, b: number];

const itself: Sides = ({ base: [first, second] }, swap) => (swap ? [second, first] : [first, second]);

function against(nth: number): Sides {
	return ({ base, slowed }, swap) => [base[swap ? 1 : 0], slowed[nth] ?? Number.NaN];
}

/**
 * A hundred pairs of samples. First blocks that follow each other, none of them twice: these comparisons ran as those of a run do. The others draw as
 * many blocks without putting one back, and a name of the base in each.
 */
function draw(blocks: readonly BlockFigures[], repeats: number, sides: Sides, random: Random): Drawn {
	const pairOf = (chosen: readonly BlockFigures[], coin: () => boolean): Pair => {
		const both = chosen.map((block) => sides(block, coin()));
		return { a: both.map(([a]) => a), b: both.map(([, b]) => b) };
	};
	const ranForReal = Math.min(comparisons, Math.floor(blocks.length / repeats));
	const pairs = Array.from({ length: comparisons }, (_, n) =>
		n < ranForReal
			? pairOf(blocks.slice(n * repeats, (n + 1) * repeats), () => false)
			: pairOf(shuffled(blocks, random).slice(0, repeats), () => random.below(2) === 1),
	);
	return { pairs, ranForReal };
}

/** Verdicts on all pairs, b being multiplied by a factor. */
function verdicts(pairs: readonly Pair[], factor = 1) {
	return pairs.map(({ a, b }) => {
		const scaled = factor === 1 ? b : b.map((value) => value * factor);
		return compareSamples(a, scaled)?.verdict ?? 'inconclusive';
	});
}

function countOf<T>(items: readonly T[], ...wanted: readonly T[]): number {
	return items.filter((item) => wanted.includes(item)).length;
}

/** Slowdowns are looked for up to this factor, to a tenth of a percent. */
const largestFactor = 3;
const grain = 0.001;

/** The smallest slowdown in % that is found often enough: the samples of the base against itself, one of them scaled. */
function smallestFound(pairs: readonly Pair[]): number | undefined {
	const isFound = (factor: number) =>
		countOf(verdicts(pairs, factor), 'higher') * comparisons >= wantedFound * pairs.length;
	if (!isFound(largestFactor)) return undefined;
	// The more one sample is scaled, the more comparisons find it: halving finds the place.
	let [low, high] = [1, largestFactor];
	while (high - low > grain) {
		const middle = (low + high) / 2;
		if (isFound(middle)) high = middle;
		else low = middle;
	}
	return Math.ceil((high - 1) / grain) / (0.01 / grain);
}

const simulations = 200;
/** From one number of repeats that is tried to the next. */
const stride = 2;

/**
 * How many repeats find this slowdown often enough, by simulation: times with the spread of the recorded ones, normal on the logarithms. Another question
 * than that of `repeatsToDecide`: how often the right verdict, not when any.
 * @param percent the slowdown as it is seen in the figures
 * @returns undefined where no number up to the most that are looked at does
 */
export function repeatsToFind(percent: number, spreadOfLogs: number, random: Random): number | undefined {
	const sample = (repeats: number, shift: number) =>
		Array.from({ length: repeats }, () => {
			// Away from 0, whose quantile is infinite.
			const share = (random.next() + 2 ** -54) / (1 + 2 ** -53);
			return Math.exp(shift + spreadOfLogs * jstat.normal.inv(share, 0, 1));
		});
	const isFound = (repeats: number): boolean => {
		const pairs = Array.from({ length: simulations }, () => ({
			a: sample(repeats, 0),
			b: sample(repeats, Math.log1p(percent / 100)),
		}));
		return countOf(verdicts(pairs), 'higher') * comparisons >= wantedFound * simulations;
	};
	// Many repeats call a slowdown within the margin equal, so that it may be found with fewer and not with the most.
	let low = repeatsForVerdict - 1;
	for (let high = repeatsForVerdict; ; high = Math.min(mostRepeatsLookedAt, Math.ceil(high * stride))) {
		if (isFound(high)) return leastBetween(low, high, isFound);
		if (high === mostRepeatsLookedAt) return undefined;
		low = high;
	}
}

/** The least number above `low` that is found, where `high` is. */
function leastBetween(low: number, high: number, isFound: (repeats: number) => boolean): number {
	let [below, found] = [low, high];
	while (found - below > 1) {
		const middle = Math.floor((below + found) / 2);
		if (isFound(middle)) found = middle;
		else below = middle;
	}
	return found;
}

/**
 * What the verdicts on one measure are worth, from the blocks of figures. Pure: the same figures and seed give the same counts.
 * @param percents the slowdowns, smallest first
 */
export function proofRow(
	measure: MeasureName,
	blocks: readonly BlockFigures[],
	{ percents, repeats, seed }: { percents: readonly number[]; repeats: number; seed: number },
): ProofRow {
	const random = seededRandom(seed);
	const same = draw(blocks, repeats, itself, random);
	const bases = blocks.flatMap(({ base }) => base);
	const slowdowns = percents.map((percent, nth): SlowdownRow => {
		const { pairs, ranForReal } = draw(blocks, repeats, against(nth), random);
		const said = verdicts(pairs);
		const slowed = blocks.map((block) => block.slowed[nth] ?? Number.NaN);
		const { ratio = Number.NaN, ci } = compareSamples(bases, slowed) ?? {};
		return {
			percent,
			found: { count: countOf(said, 'higher'), of: pairs.length, ranForReal },
			calledEqual: countOf(said, 'equal'),
			measured: { value: ratio, ...(ci && { ci }) },
		};
	});
	const logs = bases.map(Math.log);
	const spread = sampleStandardDeviation(logs);
	const smallest = smallestFound(same.pairs);
	const [least] = slowdowns;
	// As it was measured: of latency a part cannot be slowed, so that less than the injected share is there to be found.
	const missed = least && !isEnough(least.found) ? 100 * (least.measured.value - 1) : undefined;
	const needed = missed === undefined ? undefined : repeatsToFind(missed, spread, random);
	return {
		measure,
		different: {
			count: countOf(verdicts(same.pairs), 'lower', 'higher'),
			of: same.pairs.length,
			ranForReal: same.ranForReal,
		},
		slowdowns,
		perRepeat: Math.expm1(spread),
		...(smallest !== undefined && { smallestFoundPercent: smallest }),
		...(needed !== undefined && { repeatsNeeded: needed }),
		...(missed !== undefined && { repeatsNeededForPercent: missed }),
	};
}

/** Whether a slowdown was found as often as is wanted. */
export function isEnough({ count, of }: Tally): boolean {
	return count * comparisons >= wantedFound * of;
}
