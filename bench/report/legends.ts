// The words around a chart: heading, legend, tooltip. This file also runs in the browser: see html/bundle.ts.
import type { Chart, ChartEvent, LegendElement, LegendItem, TooltipItem } from 'chart.js';
import { atLeast, bracketed, tick, withUnit } from '../model/quantity.ts';
import type { ChartData, Line, Point, SeriesChart } from '../model/series.ts';
import { fontOf, type Measured } from './axes.ts';
import { type Look, themeOf } from './look.ts';
import { hollowFill, type Ink } from './palette.ts';
import { percentileLabel } from './ticks.ts';

/** Heading and explanation, drawn only in pictures; in the page they are text. */
export function headingOptions(title: string, look: Look, roomBelow: number) {
	const theme = themeOf(look);
	const shown = look.caption !== undefined;
	const place = { display: shown, align: 'start' as const };
	return {
		title: {
			...place,
			text: title,
			color: theme.text,
			font: { ...fontOf(theme, 'bold'), size: 22 },
			padding: { bottom: 4 },
		},
		subtitle: {
			...place,
			text: [...(look.caption?.subtitle ?? [])],
			color: theme.muted,
			font: { ...fontOf(theme), size: 15 },
			padding: { bottom: roomBelow },
		},
	};
}

/** Behind a figure that holds only for as long as it was watched: a limit that it stands behind comes later. */
export const notMetMark = '†';
export const notMetWords = `${notMetMark} limit not met while watched`;

/** The same as a sentence; empty where there is no such figure. */
export function notMetSentence(marked: readonly { readonly limitNotMetS?: number }[]): string {
	const some = marked.some(({ limitNotMetS }) => limitNotMetS !== undefined);
	return some ? `${notMetWords}: no proof of what comes after.` : '';
}

/** What dots and dashes mean, in words, where a reader could wonder. */
export function readingHint(data: ChartData): string {
	if (data.kind === 'heat') {
		const { colour, label, cells, classes } = data;
		if (classes) {
			const words = `The colour shows, from light to dark: ${classes.join('; ')}. The text: ${label.title}, – where nothing was measured.`;
			return [words, notMetSentence(cells)].filter(Boolean).join(' ');
		}
		const ends = colour.better === 'neither' ? 'the deeper the more' : 'from blue, the best, to orange, the worst';
		const text = label.title === colour.title ? 'the same' : label.title;
		const words = `The colour shows: ${colour.title}, ${ends}; the text: ${text}, – where nothing was measured.`;
		return [words, notMetSentence(cells)].filter(Boolean).join(' ');
	}
	if (data.kind === 'ladder') return 'Marks are readings, dashed lines are linear fits through them.';
	if (data.kind === 'percentiles') return 'Every step to the right looks at ten times rarer cases.';
	if (data.kind === 'knee')
		return 'Marks are levels that were offered, without those that missed because other programs ran; the dashed line is the objective.';
	const ranged = data.lines.some((line) => line.points.some((point) => point.low !== undefined));
	return ranged ? 'Whiskers are 95 % intervals over the repeats.' : '';
}

/** Which lines need no legend of their own: a fit belongs to the points it goes through. */
function companions(data: SeriesChart): boolean[] {
	return data.lines.map(
		(line) =>
			data.kind === 'ladder' &&
			line.dashed === true &&
			data.lines.some((other) => other.dashed !== true && other.target === line.target),
	);
}

/** Where every bar already stands above its own name. */
function namedByAxis(data: SeriesChart): boolean {
	if (data.kind !== 'bars') return false;
	return data.lines.every(({ points, label }) => points.every((point) => data.x.labels?.[point.x] === label));
}

/** A legend at the bottom whose entries switch a target off together with its fit. */
export function legendOptions(data: SeriesChart, look: Look, inks: readonly Ink[]) {
	const theme = themeOf(look);
	const hidden = companions(data);
	const lines = ['timeline', 'percentiles', 'knee', 'push-cost'].includes(data.kind);
	return {
		display: data.lines.length > 1 && !namedByAxis(data),
		position: 'bottom' as const,
		labels: {
			font: fontOf(theme),
			usePointStyle: true,
			boxHeight: theme.fontPx * 0.75,
			padding: look.narrow ? 10 : 14,
			...(lines ? { pointStyleWidth: theme.fontPx * 2.4 } : {}),
			generateLabels: (chart: Chart) => legendItems(chart, data, look, inks).filter((_, nth) => hidden[nth] !== true),
		},
		onClick(_event: ChartEvent, item: LegendItem, legend: LegendElement<'scatter' | 'bar'>) {
			toggle(legend.chart as Chart, data, item.datasetIndex ?? 0, hidden);
		},
	};
}

/** Entries that show what is drawn; those of chart.js itself lose the dashes of a line. */
function legendItems(chart: Chart, data: SeriesChart, look: Look, inks: readonly Ink[]): LegendItem[] {
	const theme = themeOf(look);
	const dots = data.kind === 'ladder' || data.kind === 'trend';
	const bars = data.kind === 'bars';
	return data.lines.map((line, nth) => {
		const ink = inks[nth];
		const colour = ink?.[look.scheme] ?? theme.text;
		return {
			text: chart.data.datasets[nth]?.label ?? line.label,
			datasetIndex: nth,
			hidden: !chart.isDatasetVisible(nth),
			fontColor: theme.text,
			strokeStyle: colour,
			fillStyle: ink?.hollow !== true ? colour : dots ? theme.surface : bars ? hollowFill(colour) : colour,
			lineWidth: bars && ink?.hollow !== true ? 0 : 2,
			lineDash: dots || bars ? [] : dashOf(line, ink),
			pointStyle: bars ? 'rect' : dots ? (ink?.point ?? 'circle') : 'line',
		};
	});
}

/** The dashes of a line: those of a fit, or those of its target's ink. */
export function dashOf(line: Line, ink: Ink | undefined): number[] {
	return line.dashed === true ? [6, 4] : [...(ink?.dash ?? [])];
}

function toggle(chart: Chart, data: SeriesChart, index: number, hidden: readonly boolean[]): void {
	const visible = !chart.isDatasetVisible(index);
	chart.setDatasetVisibility(index, visible);
	for (const [other, line] of data.lines.entries()) {
		if (hidden[other] && line.target === data.lines[index]?.target) chart.setDatasetVisibility(other, visible);
	}
	chart.update();
}

/** Tooltips with units and intervals. `slots` are the points of each dataset, in its order. */
export function tooltipOptions(
	data: SeriesChart,
	x: Measured,
	y: Measured,
	slots: readonly (readonly (Point | undefined)[])[],
) {
	const pointOf = (item: TooltipItem<'scatter' | 'bar'>) => slots[item.datasetIndex]?.[item.dataIndex];
	return {
		filter: (item: TooltipItem<'scatter' | 'bar'>) => data.lines[item.datasetIndex]?.dashed !== true,
		callbacks: {
			title(items: TooltipItem<'scatter' | 'bar'>[]) {
				const point = items[0] === undefined ? undefined : pointOf(items[0]);
				return point === undefined ? '' : placeText(data, x, point.x);
			},
			label(item: TooltipItem<'scatter' | 'bar'>) {
				const point = pointOf(item);
				if (point === undefined) return '';
				if (point.atLeast) return `${data.lines[item.datasetIndex]?.label}: ${atLeast(point.y, data.y.unit)}`;
				const ci = point.low === undefined || point.high === undefined ? undefined : ([point.low, point.high] as const);
				return `${data.lines[item.datasetIndex]?.label}: ${withUnit(bracketed(point.y, ci, y.scale), y.scale.unit)}`;
			},
		},
	};
}

/** Where on the x axis something stands, in words. */
export function placeText(data: SeriesChart, x: Measured, value: number): string {
	if (data.kind === 'bars') return data.x.labels?.[value] ?? tick(value);
	if (data.kind === 'trend') return data.x.labels?.[value - 1] ?? tick(value);
	if (data.kind === 'percentiles') return percentileLabel(value);
	return withUnit(tick(value / x.scale.factor), x.scale.unit);
}
