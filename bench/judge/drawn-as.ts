import type { ChartRequest } from '../model/scenario.ts';
import type { SeriesChart } from '../model/series.ts';

/** For whoever draws, cases are places like any other, and what grew is a ladder, be its rungs clients that are there or that are gone. */
export function drawnAs(kind: Exclude<ChartRequest['kind'], 'heat'>): SeriesChart['kind'] {
	switch (kind) {
		case 'cases':
			return 'bars';
		case 'remains':
			return 'ladder';
		case 'reclaim':
		case 'soak':
			return 'timeline';
		default:
			return kind;
	}
}
