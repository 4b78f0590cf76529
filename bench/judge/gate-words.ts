import type { Estimate } from '../model/finding.ts';
import type { Gate, GateState, Limit } from '../model/gate.ts';
import { type MeasureName, measures } from '../model/measures.ts';
import { counted, interval, atLeast as lowerBound, ratio } from '../model/quantity.ts';

/** What was found at one place of a gate. */
export interface GateFinding {
	readonly state: GateState;
	readonly case?: string;
	readonly target: string;
	readonly a?: Estimate;
	/** Absent where only the base has a figure. */
	readonly b?: Estimate;
	readonly ratio?: number;
	readonly ci?: readonly [low: number, high: number];
	/** Of an open one: about how many more repeats would decide it. */
	readonly moreRepeats?: number;
	/** Where so many give it an interval, and it is not known whether that decides. */
	readonly moreGive?: 'interval';
}

/** What was given, what was measured with its interval, the limit, and what to do next: one sentence each. */
export function gateSentence(gate: Gate, found: GateFinding): string {
	const { word, limit, fails } = gate;
	const where = [...(found.case === undefined ? [] : [found.case]), found.target].join(', ');
	const edge = word.split(' ').at(-1);
	const measured = measuredText(gate, found);
	switch (found.state) {
		case 'broken':
			return `The gate ${word} is broken by ${where}: ${measured} lies ${fails} ${edge}. ${nextStep(limit)}`;
		case 'held':
			return `The gate ${word} is held by ${where}: ${measured} does not lie ${fails} ${edge}.`;
		default:
			return `The gate ${word} is open for ${where}: ${measured} does not decide on ${edge}. ${toDecide(found)}`;
	}
}

function measuredText({ measure, limit }: Gate, { a, b, ratio: times, ci }: GateFinding): string {
	if (limit.is === 'absolute' && b) return `${figureText(b, measure)} in ${counted(b.repeats, 'repeat')}`;
	if (!a || !b) return `${a ? 'A' : 'B'} alone has a figure, which`;
	const repeats = a.repeats === b.repeats ? counted(a.repeats, 'repeat') : `${a.repeats} and ${b.repeats} repeats`;
	// The interval that decides stands alone: of a ratio its own, of what has none those of both figures.
	if (times === undefined) return `${figureText(a, measure)} → ${figureText(b, measure)} in ${repeats}`;
	const change = [a, b].map(({ ci: _, ...each }) => figureText(each, measure)).join(' → ');
	return `${ratio(times, ci)} (${change}) in ${repeats}`;
}

function figureText({ value, ci, atLeast }: Estimate, measure: MeasureName): string {
	const { unit } = measures[measure];
	return atLeast ? lowerBound(value, unit) : interval(value, ci, unit);
}

function nextStep({ is }: Limit): string {
	return is === 'relative'
		? 'Look for the cause in what changed from A to B, or give a wider limit.'
		: 'Look for the cause in the report of the run, or give another limit.';
}

function toDecide({ moreRepeats, moreGive, b }: GateFinding): string {
	if (moreRepeats === undefined) return 'Measure with more --repeats; with --strict this fails.';
	const total = (b?.repeats ?? 0) + moreRepeats;
	const more = counted(moreRepeats, 'more repeat', 'more repeats');
	const gain = moreGive
		? `${more} ${moreRepeats === 1 ? 'gives' : 'give'} an interval that may`
		: `About ${more} would decide it`;
	return `${gain} (--repeats ${total}); with --strict this fails.`;
}
