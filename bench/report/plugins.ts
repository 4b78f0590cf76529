// What chart.js does not draw by itself. This file also runs in the browser: see html/bundle.ts.
import type { Chart, Plugin } from 'chart.js';
import type { Mark, Shade } from '../model/series.ts';
import type { Theme } from './look.ts';

/** Low and high end of a point's interval, in the units of the axis. */
export type Whisker = readonly [low: number, high: number] | null;

/** Shades spans of x behind the data and writes above each what happened there. */
export function shadePlugin(shades: readonly Shade[], theme: Theme): Plugin {
	return {
		id: 'shades',
		beforeDatasetsDraw(chart) {
			const { ctx, chartArea: area } = chart;
			const x = chart.scales.x;
			if (x === undefined) return;
			ctx.save();
			for (const shade of shades) {
				const from = Math.max(area.left, x.getPixelForValue(shade.fromX));
				const to = Math.min(area.right, x.getPixelForValue(shade.toX));
				if (to < from) continue;
				ctx.fillStyle = theme.shade;
				ctx.fillRect(from, area.top, Math.max(1, to - from), area.bottom - area.top);
			}
			ctx.restore();
		},
		afterDraw(chart) {
			drawShadeLabels(chart, shades, theme);
		},
	};
}

/** Labels stand above the plot, where no line can run through them; one that would touch its neighbour moves up a row. */
function drawShadeLabels(chart: Chart, shades: readonly Shade[], theme: Theme): void {
	const { ctx, chartArea: area } = chart;
	const x = chart.scales.x;
	if (x === undefined) return;
	ctx.save();
	ctx.font = `${theme.fontPx}px ${theme.font}`;
	ctx.fillStyle = theme.muted;
	ctx.textAlign = 'center';
	ctx.textBaseline = 'bottom';
	const placed: { left: number; right: number; row: number; label: string }[] = [];
	for (const shade of shades) {
		if (shade.toX < x.min || shade.fromX > x.max) continue;
		const half = ctx.measureText(shade.label).width / 2;
		const middle = (x.getPixelForValue(shade.fromX) + x.getPixelForValue(shade.toX)) / 2;
		const at = Math.min(area.right - half, Math.max(area.left + half, middle));
		const touching = placed.filter((other) => other.left < at + half + 6 && other.right > at - half - 6);
		// The arms of one chart usually share their fault: say it once.
		if (touching.some((other) => other.label === shade.label)) continue;
		const row = Math.max(-1, ...touching.map((other) => other.row)) + 1;
		placed.push({ left: at - half, right: at + half, row, label: shade.label });
		ctx.fillText(shade.label, at, area.top - 3 - row * (theme.fontPx + 3));
	}
	ctx.restore();
}

/** Draws level lines across the plot and writes above each, at its left end, what it means. */
export function markPlugin(marks: readonly Mark[], theme: Theme): Plugin {
	return {
		id: 'marks',
		beforeDatasetsDraw(chart) {
			const { ctx, chartArea: area } = chart;
			const y = chart.scales.y;
			if (y === undefined) return;
			ctx.save();
			ctx.font = `${theme.fontPx}px ${theme.font}`;
			ctx.strokeStyle = theme.muted;
			ctx.fillStyle = theme.muted;
			ctx.textBaseline = 'bottom';
			ctx.lineWidth = 1.25;
			ctx.setLineDash([8, 4]);
			for (const mark of marks) {
				const at = y.getPixelForValue(mark.y);
				ctx.beginPath();
				ctx.moveTo(area.left, at);
				ctx.lineTo(area.right, at);
				ctx.stroke();
				ctx.fillText(mark.label, area.left + 6, at - 3);
			}
			ctx.restore();
		},
	};
}

/** Draws the interval of every point or bar that has one. `whiskers` is parallel to the datasets and their data. */
export function whiskerPlugin(whiskers: readonly (readonly Whisker[])[], theme: Theme, horizontal: boolean): Plugin {
	return {
		id: 'whiskers',
		afterDatasetsDraw(chart) {
			const { ctx } = chart;
			ctx.save();
			ctx.lineWidth = Math.max(1.25, theme.fontPx / 9);
			ctx.strokeStyle = theme.text;
			for (const [nth, ends] of whiskers.entries()) {
				if (!chart.isDatasetVisible(nth)) continue;
				const meta = chart.getDatasetMeta(nth);
				const scale = meta.vScale;
				if (scale === undefined) continue;
				for (const [index, end] of ends.entries()) {
					const element = meta.data[index];
					if (end === null || element === undefined || end[0] === end[1]) continue;
					// On a logarithmic axis an interval may reach below what the axis can show.
					const low = scale.getPixelForValue(Math.max(scale.min, end[0]));
					const high = scale.getPixelForValue(end[1]);
					const middle = horizontal ? element.y : element.x;
					ctx.beginPath();
					for (const [alongA, acrossA, alongB, acrossB] of [
						[low, 0, high, 0],
						[low, -4, low, 4],
						[high, -4, high, 4],
					] as const) {
						ctx.moveTo(horizontal ? alongA : middle + acrossA, horizontal ? middle + acrossA : alongA);
						ctx.lineTo(horizontal ? alongB : middle + acrossB, horizontal ? middle + acrossB : alongB);
					}
					ctx.stroke();
				}
			}
			ctx.restore();
		},
	};
}

/** Texts at the bars, parallel to the datasets and their data. */
type BarTexts = readonly (readonly (string | null)[])[];

/**
 * Writes the value at the end of every bar, so that a zero is told apart from a missing figure.
 * @param wordings from exact to brief: the first that fits between the bars is taken, or none
 */
export function valuePlugin(
	wordings: readonly BarTexts[],
	whiskers: readonly (readonly Whisker[])[],
	theme: Theme,
	horizontal: boolean,
): Plugin {
	return {
		id: 'values',
		afterDatasetsDraw(chart) {
			const { ctx } = chart;
			ctx.save();
			ctx.font = `${Math.max(10, theme.fontPx - 2)}px ${theme.font}`;
			ctx.fillStyle = theme.text;
			ctx.textAlign = horizontal ? 'left' : 'center';
			ctx.textBaseline = horizontal ? 'middle' : 'bottom';
			const choices = wordings.map((texts) => valuePlaces(chart, texts, whiskers, horizontal));
			const fits = (place: ValuePlace) => horizontal || ctx.measureText(place.text).width <= place.room;
			for (const place of choices.find((places) => places.every(fits)) ?? []) {
				ctx.fillText(place.text, place.x, place.y);
			}
			ctx.restore();
		},
	};
}

interface ValuePlace {
	readonly text: string;
	readonly x: number;
	readonly y: number;
	readonly room: number;
}

function valuePlaces(
	chart: Chart,
	labels: BarTexts,
	whiskers: readonly (readonly Whisker[])[],
	horizontal: boolean,
): ValuePlace[] {
	const places: ValuePlace[] = [];
	for (const [nth, texts] of labels.entries()) {
		if (!chart.isDatasetVisible(nth)) continue;
		const meta = chart.getDatasetMeta(nth);
		for (const [index, text] of texts.entries()) {
			const bar = meta.data[index];
			if (text === null || bar === undefined || meta.vScale === undefined) continue;
			const { x, y, base, width, height } = bar.getProps(['x', 'y', 'base', 'width', 'height'] as never[]) as Record<
				'x' | 'y' | 'base' | 'width' | 'height',
				number
			>;
			const end = whiskers[nth]?.[index];
			const tip = end ? meta.vScale.getPixelForValue(end[1]) : undefined;
			places.push(
				horizontal
					? { text, x: Math.max(x, base, tip ?? x) + 5, y, room: height }
					: // A neighbour's number may begin a little beyond the gap between the bars.
						{ text, x, y: Math.min(y, base, tip ?? y) - 3, room: width * 1.1 - 3 },
			);
		}
	}
	return places;
}

/** For pictures that travel alone: a ground, and where the figures come from. */
export function imagePlugin(footer: string, theme: Theme): Plugin {
	return {
		id: 'image',
		beforeDraw({ ctx, width, height }) {
			ctx.save();
			ctx.fillStyle = theme.surface;
			ctx.fillRect(0, 0, width, height);
			ctx.restore();
		},
		afterDraw({ ctx, width, height }) {
			ctx.save();
			ctx.font = `${theme.fontPx - 2}px ${theme.font}`;
			ctx.fillStyle = theme.muted;
			ctx.textAlign = 'right';
			ctx.textBaseline = 'bottom';
			ctx.fillText(footer, width - 20, height - 10);
			ctx.restore();
		},
	};
}
