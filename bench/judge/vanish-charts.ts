import { mean } from 'simple-statistics';
import type { Axis, Line, Point } from '../model/series.ts';
import type { Remains } from '../model/vanish.ts';
import { type ChartSource, type Drawn, factsOf } from './charts.ts';
import { fittedLines } from './fitted-lines.ts';

/** What is left, above the server before anybody came; memory in MB, above what it had when code was compiled. */
const remainsAxes: Readonly<Record<Remains, Axis & { readonly divisor: number }>> = {
	sessions: { title: 'sessions that are kept', unit: 'sessions', scale: 'linear', divisor: 1 },
	heapKb: { title: 'heap above that after the first waves', unit: 'MB', scale: 'linear', divisor: 1024 },
	ussKb: { title: 'USS above that after the first waves', unit: 'MB', scale: 'linear', divisor: 1024 },
	fds: { title: 'descriptors above the start', unit: 'fd', scale: 'linear', divisor: 1 },
};

/** Every reading that counts is a point; the line that the slope is of goes through them. */
export function remainsChart(of: Remains, source: ChartSource): Drawn {
	const { divisor, ...y } = remainsAxes[of];
	const lines = source.figures.targets.flatMap((target): Line[] => {
		const trials = factsOf(source, target).map(({ vanished }) => counted(vanished.remains(of), of));
		return fittedLines(
			target,
			trials.flat().map(([x, left]) => [x, left / divisor]),
		);
	});
	return { x: { title: 'have come and gone', unit: 'clients', scale: 'linear' }, y, lines, shades: [] };
}

type Points = readonly (readonly [gone: number, left: number])[];

/** Without the reading before anybody came; what memory moved by until the first of the others belongs to no client. */
function counted(points: Points, of: Remains): Points {
	const rest = points.slice(1);
	const first = of === 'heapKb' || of === 'ussKb' ? (rest[0]?.[1] ?? 0) : 0;
	return rest.map(([gone, left]) => [gone, left - first]);
}

/** The mean over the repeats, reading by reading: they are taken at the same times after the clients went. */
export function reclaimChart(of: Remains, source: ChartSource): Drawn {
	const lines = source.figures.targets.flatMap((target): Line[] => {
		const repeats = factsOf(source, target)
			.map(({ vanished }) => vanished.still(of))
			.filter((points) => points.length > 0);
		if (repeats.length === 0) return [];
		const length = Math.min(...repeats.map((points) => points.length));
		const points = Array.from({ length }, (_, n): Point => {
			const all = repeats.flatMap((repeat) => (repeat[n] ? [repeat[n]] : []));
			return { x: mean(all.map(([sinceS]) => sinceS)), y: mean(all.map(([, share]) => share)) };
		});
		return [{ target, label: target, points }];
	});
	return {
		x: { title: 'since the clients went', unit: 's', scale: 'linear' },
		y: { title: 'still there, of what they had added', unit: '%', scale: 'linear' },
		lines,
		shades: [],
	};
}
