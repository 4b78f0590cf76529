import { type MeasureName, measures } from './measures.ts';

// What follows from a measure's unit, in one place: what its values can be, and how they are averaged.

/** Of slopes and differences: all else cannot be below zero, so that its interval cannot either. */
const slopeUnits: readonly string[] = ['KB', 'fd'];
/** Times as they are measured; what is told in seconds is a limit that was met, and what follows from it. */
const measuredTimeUnits: readonly string[] = ['µs', 'ms'];
const timeUnits: readonly string[] = [...measuredTimeUnits, 's'];

/** A measure of which nothing is known here, in the record of another version, has no unit. */
function unitOf(measure: MeasureName): string {
	return measures[measure]?.unit ?? '';
}

export function mayBeBelowZero(measure: MeasureName): boolean {
	return slopeUnits.includes(unitOf(measure));
}

/** Whether its repeats differ by factors rather than by amounts: the geometric mean is theirs, and the ratio of two. */
export function differsByFactors(measure: MeasureName): boolean {
	return measuredTimeUnits.includes(unitOf(measure));
}

/** Whether it is a time that passes: CPU time is something that is used up, as memory is. */
export function isPassingTime(measure: MeasureName): boolean {
	return timeUnits.includes(unitOf(measure)) && !/cpu/i.test(measure);
}

/** Whether it is a share of a whole; that of one CPU is none, for what has several may use more. */
export function isShareOfWhole(measure: MeasureName): boolean {
	return unitOf(measure) === '%' && !measure.endsWith('CpuShare');
}

const waitedMeasures: readonly MeasureName[] = [
	...([
		'callsOk',
		'callsFailed',
		'callsNotRun',
		'callsNotOk',
		'callsNotOkShare',
		'pushesNotReceivedShare',
		'pushesMissed',
	] as const),
	...(['recovery95Ms', 'recovery99Ms', 'recovery100Ms', 'connectsPeakPerS'] as const),
];

/** Whether it contains how long clients wait after a loss: that differs between policies, whatever the transport. */
export function containsWait(measure: MeasureName): boolean {
	return waitedMeasures.includes(measure);
}
