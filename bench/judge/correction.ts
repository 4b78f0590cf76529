/**
 * P values corrected for their number, so that of all that are called different at most this share is expected to be so by chance
 * (Benjamini & Hochberg, Controlling the False Discovery Rate, Journal of the Royal Statistical Society B 57, 1995). It holds where the
 * tests depend on each other positively, as ratios to one reference do (Benjamini & Yekutieli, Annals of Statistics 29, 2001). Holm's
 * method, which allows no error at all, would leave nothing decided: a few hundred comparisons of three repeats each have no p so small.
 * @returns in the order given
 */
export function adjustedPs(ps: readonly number[]): readonly number[] {
	const order = ps.map((p, at) => ({ p, at })).sort((x, y) => y.p - x.p);
	const adjusted = new Array<number>(ps.length);
	let least = 1;
	for (const [nth, { p, at }] of order.entries()) {
		least = Math.min(least, (p * ps.length) / (ps.length - nth));
		adjusted[at] = least;
	}
	return adjusted;
}
