import { linearRegression, mean, sampleCorrelation } from 'simple-statistics';
import { deriveSeed, type Random, seededRandom, shuffled } from '../random.ts';

/** The values of one target in one case, in the order in which they were measured among all. */
export interface OrderedGroup {
	/** `sse`, or `calm sse`: for sentences. */
	readonly name: string;
	/**
	 * `at`: the place of the trial among those of its scenario, from 0, the first, to 1, the last; cases that ran side by side share one. `repeat`: the
	 * block in which every target ran once.
	 */
	readonly values: readonly { readonly at: number; readonly value: number; readonly repeat: number }[];
}

/** A trend over the order of the trials, whatever the target. */
export interface Drift {
	/** By what the values changed from the first trial to the last: 1.08 is 8 % more. */
	readonly change: number;
	/** Rank correlation of value and order, within the targets. */
	readonly correlation: number;
	readonly p: number;
}

const layouts = 1999;
/** With fewer ways in which the trials could have been laid out none is rarer than one in a hundred, to either side. */
const fewestLayouts = 200;

/**
 * Spearman's rank correlation of value and order, where each target is compared with itself alone, and its chance by permutation (Pitman, Significance Tests
 * Which May Be Applied to Samples from any Populations, 1937). The trials of a block share their time: whatever disturbs the machine for a
 * while is in all of them, and is no drift. So blocks are permuted as wholes, and the trials within each, whose order was drawn by lot anyhow, among
 * themselves (Winkler et al., Permutation inference for the general linear model, NeuroImage 92, 2014; Multi-level block permutation,
 * NeuroImage 123, 2015). Permuting every target for itself would take each trial of a disturbed block for a witness of its own.
 * @returns undefined where no order of the trials could be rarer than one in a hundred
 */
export function driftOf(groups: readonly OrderedGroup[]): Drift | undefined {
	const usable = groups.filter(({ values }) => values.length >= 3 && values.every(({ value }) => value > 0));
	const residuals = usable.flatMap(({ values }) => centred(values.map(({ value }) => Math.log(value))));
	if (residuals.every((value) => Math.abs(value) < 1e-12)) return undefined;
	const ranks = ranked(residuals);
	const blocks = blocksOf(usable, ranks);
	if (countOf(blocks) < fewestLayouts) return undefined;
	const places = usable.flatMap(({ values }) => centred(values.map(({ at }) => at)));
	const { m: slope } = linearRegression(places.map((x, n) => [x, residuals[n] ?? 0]));
	const random = seededRandom(deriveSeed(0, 'drift', ...residuals));
	const found = trendOf(inOrder(blocks));
	const as = Array.from({ length: layouts }, () => trendOf(laidOut(blocks, random))).filter(
		(chance) => Math.abs(chance) >= Math.abs(found) - 1e-9,
	);
	return {
		change: Math.exp(slope),
		correlation: sampleCorrelation(ranks, places),
		p: (as.length + 1) / (layouts + 1),
	};
}

/** What ran at one place: how far its ranks lie above the middle of their targets', all together. */
interface Unit {
	readonly at: number;
	readonly weight: number;
}

/** The units of each block. @param ranks of all values, group after group */
function blocksOf(groups: readonly OrderedGroup[], ranks: readonly number[]): readonly (readonly Unit[])[] {
	let from = 0;
	const weighed = groups.flatMap(({ values }) => {
		from += values.length;
		const own = centred(ranks.slice(from - values.length, from));
		return values.map(({ at, repeat }, n) => ({ at, repeat, weight: own[n] ?? 0 }));
	});
	const blocks = Map.groupBy(weighed, ({ repeat }) => repeat);
	return [...blocks.values()].map((block) =>
		[...Map.groupBy(block, ({ at }) => at)].map(([at, same]) => ({
			at,
			weight: same.reduce((sum, { weight }) => sum + weight, 0),
		})),
	);
}

/** As they ran. */
function inOrder(blocks: readonly (readonly Unit[])[]): readonly Unit[] {
	return blocks.flat().toSorted((x, y) => x.at - y.at);
}

/** As they might have run. */
function laidOut(blocks: readonly (readonly Unit[])[], random: Random): readonly Unit[] {
	return shuffled(blocks, random).flatMap((block) => shuffled(block, random));
}

/** How much the ranks go with the order: Spearman's correlation but for its scale, which is that of every layout. */
function trendOf(units: readonly Unit[]): number {
	return units.reduce((sum, { weight }, place) => sum + weight * place, 0);
}

/** In how many ways the blocks could have been laid out. */
function countOf(blocks: readonly (readonly Unit[])[]): number {
	return blocks.reduce((product, { length }) => product * factorial(length), factorial(blocks.length));
}

function factorial(n: number): number {
	return n < 2 ? 1 : n * factorial(n - 1);
}

function centred(values: readonly number[]): number[] {
	const middle = mean([...values]);
	return values.map((value) => value - middle);
}

/** Equal values share the mean of their ranks. */
function ranked(values: readonly number[]): number[] {
	return values.map((value) => {
		const below = values.filter((other) => other < value).length;
		const same = values.filter((other) => other === value).length;
		return below + (same + 1) / 2;
	});
}
