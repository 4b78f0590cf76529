import type { Axis, Line } from '../model/series.ts';
import type { SoakFigure } from '../model/soak.ts';
import { type ChartSource, type Drawn, factsOf } from './charts.ts';

const axes: Readonly<Record<SoakFigure, Axis & { readonly divisor: number }>> = {
	heapKb: { title: 'heap after a collection', unit: 'MB', scale: 'linear', divisor: 1024 },
	ussKb: { title: 'USS after a collection', unit: 'MB', scale: 'linear', divisor: 1024 },
	fds: { title: 'descriptors', unit: 'fd', scale: 'linear', divisor: 1 },
	sessions: { title: 'sessions that nobody has', unit: 'sessions', scale: 'linear', divisor: 1 },
	p50Us: { title: 'median from due', unit: 'ms', scale: 'linear', divisor: 1000 },
	p99Us: { title: 'p99 from due', unit: 'ms', scale: 'linear', divisor: 1000 },
};

/** A line for each trial: repeats of a soak are few, and each is as long as it was let run. */
export function soakChart(of: SoakFigure, source: ChartSource): Drawn {
	const { divisor, ...y } = axes[of];
	const lines = source.figures.targets.flatMap((target): Line[] =>
		factsOf(source, target).map(({ soak }, n, all) => ({
			target,
			label: all.length > 1 ? `${target}, ${n + 1}` : target,
			points: soak.series(of).map(([sinceS, value]) => ({ x: sinceS / 60, y: value / divisor })),
		})),
	);
	return { x: { title: 'time', unit: 'min', scale: 'linear' }, y, lines, shades: [] };
}
