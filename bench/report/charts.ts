// One description of every chart, for the page and for the pictures. This file also runs in the browser: html/bundle.ts.
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { briefly, exactly, type Scale } from '../model/quantity.ts';
import type { ChartData, Line, Mark, Point, SeriesChart } from '../model/series.ts';
import { nameAxisOptions, numberAxisOptions, placeAxis, trendShift, valueAxis } from './axes.ts';
import { type HeatConfig, heatConfig, heatSize } from './heat.ts';
import { dashOf, headingOptions, legendOptions, tooltipOptions } from './legends.ts';
import { type Look, shortened, themeOf, wrapped } from './look.ts';
import { hollowFill, type Ink, inkOf, inkVariant, type Palette } from './palette.ts';
import { imagePlugin, markPlugin, shadePlugin, valuePlugin, type Whisker, whiskerPlugin } from './plugins.ts';

type PlotData = ({ x: number; y: number } | number | null)[];
export type PlotConfig = ChartConfiguration<'scatter' | 'bar', PlotData>;
type PlotDataset = ChartDataset<'scatter' | 'bar', PlotData>;

/** The chart.js description of a chart. Pure: the same data and look give the same picture everywhere. */
export function chartConfig(data: ChartData, look: Look): PlotConfig | HeatConfig {
	return data.kind === 'heat' ? heatConfig(data, look) : plotConfig(data, look);
}

/** Of lines and bars. */
export function plotConfig(data: SeriesChart, look: Look): PlotConfig {
	const theme = themeOf(look);
	const x = placeAxis(data);
	const y = valueAxis(data);
	const bars = data.kind === 'bars';
	const horizontal = bars && look.narrow;
	const inks = inksOf(data, look.palette);
	const slots = data.lines.map((line) => slotsOf(line, data));
	const whiskers = slots.map((points) => points.map((point) => whiskerOf(point, y.scale)));
	const values = numberAxisOptions(y, 'y', data, look);
	const places = bars ? nameAxisOptions(x, look) : numberAxisOptions(x, 'x', data, look);
	const plugins = [
		...(look.caption === undefined ? [] : [imagePlugin(look.caption.footer, theme)]),
		shadePlugin(data.shades, theme),
		...(data.marks === undefined ? [] : [markPlugin(divided(data.marks, y.scale), theme)]),
		whiskerPlugin(whiskers, theme, horizontal),
		...(bars
			? [
					valuePlugin(
						[exactly, briefly].map((text) => valuesOf(slots, y.scale, text)),
						whiskers,
						theme,
						horizontal,
					),
				]
			: []),
	];
	return {
		type: bars ? 'bar' : 'scatter',
		data: {
			...(bars ? { labels: (data.x.labels ?? []).map((label) => wrapped(label, look.narrow ? 18 : 22)) } : {}),
			datasets: data.lines.map((line, nth) => dataset(line, slots[nth] ?? [], data, y.scale, inks[nth], look)),
		},
		options: {
			responsive: look.caption === undefined,
			maintainAspectRatio: false,
			animation: false,
			locale: 'en',
			indexAxis: horizontal ? 'y' : 'x',
			layout: { padding: paddingOf(data, look) },
			interaction: { mode: bars ? 'index' : 'nearest', axis: horizontal ? 'y' : 'x', intersect: false },
			scales: horizontal ? { x: values, y: places } : { x: places, y: values },
			plugins: {
				// Labels of shaded spans stand between the heading and the plot.
				...headingOptions(data.title, look, data.shades.length > 0 ? 30 : 16),
				legend: legendOptions(data, look, inks),
				tooltip: tooltipOptions(data, x, y, slots),
			},
		},
		plugins,
	} as PlotConfig;
}

function divided(marks: readonly Mark[], scale: Scale): Mark[] {
	return marks.map((mark) => ({ ...mark, y: mark.y / scale.factor }));
}

/** The room a chart needs in the page, in CSS pixels; one without a width takes what there is. */
export function chartSize(data: ChartData, look: Look): { readonly height: number; readonly minWidth?: number } {
	if (data.kind === 'heat') return heatSize(data, look);
	const { narrow } = look;
	const legendRows = Math.ceil(data.lines.length / (narrow ? 2 : 6));
	if (data.kind === 'bars' && narrow) {
		const bars = data.lines.reduce((sum, line) => sum + line.points.length, 0);
		return { height: 110 + bars * 20 + (data.x.labels ?? []).length * 14 + legendRows * 20 };
	}
	return { height: (narrow ? 300 : 350) + legendRows * 20 };
}

/** A target's ink; a second line of the same target is another shade of it, unless it is the fit through the first. */
function inksOf(data: SeriesChart, palette: Palette): Ink[] {
	const seen: Record<string, number> = {};
	return data.lines.map((line, nth) => {
		const ink = inkOf(palette, line.target, nth);
		if (line.dashed === true) return ink;
		const before = seen[line.target] ?? 0;
		seen[line.target] = before + 1;
		return before === 0 ? ink : inkVariant(ink, before);
	});
}

/** The points of a line in the order of its dataset: bars have one place per label, filled or not. */
function slotsOf(line: Line, data: SeriesChart): (Point | undefined)[] {
	if (data.kind !== 'bars') return [...line.points];
	return (data.x.labels ?? []).map((_, index) =>
		line.points.find((point) => point.x === index && Number.isFinite(point.y)),
	);
}

function dataset(
	line: Line,
	slots: readonly (Point | undefined)[],
	data: SeriesChart,
	scale: Scale,
	ink: Ink | undefined,
	look: Look,
): PlotDataset {
	const colour = ink?.[look.scheme] ?? themeOf(look).text;
	const common = { label: shortened(line.label, look.narrow ? 38 : 70), borderColor: colour, backgroundColor: colour };
	if (data.kind === 'bars') {
		const heights = slots.map((point) => (point === undefined ? null : point.y / scale.factor));
		// skipNull: where every target is a category of its own, its bar takes the whole width.
		const frame = ink?.hollow === true ? { backgroundColor: hollowFill(colour), borderWidth: 2 } : {};
		const bar = { data: heights, skipNull: true, maxBarThickness: 64, pointStyle: 'rect' };
		return { ...common, ...frame, ...bar } as PlotDataset;
	}
	const dots = data.kind === 'trend' || (data.kind === 'ladder' && line.dashed !== true);
	const steps = data.kind === 'knee';
	const image = look.caption !== undefined;
	return {
		...common,
		...(dots && ink?.hollow === true ? { backgroundColor: themeOf(look).surface } : {}),
		data: line.points.map((point) => ({ x: point.x + trendShift(data, line), y: point.y / scale.factor })),
		showLine: !dots,
		borderWidth: image ? 2.5 : 2,
		borderDash: dots ? [] : dashOf(line, ink),
		pointStyle: dots || steps ? (ink?.point ?? 'circle') : 'line',
		pointRadius: dots ? (image ? 6 : 5) : steps ? 3 : 0,
		pointHitRadius: 6,
		pointHoverRadius: dots ? 7 : 0,
	} as PlotDataset;
}

function whiskerOf(point: Point | undefined, scale: Scale): Whisker {
	if (point?.low === undefined || point.high === undefined) return null;
	return [point.low / scale.factor, point.high / scale.factor];
}

function valuesOf(
	slots: readonly (readonly (Point | undefined)[])[],
	scale: Scale,
	text: (value: number) => string,
): (string | null)[][] {
	const written = ({ y, atLeast }: Point) => `${atLeast ? '≥\u202f' : ''}${text(y / scale.factor)}`;
	return slots.map((points) => points.map((point) => (point === undefined ? null : written(point))));
}

/** Room for what the plugins write outside the plot. */
function paddingOf(data: SeriesChart, look: Look) {
	const image = look.caption !== undefined;
	// A logarithmic axis has no air above its last mark, which a bar may reach: its number stands beyond the plot.
	const isLogBars = data.kind === 'bars' && data.y.scale === 'log' && !look.narrow;
	const labelled = !image && (data.shades.length > 0 || isLogBars) ? 20 : 6;
	// Numbers beside lying bars, and the half of the last percentile that stands beyond the plot.
	const beside = data.kind === 'percentiles' ? 24 : data.kind === 'bars' && look.narrow ? 44 : 10;
	return image
		? { top: 16, right: 20 + beside, bottom: 34, left: 20 }
		: { top: labelled, right: beside, bottom: 0, left: 0 };
}
