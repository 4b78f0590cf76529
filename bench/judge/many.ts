/** How many of the differences that a command calls may be none, in the mean: one in twenty. */
export const falseShare = 0.05;

/**
 * What many p values become when all of them were looked at together: a difference whose adjusted value is at most 0.05 may be called, and of
 * those that are called at most 5 % are none in the mean. Where nothing differs at all, anything is called in at most 5 % of the cases.
 *
 * Benjamini and Hochberg, Controlling the False Discovery Rate, J. R. Statist. Soc. B 57 (1995), 289–300; it holds for measures that depend
 * on each other positively, as p50 and p99 do: Benjamini and Yekutieli, Annals of Statistics 29 (2001), 1165–1188.
 * @param pValues each from 0 to 1
 * @returns in the same order
 */
export function adjusted(pValues: readonly number[]): number[] {
	const byRank = pValues.map((p, at) => ({ p, at })).sort((x, y) => x.p - y.p);
	const found = new Array<number>(pValues.length);
	let least = 1;
	for (let rank = byRank.length; rank > 0; rank--) {
		const { p, at } = byRank[rank - 1] as { p: number; at: number };
		least = Math.min(least, p * (byRank.length / rank));
		found[at] = least;
	}
	return found;
}
