import type { Estimate } from '../model/finding.ts';
import { type MeasureName, measures } from '../model/measures.ts';
import type { CaseRecord } from '../model/run.ts';
import type { ChartRequest, LadderGauge, Scenario, TimelineSeries } from '../model/scenario.ts';
import type { Axis, ChartData, HeatChart, Line, Point, SeriesChart } from '../model/series.ts';
import type { TrialResult } from '../model/trial.ts';
import { Latency } from './accounts/latency.ts';
import { bucketMs } from './accounts/timeline.ts';
import { chartId } from './chart-id.ts';
import { drawnAs } from './drawn-as.ts';
import type { TrialFacts } from './facts.ts';
import { faultShades } from './fault-shades.ts';
import type { TrialFigures } from './figures.ts';
import { meanWithInterval } from './fit.ts';
import { fittedLines } from './fitted-lines.ts';
import {
	classed,
	type Grid,
	gridAxes,
	gridCells,
	gridOf,
	heatMeasure,
	type PlannedTarget,
	targetGridOf,
} from './grid.ts';
import { gridSentence } from './grid-sentence.ts';
import { kneeOf } from './knee.ts';
import { deliveryPercentiles, pushCosts } from './push-charts.ts';
import { sentenceOf } from './sentences.ts';
import { soakChart } from './soak-charts.ts';
import { reclaimChart, remainsChart } from './vanish-charts.ts';

/** What a chart may draw from: the figures and the histories of one scenario. */
export interface ChartSource {
	readonly scenario: Scenario;
	readonly figures: TrialFigures;
	readonly trials: readonly { readonly result: TrialResult; readonly facts: TrialFacts }[];
	/** The cases that were planned, where the scenario has several. */
	readonly cases: readonly CaseRecord[];
	/** Its targets in the order of the run. */
	readonly planned: readonly PlannedTarget[];
}

type HeatRequest = Extract<ChartRequest, { kind: 'heat' }>;
type SeriesRequest = Exclude<ChartRequest, { kind: 'heat' }>;

export function chartOf(request: ChartRequest, all: ChartSource): ChartData | undefined {
	if (request.kind === 'heat') return heat(request, all);
	const source = request.kind === 'cases' ? all : ofCase(all, request.case ?? all.cases[0]?.id);
	const drawn = draw(request, source);
	if (!drawn || drawn.lines.every(({ points }) => points.length === 0)) return undefined;
	const { kind } = request;
	const base = {
		scenario: source.scenario.id,
		kind: drawnAs(kind),
		title: request.title,
		id: chartId(request, source),
	};
	return { ...base, ...drawn, sentence: sentenceOf(request, source.figures, drawn) };
}

function ofCase(source: ChartSource, caseId: string | undefined): ChartSource {
	if (caseId === undefined) return source;
	const trials = source.trials.filter(({ result }) => result.case === caseId);
	return { ...source, figures: source.figures.in(caseId), trials };
}

export type Drawn = Pick<SeriesChart, 'x' | 'y' | 'lines' | 'shades' | 'marks'>;

function draw(request: SeriesRequest, source: ChartSource): Drawn | undefined {
	switch (request.kind) {
		case 'ladder':
			return ladder(request.gauge, request.state, source);
		case 'bars':
			return bars(request.measures, request.log === true, source);
		case 'cases':
			return caseBars(request.measure, request.log === true, source);
		case 'percentiles':
			return request.of === 'deliveries' ? deliveryPercentiles(source) : percentiles(source);
		case 'knee':
			return kneeOf(source);
		case 'push-cost':
			return pushCosts(source);
		case 'reclaim':
			return reclaimChart(request.of, source);
		case 'remains':
			return remainsChart(request.of, source);
		case 'soak':
			return soakChart(request.of, source);
		case 'timeline':
			return timeline(request.series, source);
	}
}

export function factsOf(source: ChartSource, target: string): TrialFacts[] {
	return source.trials.filter(({ result }) => result.target === target).map(({ facts }) => facts);
}

const ladderAxes: Readonly<Record<LadderGauge, Axis>> = {
	pssKb: { title: 'PSS above the empty server', unit: 'MB', scale: 'linear' },
	ussKb: { title: 'USS above the empty server', unit: 'MB', scale: 'linear' },
	heapUsedKb: { title: 'heap above the empty server', unit: 'MB', scale: 'linear' },
	fds: { title: 'descriptors above the empty server', unit: 'fd', scale: 'linear' },
	kernelKb: { title: 'kernel memory above the start', unit: 'MB', scale: 'linear' },
};

/** Growth over the reading without clients, every repeat a point, and the line through all of them. */
function ladder(gauge: LadderGauge, state: 'settled' | 'kept-alive', source: ChartSource): Drawn {
	const divisor = gauge === 'fds' ? 1 : 1024;
	const lines = source.figures.targets.flatMap((target): Line[] => {
		const points = factsOf(source, target).flatMap((facts) => {
			const read = facts.ladder.points(gauge, state);
			const empty = read.find(([x]) => x === 0)?.[1] ?? 0;
			return read.map(([x, y]): [number, number] => [x, (y - empty) / divisor]);
		});
		return fittedLines(target, points);
	});
	return {
		x: { title: 'connected and idle', unit: 'clients', scale: 'linear' },
		y: ladderAxes[gauge],
		lines,
		shades: [],
	};
}

/** A group of bars: its label, and where a target's bar comes from. */
interface BarGroup {
	readonly label: string;
	readonly estimate: (target: string) => Estimate | undefined;
}

/** One colour per target, one group per measure. */
function bars(names: readonly MeasureName[], log: boolean, { figures }: ChartSource): Drawn | undefined {
	const [first] = names;
	if (first === undefined) return undefined;
	const groups = names.map((name) => ({
		label: measures[name].title,
		estimate: (target: string) => figures.estimate(target, name),
	}));
	const title = names.length > 1 ? commonTitle(measures[first].unit) : measures[first].title;
	return barChart(groups, figures.targets, { unit: measures[first].unit, log, title, x: 'measure' });
}

/** One colour per target, one group per case. */
function caseBars(name: MeasureName, log: boolean, { figures, cases }: ChartSource): Drawn {
	const groups = cases.map(({ id, title }) => {
		const inCase = figures.in(id);
		return { label: title, estimate: (target: string) => inCase.estimate(target, name) };
	});
	const { unit, title } = measures[name];
	return barChart(groups, figures.targets, { unit, log, title, x: 'case' });
}

/** The grid of its cases; undefined where they make none, or where nothing of it was measured. */
function heat(request: HeatRequest, source: ChartSource): HeatChart | undefined {
	const { measure, label = measure, title, targets, answer, classes } = request;
	const byTarget = request.rows === 'targets';
	const axes = request.axes ?? (byTarget ? (['target', 'case'] as const) : undefined);
	const grid = byTarget ? targetGridIn(source, measure, targets) : gridIn(source, targets);
	if (!grid) return undefined;
	const cells = gridCells(grid, source.figures, measure, label);
	if (cells.length === 0) return undefined;
	return {
		id: chartId(request, source),
		scenario: source.scenario.id,
		kind: 'heat',
		title,
		sentence: gridSentence(measure, grid, cells, answer),
		colour: heatMeasure(measure),
		label: heatMeasure(label),
		...(classes && { classes: classes.words }),
		...gridAxes(grid, axes),
		cells: classes ? classed(cells, classes) : cells,
	};
}

/** The grid that a scenario's cases make for these targets, by default all. */
export function gridIn({ cases, planned }: ChartSource, targets?: readonly string[]): Grid | undefined {
	return gridOf(
		cases,
		planned.filter(({ target }) => targets?.includes(target) ?? true),
	);
}

function targetGridIn(
	{ cases, figures }: ChartSource,
	measure: MeasureName,
	targets: readonly string[] = figures.targets,
): Grid | undefined {
	const rows = figures.targets.filter((target) => targets.includes(target));
	return targetGridOf(cases, rows, (target, id) => figures.in(id).estimate(target, measure) !== undefined);
}

function barChart(
	groups: readonly BarGroup[],
	targets: readonly string[],
	{ unit, log, title, x }: { unit: string; log: boolean; title: string; x: string },
): Drawn {
	const inMs = unit === 'µs' && groups.length > 1;
	const factor = inMs ? 1 / 1000 : 1;
	const pointOf = (estimate: Estimate | undefined, at: number): Point[] => {
		if (!estimate) return [];
		const { value, ci, atLeast } = estimate;
		if (atLeast) return [{ x: at, y: value * factor, atLeast }];
		// The lower end of an interval may be below zero, which a logarithmic axis cannot show.
		const low = ci && (log ? Math.max(ci[0], value / 10) : ci[0]);
		const interval = ci && low !== undefined ? { low: low * factor, high: ci[1] * factor } : {};
		return [{ x: at, y: value * factor, ...interval }];
	};
	const lines = targets.map(
		(target): Line => ({
			target,
			label: target,
			points: groups.flatMap(({ estimate }, nth) => pointOf(estimate(target), nth)),
		}),
	);
	return {
		x: { title: groups.length > 1 ? x : '', unit: '', scale: 'category', labels: groups.map(({ label }) => label) },
		y: { title, unit: inMs ? 'ms' : unit, scale: log ? 'log' : 'linear' },
		lines,
		shades: [],
	};
}

/** What measures of one unit have in common. */
function commonTitle(unit: string): string {
	return { µs: 'latency', ms: 'time', KB: 'memory per client', '1/s': 'calls per second' }[unit] ?? 'figure';
}

function percentiles(source: ChartSource): Drawn {
	const lines = source.figures.targets.map((target): Line => {
		const all = new Latency();
		for (const facts of factsOf(source, target)) all.merge(facts.latency);
		return { target, label: target, points: all.curve().map(({ x, us }) => ({ x, y: us / 1000 })) };
	});
	return {
		x: { title: 'percentile', unit: '%', scale: 'log' },
		y: { title: 'latency from due', unit: 'ms', scale: 'log' },
		lines,
		shades: [],
	};
}

const timelineAxes: Readonly<Record<TimelineSeries, Axis>> = {
	callsOkPerS: { title: 'calls answered', unit: '1/s', scale: 'linear' },
	openSessions: { title: 'open sessions', unit: 'sessions', scale: 'linear' },
	connectsPerS: { title: 'connection attempts', unit: '1/s', scale: 'linear' },
};

/** The mean over the repeats, bucket by bucket: the timeline is the same in all of them. */
function timeline(series: TimelineSeries, source: ChartSource): Drawn {
	const lines = source.figures.targets.map((target): Line => {
		const repeats = factsOf(source, target).map(({ timeline: line }) => line.series(series));
		const length = Math.min(...repeats.map((points) => points.length));
		const points = Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, n): Point => {
			const { value } = meanWithInterval(repeats.map((repeat) => repeat[n] ?? 0));
			return { x: ((n + 0.5) * bucketMs) / 1000, y: value };
		});
		return { target, label: target, points };
	});
	return {
		x: { title: 'time', unit: 's', scale: 'linear' },
		y: timelineAxes[series],
		lines,
		shades: faultShades(source),
	};
}
