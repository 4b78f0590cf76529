// What a heat map has beside its coloured cells. Also runs in the browser: see html/bundle.ts.
import type { Plugin } from 'chart.js';
import type { HeatChart } from '../model/series.ts';
import { type Look, shortened, type Theme, themeOf } from './look.ts';
import { inkOf } from './palette.ts';

/** Columns of one target that stand side by side. */
export interface ColumnGroup {
	readonly target: string;
	/** What it is called. */
	readonly head: string;
	readonly from: number;
	readonly count: number;
}

/** The targets over their columns; none where there is one target, or where the columns are the targets themselves. */
export function groupsOf({ columns: { names } }: HeatChart): ColumnGroup[] {
	const targets = [...new Set(names.map(({ target }) => target))];
	if (targets.length < 2 || names.every(({ name }) => name === '')) return [];
	return targets.map((target) => ({
		target,
		head: names.find((column) => column.target === target)?.head ?? target,
		from: names.findIndex((column) => column.target === target),
		count: names.filter((column) => column.target === target).length,
	}));
}

/** Writes each target above its columns and underlines them in its colour. */
export function columnGroupPlugin(data: HeatChart, look: Look): Plugin<'matrix'> {
	const groups = groupsOf(data);
	const theme = themeOf(look);
	return {
		id: 'columnGroups',
		afterDraw({ ctx, scales: { x }, chartArea }) {
			if (x === undefined) return;
			const cellPx = chartArea.width / Math.max(1, data.columns.names.length);
			ctx.save();
			ctx.font = `bold ${theme.fontPx}px ${theme.font}`;
			ctx.textAlign = 'center';
			ctx.textBaseline = 'bottom';
			for (const [nth, { target, head, from, count }] of groups.entries()) {
				const left = x.getPixelForValue(from) - cellPx / 2;
				ctx.fillStyle = inkOf(look.palette, target, nth)[look.scheme];
				ctx.fillRect(left + 3, x.top - 2, cellPx * count - 6, 3);
				ctx.fillStyle = theme.text;
				ctx.fillText(shortened(head, 40), left + (cellPx * count) / 2, x.top - 4);
			}
			ctx.restore();
		},
	};
}

/** How far the box is scrolled in which the page keeps the canvas of a wide grid. */
function scrolledPx(canvas: HTMLCanvasElement): number {
	return canvas.parentElement?.parentElement?.scrollLeft ?? 0;
}

/** Where the names of rows stand. */
export interface RowNames {
	readonly lines: readonly (readonly string[])[];
	/** Room of each above its cells; 0: they stand beside the grid, in what the axis keeps free. */
	readonly abovePx: number;
	readonly rowPx: number;
}

/** Writes the names of the rows, and keeps them in sight where the grid is scrolled. */
export function rowNamePlugin({ lines, abovePx, rowPx }: RowNames, theme: Theme): Plugin<'matrix'> {
	return {
		id: 'rowNames',
		afterDraw({ ctx, canvas, chartArea, scales: { y } }) {
			if (y === undefined) return;
			const at = scrolledPx(canvas);
			const linePx = theme.fontPx * 1.2;
			ctx.save();
			if (abovePx === 0 && at > 0) {
				ctx.fillStyle = theme.surface;
				ctx.fillRect(at, chartArea.top, chartArea.left, chartArea.height);
			}
			ctx.font = `${theme.fontPx}px ${theme.font}`;
			ctx.fillStyle = theme.text;
			ctx.textAlign = abovePx > 0 ? 'left' : 'right';
			ctx.textBaseline = 'middle';
			for (const [row, texts] of lines.entries()) {
				const middle = y.getPixelForValue(row) - (abovePx > 0 ? (rowPx - abovePx) / 2 : 0);
				for (const [nth, text] of texts.entries()) {
					const x = at + (abovePx > 0 ? chartArea.left + 2 : chartArea.left - 8);
					ctx.fillText(text, x, middle + (nth - (texts.length - 1) / 2) * linePx);
				}
			}
			ctx.restore();
		},
	};
}

/** A text of every place of the grid; one without an ink is no figure. */
type CellTexts = readonly (readonly { readonly text: string; readonly ink?: string }[])[];

/** @param shift how far below the middle of its row a cell stands, as a share of the row */
export function cellTextPlugin(texts: CellTexts, shift: number, theme: Theme): Plugin<'matrix'> {
	return {
		id: 'cellTexts',
		afterDatasetsDraw({ ctx, scales: { x, y } }) {
			if (x === undefined || y === undefined) return;
			ctx.save();
			ctx.font = `${theme.fontPx}px ${theme.font}`;
			ctx.textAlign = 'center';
			ctx.textBaseline = 'middle';
			for (const [row, cells] of texts.entries()) {
				for (const [column, { text, ink }] of cells.entries()) {
					ctx.fillStyle = ink ?? theme.muted;
					ctx.fillText(text, x.getPixelForValue(column), y.getPixelForValue(row + shift));
				}
			}
			ctx.restore();
		},
	};
}

/** What the colours mean: a scale from its low end to its high one, or classes. */
export type ColourKey = {
	readonly title: string;
	/** What a cell without a colour means, where there is one. */
	readonly mark?: string;
} & (ScaleKey | { readonly classes: readonly { readonly words: string; readonly colour: string }[] });

interface ScaleKey {
	readonly low: string;
	readonly high: string;
	readonly colours: readonly string[];
}

/** @param roomPx how much room there is for it below the plot, to the lower edge */
export function colourKeyPlugin(key: ColourKey, roomPx: number, theme: Theme): Plugin<'matrix'> {
	const linePx = theme.fontPx * 1.35;
	return {
		id: 'colourKey',
		afterDraw({ ctx, canvas, chartArea, height }) {
			// In sight where the grid is scrolled, as the names of its rows are.
			const left = scrolledPx(canvas) + chartArea.left + 4;
			const first = height - roomPx + 8 + theme.fontPx / 2;
			ctx.save();
			ctx.font = `${theme.fontPx}px ${theme.font}`;
			ctx.textAlign = 'left';
			ctx.textBaseline = 'middle';
			ctx.fillStyle = theme.muted;
			ctx.fillText(key.title, left, first);
			const lines = 'classes' in key ? key.classes.length : 1;
			ctx.fillText(key.mark ?? '', left, first + (lines + 1) * linePx);
			if (!('classes' in key)) drawScale(ctx, key, { left, middle: first + linePx }, theme);
			else {
				for (const [nth, { words, colour }] of key.classes.entries()) {
					const middle = first + (nth + 1) * linePx;
					ctx.fillStyle = colour;
					ctx.fillRect(left, middle - theme.fontPx / 2, theme.fontPx * 2, theme.fontPx);
					ctx.fillStyle = theme.text;
					ctx.fillText(words, left + theme.fontPx * 2 + 8, middle);
				}
			}
			ctx.restore();
		},
	};
}

function drawScale(
	ctx: CanvasRenderingContext2D,
	{ low, high, colours }: ScaleKey,
	{ left, middle }: { readonly left: number; readonly middle: number },
	{ fontPx }: Theme,
): void {
	const barPx = 160;
	ctx.fillText(low, left, middle);
	const from = left + ctx.measureText(low).width + 8;
	ctx.fillText(high, from + barPx + 8, middle);
	for (const [nth, colour] of colours.entries()) {
		ctx.fillStyle = colour;
		const step = barPx / colours.length;
		// A little too wide, so that no seam shows; the last one ends with the bar.
		const width = nth === colours.length - 1 ? step : step + 1;
		ctx.fillRect(from + nth * step, middle - fontPx / 2, width, fontPx);
	}
}
