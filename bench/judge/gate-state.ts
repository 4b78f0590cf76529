import type { Estimate } from '../model/finding.ts';
import type { Gate, GateState } from '../model/gate.ts';
import { isShareOfWhole, mayBeBelowZero } from '../model/measure-kinds.ts';
import { type MeasureInfo, type MeasureName, measures } from '../model/measures.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';

type Interval = readonly [low: number, high: number];
type Decided = Extract<GateState, 'broken' | 'held' | 'open'>;

/**
 * A limit is broken, or held, when the whole interval is on one side of it. So a server that is exactly at the limit breaks it in one of forty
 * checks, and one that is within it in fewer: whoever is told that a gate is broken need not ask whether it was noise.
 */
export function stateOf({ fails, limit }: Pick<Gate, 'fails' | 'limit'>, ci: Interval | undefined): Decided {
	if (!ci) return 'open';
	const [low, high] = ci;
	const isBeyond = (end: number) => (fails === 'above' ? end > limit.value : end < limit.value);
	if (isBeyond(low) && isBeyond(high)) return 'broken';
	return isBeyond(low) || isBeyond(high) ? 'open' : 'held';
}

/**
 * Where the true value may be higher than it was seen, it cannot be said to be low enough.
 * @param higher whether the figure itself, or what it is divided by, may be higher
 */
export function withBound(state: Decided, fails: Gate['fails'], figure: boolean, divisor = false): Decided {
	const [up, down] = [figure, divisor];
	const mayHeld = fails === 'above' ? up : down;
	const mayBroken = fails === 'above' ? down : up;
	return (state === 'held' && mayHeld) || (state === 'broken' && mayBroken) ? 'open' : state;
}

/**
 * Of a limit that is the end of what can be, no failed call or all of them answered, a single repeat beyond it is enough: the mean of what is
 * never below zero is above zero as soon as one value is.
 * @returns undefined for any other limit
 */
export function atTheEnd(
	{ measure, fails, limit }: Pick<Gate, 'measure' | 'fails' | 'limit'>,
	values: readonly number[],
): Decided | undefined {
	if (limit.is !== 'absolute' || !isEnd(measure, fails, limit.value, values)) return undefined;
	if (values.some((value) => value !== limit.value)) return 'broken';
	return values.length >= repeatsForVerdict ? 'held' : 'open';
}

function isEnd(measure: MeasureName, fails: Gate['fails'], limit: number, values: readonly number[]): boolean {
	if (fails === 'above') return limit === 0 && !mayBeBelowZero(measure) && values.every((value) => value >= 0);
	return limit === 100 && isShareOfWhole(measure) && values.every((value) => value <= 100);
}

/** An interval from too few repeats decides nothing, unless it comes from within each of them. */
export function decidingInterval({ ci, repeats }: Estimate, measure: MeasureName): Interval | undefined {
	const { slopeWithin }: MeasureInfo = measures[measure];
	return repeats >= repeatsForVerdict || slopeWithin === true ? ci : undefined;
}
