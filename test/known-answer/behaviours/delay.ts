import { type Random, seededRandom, shuffled } from '../../../bench/random.ts';
import type { Behaviour } from '../answer.ts';

/** A distribution by its quantile function, in µs. */
export type Quantile = (share: number) => number;

export const fixed =
	(us: number): Quantile =>
	() =>
		us;
export const uniform =
	(fromUs: number, toUs: number): Quantile =>
	(share) =>
		fromUs + share * (toUs - fromUs);
export const exponential =
	(meanUs: number): Quantile =>
	(share) =>
		-meanUs * Math.log(1 - share);

/** Multiples of it, less their whole part, fill the unit interval evenly. */
const goldenRatio = 0.618_033_988_749_895;

/**
 * Every answer is late by a time drawn from a distribution, stratified: of every `draws` calls one falls into each of as many
 * equally likely parts of the distribution, in seeded random order, every round at another place of its part. A load of whole
 * rounds meets the distribution itself; independent draws would put p99 of 1500 calls of an exponential off by 6 % (one
 * standard deviation), more than the error that is looked for.
 */
export function delay(quantile: Quantile, draws: number, seed: number): Behaviour {
	const random = seededRandom(seed);
	let bag: number[] = [];
	let rounds = 0;
	return {
		plan(answer) {
			if (bag.length === 0) bag = shares(draws, (0.5 + rounds++ * goldenRatio) % 1, random);
			answer.dueUs += Math.round(quantile(bag.pop() ?? 0));
			return [answer];
		},
	};
}

function shares(draws: number, place: number, random: Random): number[] {
	return shuffled(
		Array.from({ length: draws }, (_, n) => (n + place) / draws),
		random,
	);
}
