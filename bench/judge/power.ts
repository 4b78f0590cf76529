import { studentT } from './fit.ts';

/** What is known of two samples. */
export interface Spread {
	/** Mean of b − mean of a, on logarithms. */
	readonly difference: number;
	/** Of a, and of b: the variances of a single value. */
	readonly variances: readonly [a: number, b: number];
}

/** How certain the answer is to be decided after so many more: the usual power (Cohen, Statistical Power Analysis, 1988). */
const power = 0.8;
/** More than so many nobody runs. */
const most = 100;

/**
 * About how many more repeats of each would decide, if difference and spread stay what they are: as different, at this level, or as equal
 * within the margin. The normal approximation to the power of a t test, with t for z.
 * @param have how many repeats each side has
 * @param margin of equality, on the logarithm
 * @param level the chance of an error that a difference is allowed; 0.05 where nothing is corrected
 * @returns undefined where more than a hundred would be needed
 */
export function repeatsToDecide(
	{ difference, variances }: Spread,
	have: number,
	margin: number,
	level = 0.05,
): number | undefined {
	const distance = Math.abs(difference);
	const [a, b] = variances;
	const sum = a + b;
	for (let more = 1; more <= most; more++) {
		const repeats = have + more;
		const error = Math.sqrt(sum / repeats);
		// Welch's degrees of freedom for samples of one size.
		const degrees = sum === 0 ? repeats : ((repeats - 1) * sum ** 2) / (a ** 2 + b ** 2);
		const found = studentT(degrees, power) * error;
		// Near 1 both ends of the interval must find their place within the margin.
		const placed = studentT(degrees, distance < error ? (1 + power) / 2 : power) * error;
		const differs = distance >= studentT(degrees, 1 - level / 2) * error + found;
		const isEqual = margin - distance >= studentT(degrees) * error + placed;
		if (differs || isEqual) return more;
	}
	return undefined;
}
