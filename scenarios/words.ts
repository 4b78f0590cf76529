import {
	type Comparison,
	decidedBy,
	type Estimate,
	type Evidence,
	type Figures,
	type Ruling,
} from '../bench/model/finding.ts';
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

/** Rulings on the same figures, each with those of them that decide it. */
export function rulingsOn(
	all: readonly Evidence[],
): (verdict: Ruling['verdict'], because: string, ...deciding: readonly (readonly Evidence[])[]) => Ruling {
	return (verdict, because, ...deciding) => ({ verdict, because, evidence: decidedBy(deciding.flat(), all) });
}

/** The line with the lowest value; none where there is none. */
export function least(lines: readonly Evidence[]): Evidence[] {
	return lines.toSorted((a, b) => a.value - b.value).slice(0, 1);
}

/** The line with the highest value; none where there is none. */
export function most(lines: readonly Evidence[]): Evidence[] {
	return lines.toSorted((a, b) => b.value - a.value).slice(0, 1);
}

/** What a comparison found as a line of evidence: the figure of the compared target, with the ratio. */
export function comparedLine(figures: Figures, { measure, a, b, ratio, ci }: Comparison): Evidence[] {
	const against = { target: a, ratio, ...(ci && { ci }) };
	// Of what may be higher nobody knows how many times as much the other is.
	const isKnown = figures.estimate(a, measure)?.atLeast !== true;
	return figures.evidence(b, measure).map((line) => ({ ...line, ...(isKnown && { against }) }));
}
