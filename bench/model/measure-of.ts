import type { MeasureInfo } from './measures.ts';

/** How a measure is written, in one line of a table of measures. */
export function measureOf(unit: string, title: string, better: MeasureInfo['better'], meaning: string): MeasureInfo {
	return { title, unit, better, meaning };
}
