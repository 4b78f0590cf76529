import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers: the same seed gives the same run. */
export interface Random {
	/** Uniform in [0, 1). */
	next(): number;
	/** Uniform whole number in [0, below). */
	below(below: number): number;
}

export function seededRandom(seed: number): Random {
	const generator = xoroshiro128plus(seed);
	return {
		next: () => uniformFloat64(generator),
		below: (below) => uniformInt(generator, 0, below - 1),
	};
}

/** A seed for a part of a run, so that parts do not depend on each other's order. */
export function deriveSeed(seed: number, ...labels: (string | number)[]): number {
	return createHash('sha256')
		.update([seed, ...labels].join('\u0000'))
		.digest()
		.readInt32LE(0);
}

/** A new order of the items (Fisher–Yates); the input is left as it was. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
	const result = [...items];
	for (let i = result.length - 1; i > 0; i--) {
		const j = random.below(i + 1);
		[result[i], result[j]] = [result[j] as T, result[i] as T];
	}
	return result;
}
