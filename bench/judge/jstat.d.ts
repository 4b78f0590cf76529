/** The part of jstat that is used; the package ships no types. */
declare module 'jstat' {
	const jstat: {
		/** Student's t with `dof` degrees of freedom: the quantile at probability p, and the chance of a value below `t`. */
		studentt: { inv(p: number, dof: number): number; cdf(t: number, dof: number): number };
		/** The normal distribution: the quantile at probability p, and the chance of a value below `x`. */
		normal: {
			inv(p: number, mean: number, deviation: number): number;
			cdf(x: number, mean: number, deviation: number): number;
		};
		/** Chi-square, likewise. */
		chisquare: { inv(p: number, dof: number): number };
		/** Binomial: the chance of at most `k` successes in `n` tries. */
		binomial: { cdf(k: number, n: number, p: number): number };
	};
	export default jstat;
}
