import jstat from 'jstat';
import { usualLevel } from '../model/verdict-rules.ts';

/** The factor of a two-sided interval of the usual level with this many degrees of freedom; or Student's t below which there is another share. */
export function studentT(degrees: number, below = 1 - usualLevel / 2): number {
	return jstat.studentt.inv(below, degrees);
}

/** The chance of a value at least so far from zero, to either side, by Student's t with this many degrees of freedom. */
export function studentP(t: number, degrees: number): number {
	return Math.min(1, 2 * jstat.studentt.cdf(-Math.abs(t), degrees));
}

/** The chance of a value below `z`, by the standard normal distribution. */
export function normalBelow(z: number): number {
	return jstat.normal.cdf(z, 0, 1);
}
