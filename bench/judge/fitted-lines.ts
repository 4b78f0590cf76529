import type { Line } from '../model/series.ts';
import { fitLine } from './fit.ts';

/** The readings of a target as points, and the straight line through all of them, from the first to the last, where there is one. */
export function fittedLines(target: string, readings: readonly (readonly [x: number, y: number])[]): Line[] {
	const points = readings.map(([x, y]) => ({ x, y }));
	const fit = fitLine(readings.map(([x, y]) => [x, y]));
	if (!fit) return [{ target, label: target, points }];
	const xs = points.map(({ x }) => x);
	const ends = [Math.min(...xs), Math.max(...xs)].map((x) => ({ x, y: fit.intercept + fit.slope * x }));
	return [
		{ target, label: target, points },
		{ target, label: `${target}, fit`, dashed: true, points: ends },
	];
}
