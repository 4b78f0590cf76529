import type { HistoryEvent } from '../../model/history.ts';
import { type MeasureName, type Measures, type MeasureValue, measures } from '../../model/measures.ts';

/** Reads a trial's history once, event by event, in bounded memory, and says what it measured. */
export interface Account {
	take(event: HistoryEvent): void;
	measures(): Measures;
}

/** A measure with the unit that its name has. */
export function measured(name: MeasureName, value: number, ci?: readonly [number, number]): Measures {
	const { unit } = measures[name];
	const entry: MeasureValue = ci ? { value, unit, ci } : { value, unit };
	return Number.isFinite(value) ? { [name]: entry } : {};
}
