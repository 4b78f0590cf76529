import type { Estimate } from './finding.ts';
import type { MeasureName } from './measures.ts';

/** What must not grow, however long a server runs. */
export const soakSlopes = ['sessionsPerHour', 'fdsPerHour', 'heapKbPerHour', 'ussKbPerHour', 'p99UsPerHour'] as const;

export type SoakWord = 'grows' | 'no growth shown';

/** A figure grows where the whole interval of its slope lies above zero. */
export function soakWord(slopeOf: (measure: MeasureName) => Estimate | undefined): SoakWord {
	const grows = (['sessionsPerHour', 'fdsPerHour', 'heapKbPerHour'] as const).some((name) => {
		const slope = slopeOf(name);
		return slope?.ci !== undefined && slope.ci[0] > 0;
	});
	return grows ? 'grows' : 'no growth shown';
}
