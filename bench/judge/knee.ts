import { geometricMean } from 'simple-statistics';
import { objectiveSentence } from '../model/objective.ts';
import type { Line, Point } from '../model/series.ts';
import type { ChartSource, Drawn } from './charts.ts';

/** Levels that differ by less are one point: repeats begin at different levels, and a level may be tried twice. */
const apart = 1.08;

/** p99 over the offered level, all repeats together; the objective as a level. */
export function kneeOf(source: ChartSource): Drawn {
	const { figures, trials } = source;
	const search = trials.map(({ facts }) => facts.capacity.search).find((found) => found !== undefined);
	const lines = figures.targets.map((target): Line => {
		const mine = trials.filter(({ result }) => result.target === target);
		// What others did to a step is no latency of the target.
		const steps = mine.flatMap(({ facts }) => facts.capacity.steps).filter(({ verdict }) => verdict !== 'disturbed');
		const points = steps.flatMap(({ level, p99Us }) => (p99Us === undefined ? [] : [{ x: level, y: p99Us / 1000 }]));
		return { target, label: target, points: joined(points) };
	});
	const x = search?.of === 'sessions' ? { title: 'sessions', unit: 'clients' } : { title: 'offered rate', unit: '1/s' };
	return {
		x: { ...x, scale: 'log' },
		y: { title: 'p99 from due', unit: 'ms', scale: 'log' },
		lines,
		shades: [],
		...(search && {
			marks: [{ y: search.objective.p99Us / 1000, label: `objective: ${objectiveSentence(search.objective)}` }],
		}),
	};
}

/** Neighbours become their geometric mean, in the order of x. */
export function joined(points: readonly Point[]): Point[] {
	const groups: Point[][] = [];
	for (const point of points.toSorted((a, b) => a.x - b.x)) {
		const group = groups.at(-1);
		const first = group?.[0];
		if (group && first && point.x / first.x < apart) group.push(point);
		else groups.push([point]);
	}
	return groups.map((group) => ({
		x: geometricMean(group.map(({ x }) => x)),
		// Below a microsecond no latency was recorded; a logarithm needs more than zero.
		y: geometricMean(group.map(({ y }) => Math.max(y, 0.001))),
	}));
}
