import { seededRandom, shuffled } from '../../../bench/random.ts';

/** How many of every `of` calls meet what. */
export type Shares<Mark extends string> = Readonly<Record<Mark, number>>;

/**
 * Says of each call, in order, what it is to meet: of every `of` calls exactly as many as asked for, at seeded random places.
 * No call meets two things, so that each can be counted on its own.
 */
export function marks<Mark extends string>(
	shares: Shares<Mark>,
	of: number,
	seed: number,
): (call: number) => Mark | undefined {
	const random = seededRandom(seed);
	const wanted = Object.entries<number>(shares).flatMap(([mark, count]) => Array<Mark>(count).fill(mark as Mark));
	const block: (Mark | undefined)[] = [...wanted, ...Array<undefined>(of - wanted.length).fill(undefined)];
	let drawn = block;
	return (call) => {
		if (call % of === 0) drawn = shuffled(block, random);
		return drawn[call % of];
	};
}
