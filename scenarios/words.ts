import type { Estimate } from '../bench/model/finding.ts';
import { interval } from '../bench/model/quantity.ts';

/** Whether the whole interval lies in [low, high]; without an interval, whether the value does. */
export function between({ value, ci }: Estimate, low: number, high: number): boolean {
	return ci ? ci[0] >= low && ci[1] <= high : value >= low && value <= high;
}

/** Whether the whole interval lies below `low`, or above `high`. */
export function outside({ value, ci }: Estimate, low: number, high: number): boolean {
	return ci ? ci[1] < low || ci[0] > high : value < low || value > high;
}

export function lowEnd({ value, ci }: Estimate): number {
	return ci ? ci[0] : value;
}

/** `12.3 [11.9, 12.7] KB`: the estimate as a sentence wants it. */
export function said({ value, ci }: Estimate, unit: string): string {
	return interval(value, ci, unit);
}
