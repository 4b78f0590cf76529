import { linearRegression, mean, sampleCorrelation } from 'simple-statistics';
import { deriveSeed, type Random, seededRandom, shuffled } from '../random.ts';

/** The values of one target in one case, in the order in which they were measured among all. */
export interface OrderedGroup {
	/** `sse`, or `calm sse`: for sentences. */
	readonly name: string;
	/** `at`: the place of the trial among those of its scenario, from 0, the first, to 1, the last. */
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

const permutations = 1999;

/**
 * Spearman's rank correlation of value and order, where each target is compared with itself alone, and its chance by permutation: without
 * a drift the repeats of a target might have come in any order (Pitman, Significance Tests Which May Be Applied to Samples from any
 * Populations, 1937). Three repeats of one target have six orders and can show nothing; those of eight targets together can.
 * @returns undefined where no order of the values could be rarer than one in a hundred
 */
export function driftOf(groups: readonly OrderedGroup[]): Drift | undefined {
	const usable = groups.filter(({ values }) => values.length >= 3 && values.every(({ value }) => value > 0));
	const orders = usable.reduce((product, { values }) => product * factorial(values.length), 1);
	if (orders < 200) return undefined;
	const residuals = usable.map(({ values }) => centred(values.map(({ value }) => Math.log(value))));
	const places = usable.map(({ values }) => centred(values.map(({ at }) => at)));
	const [flat, at] = [residuals.flat(), places.flat()];
	if (flat.every((value) => Math.abs(value) < 1e-12)) return undefined;
	const { m: slope } = linearRegression(at.map((x, n) => [x, flat[n] ?? 0]));
	const ranks = grouped(ranked(flat), residuals);
	const found = dot(ranks.flat(), at);
	const random = seededRandom(deriveSeed(0, 'drift', ...flat));
	const as = Array.from({ length: permutations }, () => dot(mixed(ranks, random), at)).filter(
		(chance) => Math.abs(chance) >= Math.abs(found) - 1e-9,
	);
	return {
		change: Math.exp(slope),
		correlation: sampleCorrelation(ranks.flat(), at),
		p: (as.length + 1) / (permutations + 1),
	};
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

/** The same values in groups of these sizes. */
function grouped(flat: readonly number[], sizes: readonly (readonly number[])[]): number[][] {
	let from = 0;
	return sizes.map(({ length }) => {
		from += length;
		return flat.slice(from - length, from);
	});
}

function mixed(groups: readonly (readonly number[])[], random: Random): number[] {
	return groups.flatMap((group) => shuffled(group, random));
}

function dot(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
}
