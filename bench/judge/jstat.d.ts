/** The part of jstat that is used; the package ships no types. */
declare module 'jstat' {
	const jstat: {
		/** Student's t: the quantile at probability p with `dof` degrees of freedom. */
		studentt: { inv(p: number, dof: number): number; cdf(x: number, dof: number): number };
		/** Chi-square, likewise. */
		chisquare: { inv(p: number, dof: number): number };
		/** Binomial: the chance of at most `k` successes in `n` tries. */
		binomial: { cdf(k: number, n: number, p: number): number };
	};
	export default jstat;
}
