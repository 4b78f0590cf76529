import type { Estimate, Figures } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
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

export function highEnd({ value, ci }: Estimate): number {
	return ci ? ci[1] : value;
}

/** `12.3 [11.9, 12.7] KB`: the estimate as a sentence wants it. */
export function said({ value, ci }: Estimate, unit: string): string {
	return interval(value, ci, unit);
}

/** What is said of each, one after another. */
export function listed<T>(all: readonly T[], say: (one: T) => string): string {
	return all.map(say).join(', ');
}

/** Of several measures of a target the one with the largest value; undefined where it has none of them. */
export function worst(figures: Figures, target: string, ...names: readonly MeasureName[]): Estimate | undefined {
	return names.flatMap((name) => figures.estimate(target, name) ?? []).sort((a, b) => b.value - a.value)[0];
}
