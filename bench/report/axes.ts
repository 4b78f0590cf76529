// Axes: units, ends, marks. This file also runs in the browser: see html/bundle.ts.
import type { Scale as ChartScale } from 'chart.js';
import { type Scale, scaleFor, tick } from '../model/quantity.ts';
import type { Axis, Line, Point, SeriesChart } from '../model/series.ts';
import { type Look, shortened, type Theme, themeOf } from './look.ts';
import { type LogAxis, logAxis, percentileLabel, percentileTicks } from './ticks.ts';

/** What chart.js calls scale options; its own type of them depends on the kind of axis and helps nobody here. */
export type AxisOptions = Readonly<Record<string, unknown>>;

/** An axis that is ready to draw: what its values are divided by, and what its title says. */
export interface Measured {
	readonly axis: Axis;
	readonly scale: Scale;
	readonly title: string;
	/** Ends of the data, divided. */
	readonly least: number;
	readonly most: number;
	readonly log?: LogAxis;
}

/** Chooses the unit in which the values of an axis read well. */
export function measuredAxis(axis: Axis, values: readonly number[]): Measured {
	const finite = values.filter(Number.isFinite);
	const scale = scaleFor(axis.unit, Math.max(0, ...finite.map(Math.abs)));
	const divided = finite.map((value) => value / scale.factor);
	return {
		axis,
		scale,
		title: axisTitle(axis, scale.unit),
		least: Math.min(0, ...divided),
		most: Math.max(0, ...divided),
		...(axis.scale === 'log' ? { log: logAxis(divided) } : {}),
	};
}

function axisTitle(axis: Axis, unit: string): string {
	if (axis.scale === 'category' || axis.title === unit) return axis.title;
	return `${axis.title} (${unit || 'number'})`;
}

/** The axis along which things stand side by side or follow each other. */
export function placeAxis(data: SeriesChart): Measured {
	return measuredAxis(data.kind === 'bars' ? { ...data.x, unit: '' } : data.x, xs(data));
}

/** The axis of the measured values, intervals included. */
export function valueAxis(data: SeriesChart): Measured {
	const ends = (point: Point) => [point.y, point.low ?? point.y, point.high ?? point.y];
	// The word of a mark stands above it.
	const marks = (data.marks ?? []).flatMap(({ y }) => [y, y * 1.5]);
	return measuredAxis(data.y, [...data.lines.flatMap((line) => line.points.flatMap(ends)), ...marks]);
}

function xs(data: SeriesChart): number[] {
	return data.lines.flatMap((line) => line.points.map((point) => point.x));
}

/** The chart.js options of an axis of numbers. */
export function numberAxisOptions(measured: Measured, along: 'x' | 'y', data: SeriesChart, look: Look): AxisOptions {
	const theme = themeOf(look);
	const common = {
		title: titleOptions(measured.title, theme),
		grid: { color: theme.grid, tickColor: theme.grid },
		border: { color: theme.muted },
	};
	const ticks = {
		color: theme.muted,
		font: fontOf(theme),
		maxRotation: 0,
		autoSkipPadding: 12,
		includeBounds: false,
		callback: (value: string | number) => tick(Number(value)),
	};
	if (along === 'x' && data.kind === 'percentiles') return percentileOptions(data, common, ticks);
	if (along === 'x' && data.kind === 'trend') return trendOptions(data, common, ticks);
	if (measured.log !== undefined) {
		const { min, max, ticks: marks } = measured.log;
		return { ...common, type: 'logarithmic', min, max, ticks, afterBuildTicks: marksAt(marks) };
	}
	// Time and load end where the data ends; values get air above for their intervals and labels.
	const room = along === 'x' && data.kind !== 'bars' ? { max: measured.most } : { grace: '6%' };
	const ladder = along === 'x' && data.kind === 'ladder' ? { max: measured.most * 1.02 } : {};
	const shown = data.kind === 'ladder' && along === 'x' ? ladderMarks(xs(data)) : {};
	return {
		...common,
		type: 'linear',
		beginAtZero: true,
		...negativeRoom(measured),
		suggestedMax: measured.most,
		...room,
		...ladder,
		...shown,
		ticks,
	};
}

/** Noise a little below zero must not cost a whole step of the axis. */
function negativeRoom({ least, most }: Measured): AxisOptions {
	return least < 0 && -least < most * 0.08 ? { min: Math.max(least * 1.5, -most * 0.08) } : { suggestedMin: least };
}

/** The rungs of a ladder are its natural marks; without them chart.js would end the axis on an odd number. */
function ladderMarks(values: readonly number[]): AxisOptions {
	const rungs = [...new Set(values.map((value) => Math.round(value)))].sort((a, b) => a - b);
	const largest = rungs.at(-1) ?? 0;
	const apart = rungs.filter((rung, index) => index === 0 || rung - (rungs[index - 1] ?? 0) > largest * 0.04);
	return apart.length <= 12 ? { afterBuildTicks: marksAt(apart) } : {};
}

/** Percentiles stand at 1/(1−p), so that every further nine takes the same room. */
function percentileOptions(data: SeriesChart, common: object, ticks: object): AxisOptions {
	const values = xs(data).filter((x) => Number.isFinite(x) && x >= 1);
	const largest = Math.max(10, ...values);
	return {
		...common,
		type: 'logarithmic',
		min: Math.min(2, ...values),
		max: largest,
		afterBuildTicks: marksAt(percentileTicks(largest)),
		ticks: { ...ticks, autoSkip: false, callback: (value: string | number) => percentileLabel(Number(value)) },
	};
}

/** Every run has its place, counted from 1, and half of one before and behind it. */
function trendOptions({ x: { labels = [] } }: SeriesChart, common: object, ticks: object): AxisOptions {
	return {
		...common,
		type: 'linear',
		min: 0.5,
		max: labels.length + 0.5,
		afterBuildTicks: marksAt(labels.map((_, at) => at + 1)),
		ticks: { ...ticks, callback: (value: string | number) => labels[Number(value) - 1] ?? '' },
	};
}

/** Part of a place by which the points of one target stand beside those of another. */
const trendApart = 0.06;

/** How far the points of a line are drawn from their place: equal figures of a run would hide each other. */
export function trendShift(data: SeriesChart, line: Line): number {
	if (data.kind !== 'trend') return 0;
	const targets = [...new Set(data.lines.map(({ target }) => target))];
	return (targets.indexOf(line.target) - (targets.length - 1) / 2) * trendApart;
}

function marksAt(marks: readonly number[]) {
	return (scale: ChartScale) => {
		scale.ticks = marks.map((value) => ({ value }));
	};
}

/** The chart.js options of an axis of names. */
export function nameAxisOptions(measured: Measured, look: Look): AxisOptions {
	const theme = themeOf(look);
	return {
		type: 'category',
		title: titleOptions(shortened(measured.title, 60), theme),
		grid: { display: false },
		border: { color: theme.muted },
		ticks: { color: theme.text, font: fontOf(theme), autoSkip: false, maxRotation: 60 },
	};
}

export function titleOptions(text: string, theme: Theme) {
	return { display: text !== '', text, color: theme.text, font: fontOf(theme), padding: 6 };
}

/** Type of everything small in a chart. */
export function fontOf(theme: Theme, weight: 'normal' | 'bold' = 'normal') {
	return { family: theme.font, size: theme.fontPx, weight };
}
