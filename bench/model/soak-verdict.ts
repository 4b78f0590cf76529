import type { Estimate } from './finding.ts';
import type { MeasureName } from './measures.ts';

/** What must not grow, however long a server runs. */
export const soakSlopes = ['sessionsPerHour', 'fdsPerHour', 'heapKbPerHour', 'ussKbPerHour', 'p99UsPerHour'] as const;

/** What a verdict goes by, and what it is called behind a figure. */
export const judgedSlopes = {
	sessionsPerHour: 'sessions that nobody has',
	fdsPerHour: 'descriptors',
	heapKbPerHour: 'heap',
} as const;

export type JudgedSlope = keyof typeof judgedSlopes;

type SlopeOf = (measure: MeasureName) => Estimate | undefined;

/** What grows: where the whole interval of its slope lies above zero. */
export function grownOf(slopeOf: SlopeOf): readonly JudgedSlope[] {
	return (Object.keys(judgedSlopes) as JudgedSlope[]).filter((name) => {
		const slope = slopeOf(name);
		return slope?.ci !== undefined && slope.ci[0] > 0;
	});
}

/** `grows: heap`, or that no growth is shown. */
export function soakWord(slopeOf: SlopeOf): string {
	const grown = grownOf(slopeOf).map((name) => judgedSlopes[name]);
	return grown.length > 0 ? `grows: ${grown.join(', ')}` : 'no growth shown';
}
