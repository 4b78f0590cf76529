// A heat map: a grid of cells whose colour says how good and whose text says how much. Also runs in the browser: html/bundle.ts.
import type { ChartConfiguration, ScriptableContext, TooltipItem } from 'chart.js';
import type {} from 'chartjs-chart-matrix';
import { atLeast, quantity } from '../model/quantity.ts';
import type { HeatCell, HeatChart, HeatColumn, HeatMeasure, HeatValue } from '../model/series.ts';
import { fontOf, titleOptions } from './axes.ts';
import {
	type ColourKey,
	cellTextPlugin,
	colourKeyPlugin,
	columnGroupPlugin,
	groupsOf,
	rowNamePlugin,
} from './heat-plugins.ts';
import { headingOptions, notMetMark, notMetWords } from './legends.ts';
import { type Look, themeOf, wrapped } from './look.ts';
import { type CellInk, cellInk, classInk } from './palette.ts';
import { imagePlugin } from './plugins.ts';

export type HeatConfig = ChartConfiguration<'matrix', { x: number; y: number }[], string | string[]>;

/** What stands where nothing was measured. */
const unmeasured = '–';

/** A value as it stands in a cell. */
export function heatText(value: HeatValue | undefined, { unit }: HeatMeasure): string {
	if (value === undefined) return unmeasured;
	return value.atLeast === true ? atLeast(value.value, unit) : quantity(value.value, unit);
}

/** What stands in a cell. */
export function heatCellText({ label, limitNotMetS }: HeatCell, data: HeatChart): string {
	return heatText(label, data.label) + (limitNotMetS === undefined ? '' : notMetMark);
}

/** A column's name, with its target where there are several. */
export function heatColumnTitle({ target, head, name }: HeatColumn, { columns }: HeatChart): string {
	if (name === '') return head;
	return columns.names.some((other) => other.target !== target) ? `${head} · ${name}` : name;
}

/** From which value to which the colours go, and whether by ratio. */
export interface HeatScale {
	readonly from: number;
	readonly to: number;
	readonly log: boolean;
}

/** Shares from nothing to all, so that a colour means the same in every grid; times that are far apart by their ratio. */
export function heatScale({ cells, colour: { unit } }: HeatChart): HeatScale {
	const values = cells.flatMap(({ colour }) => (colour && Number.isFinite(colour.value) ? [colour.value] : []));
	const [least, most] = [Math.min(...values), Math.max(...values)];
	if (values.length === 0) return { from: 0, to: 1, log: false };
	if (unit === '%' && least >= 0 && most <= 100) return { from: 0, to: most < 20 && most > 0 ? most : 100, log: false };
	if (least > 0 && most / least > 30) return { from: least, to: most, log: true };
	return { from: Math.min(0, least), to: most, log: false };
}

function placeOn({ from, to, log }: HeatScale, value: number): number {
	const share = log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
	return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** A cell of what was not proved has no colour: it would claim what the figure does not. */
function inkAt(cell: HeatCell, data: HeatChart, scale: HeatScale, look: Look): CellInk {
	if (!cell.colour || cell.limitNotMetS !== undefined) return { ground: 'transparent', text: themeOf(look).text };
	if (cell.nthClass !== undefined) return classInk(cell.nthClass);
	return cellInk(placeOn(scale, cell.colour.value), data.colour.better, look.scheme);
}

/** How wide a letter is, as a share of the type's size; rather too wide. */
const letter = 0.64;

/** So many letters of a row's name fit beside each other on a phone. */
const phoneChars = 50;

interface Layout {
	readonly minWidth: number;
	readonly height: number;
	readonly rowPx: number;
	/** Room of a row's name above its cells, where it stands there. */
	readonly nameAbovePx: number;
	readonly keyPx: number;
	readonly groupPx: number;
	/** Names of columns stand upright. */
	readonly upright: boolean;
	readonly rowLabels: readonly (readonly string[])[];
	readonly columnLabels: readonly (string | string[])[];
}

function longest(texts: readonly string[]): number {
	return Math.max(0, ...texts.map((text) => text.length));
}

/**
 * Sizes follow from the words: every row's name is readable, every cell holds its text. On a phone a row's name stands above
 * its cells and the names of columns stand upright, so that eight columns fit; what is wider than its box is scrolled.
 */
function layoutOf(data: HeatChart, look: Look): Layout {
	const { fontPx, narrow } = { ...themeOf(look), narrow: look.narrow };
	const px = fontPx * letter;
	const names = data.columns.names.map(({ head, name }) => name || head);
	const rowLabels = data.rows.names.map((name) => wrapped(name, narrow ? phoneChars : 40));
	const groups = groupsOf(data);
	const textPx = longest(data.cells.map((cell) => heatCellText(cell, data))) * px + 8;
	const wordPx = narrow ? fontPx * 1.5 : longest(names.flatMap((name) => name.split(' '))) * px + 8;
	const groupNeedPx = Math.max(0, ...groups.map(({ head, count }) => (head.length * px + 10) / count));
	const cellPx = Math.ceil(Math.max(textPx, wordPx, groupNeedPx));
	const columnLabels = names.map((name) => (narrow ? name : wrapped(name, Math.floor(cellPx / px))));
	const linePx = fontPx * 1.2;
	const lines = Math.max(1, ...rowLabels.map((label) => label.length));
	const nameAbovePx = narrow ? lines * linePx + 4 : 0;
	const rowPx = Math.ceil(nameAbovePx + (narrow ? 1 : lines) * linePx + 10);
	const namesPx = narrow ? 0 : longest(rowLabels.flat()) * px + fontPx * 2 + 16;
	const headPx = narrow ? longest(names) * px : Math.max(...columnLabels.map((label) => label.length)) * linePx;
	const [keyPx, groupPx] = [fontPx * 1.35 * keyLines(data) + 14, groups.length > 0 ? linePx + 8 : 0];
	const titlePx = data.columns.title === '' ? 0 : linePx + 12;
	return {
		minWidth: Math.ceil(namesPx + names.length * cellPx + 12),
		height: Math.ceil(groupPx + titlePx + headPx + 14 + data.rows.names.length * rowPx + keyPx),
		...{ rowPx, nameAbovePx, keyPx, groupPx, upright: narrow, rowLabels, columnLabels },
	};
}

function hasNotMet({ cells }: HeatChart): boolean {
	return cells.some(({ limitNotMetS }) => limitNotMetS !== undefined);
}

/** A title, the scale or the classes, and what has no colour. */
function keyLines(data: HeatChart): number {
	return 1 + (data.classes?.length ?? 1) + (hasNotMet(data) ? 1 : 0);
}

/** The room a heat map needs, in CSS pixels, without the heading of a picture. */
export function heatSize(data: HeatChart, look: Look): { readonly height: number; readonly minWidth: number } {
	const { height, minWidth } = layoutOf(data, look);
	return { height, minWidth };
}

/** The chart.js description of a heat map. */
export function heatConfig(data: HeatChart, look: Look): HeatConfig {
	const theme = themeOf(look);
	const layout = layoutOf(data, look);
	const scale = heatScale(data);
	const inks = data.cells.map((cell) => inkAt(cell, data, scale, look));
	// Where its name stands above, a cell is in the lower part of its row.
	const shift = layout.nameAbovePx / layout.rowPx / 2;
	const image = look.caption !== undefined;
	const edge = image ? 20 : 0;
	return {
		type: 'matrix',
		data: {
			datasets: [
				{
					data: data.cells.map(({ row, column }) => ({ x: column, y: row + shift })),
					// The places are indices already.
					parsing: false,
					backgroundColor: inks.map(({ ground }) => ground),
					borderColor: theme.muted,
					borderWidth: data.cells.map(({ limitNotMetS }) => (limitNotMetS === undefined ? 0 : 1)),
					width: ({ chart }: ScriptableContext<'matrix'>) =>
						Math.max(1, (chart.chartArea?.width ?? 0) / Math.max(1, data.columns.names.length) - 2),
					height: ({ chart }: ScriptableContext<'matrix'>) =>
						Math.max(1, (chart.chartArea?.height ?? 0) / Math.max(1, data.rows.names.length) - layout.nameAbovePx - 2),
				},
			],
		},
		options: {
			responsive: !image,
			maintainAspectRatio: false,
			animation: false,
			locale: 'en',
			layout: {
				padding: { top: layout.groupPx + edge, right: 6 + edge, bottom: layout.keyPx + (image ? 34 : 0), left: edge },
			},
			scales: axesOf(data, look, layout),
			plugins: {
				// The names of targets stand between the heading and the columns.
				...headingOptions(data.title, look, layout.groupPx + 12),
				legend: { display: false },
				tooltip: { displayColors: false, callbacks: tooltipOf(data) },
			},
		},
		plugins: [
			...(look.caption === undefined ? [] : [imagePlugin(look.caption.footer, theme)]),
			columnGroupPlugin(data, look),
			rowNamePlugin({ lines: layout.rowLabels, abovePx: layout.nameAbovePx, rowPx: layout.rowPx }, theme),
			cellTextPlugin(cellTexts(data, inks), shift, theme),
			colourKeyPlugin(keyOf(data, scale, look), layout.keyPx + (image ? 34 : 0), theme),
		],
	} as HeatConfig;
}

function axesOf(data: HeatChart, look: Look, layout: Layout): object {
	const theme = themeOf(look);
	const common = { type: 'category', offset: true, grid: { display: false }, border: { display: false } };
	const ticks = { color: theme.text, font: fontOf(theme), autoSkip: false };
	return {
		x: {
			...common,
			position: 'top',
			labels: layout.columnLabels,
			title: { ...titleOptions(data.columns.title, theme), align: 'start' },
			ticks: { ...ticks, ...(layout.upright ? { minRotation: 90, maxRotation: 90 } : { maxRotation: 0 }) },
		},
		y: {
			...common,
			reverse: false,
			labels: layout.rowLabels.map((lines) => [...lines]),
			title: titleOptions(look.narrow ? '' : data.rows.title, theme),
			// Their room is kept, but they are written by a plugin, which lets them stay where the grid is scrolled.
			ticks: look.narrow ? { display: false } : { ...ticks, color: 'transparent', padding: 4 },
		},
	};
}

/** The texts of all places, row by row, with their colour. */
function cellTexts(data: HeatChart, inks: readonly CellInk[]): (readonly { text: string; ink?: string }[])[] {
	const grid = data.rows.names.map(() =>
		data.columns.names.map((): { text: string; ink?: string } => ({ text: unmeasured })),
	);
	for (const [nth, cell] of data.cells.entries()) {
		const at = grid[cell.row];
		const ink = inks[nth]?.text;
		if (at?.[cell.column]) at[cell.column] = { text: heatCellText(cell, data), ...(ink === undefined ? {} : { ink }) };
	}
	return grid;
}

/** What the colours mean: the words, and the colours from the low to the high end. */
function keyOf(data: HeatChart, { from, to }: HeatScale, look: Look): ColourKey {
	const { title, unit, better } = data.colour;
	const mark = hasNotMet(data) ? { mark: notMetWords } : {};
	if (data.classes) {
		const classes = data.classes.map((words, nth) => ({ words, colour: classInk(nth).ground }));
		return { title: `text: ${data.label.title} · colour:`, classes, ...mark };
	}
	const steps = 32;
	return {
		title: data.label.title === title ? `colour: ${title}` : `colour: ${title} · text: ${data.label.title}`,
		low: quantity(from, unit),
		high: quantity(to, unit),
		colours: Array.from({ length: steps }, (_, n) => cellInk(n / (steps - 1), better, look.scheme).ground),
		...mark,
	};
}

function tooltipOf(data: HeatChart) {
	const cellOf = ({ dataIndex }: TooltipItem<'matrix'>) => data.cells[dataIndex];
	return {
		title(items: TooltipItem<'matrix'>[]) {
			const cell = items[0] && cellOf(items[0]);
			const column = cell && data.columns.names[cell.column];
			return column ? `${data.rows.names[cell.row]} · ${heatColumnTitle(column, data)}` : '';
		},
		label(item: TooltipItem<'matrix'>) {
			const cell = cellOf(item);
			if (!cell) return '';
			const { colour, label, limitNotMetS, nthClass } = cell;
			const same = data.label.title === data.colour.title;
			return [
				`${data.colour.title}: ${heatText(colour, data.colour)}`,
				...(nthClass === undefined || limitNotMetS !== undefined ? [] : [data.classes?.[nthClass] ?? '']),
				...(same ? [] : [`${data.label.title}: ${heatText(label, data.label)}`]),
				...(limitNotMetS === undefined ? [] : [`not watched until its limit of ${quantity(limitNotMetS, 's')}`]),
			];
		},
	};
}
