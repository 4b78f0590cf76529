// A heat map in a grid of single-width cells: the figures of its cells, under letters where the words of its columns are too long.
import { briefly, scaleFor } from '../model/quantity.ts';
import type { HeatChart, HeatMeasure, HeatValue } from '../model/series.ts';
import { cellsOf, cut, pad, wrap } from './columns.ts';
import { heatText } from './heat.ts';
import { type ColumnGroup, groupsOf } from './heat-plugins.ts';
import { notMetMark } from './legends.ts';

/** Lines of a grid; those of a head say what stands below them. */
export interface GridLine {
	readonly text: string;
	readonly head: boolean;
}

/**
 * A heat map as text: as many columns beside each other as fit, those of a target together where they can be. Names that do not fit
 * give way to short ones, where there are such. No line is wider than `width`.
 */
export function gridLines(data: HeatChart, width: number): GridLine[] {
	const words = data.columns.names.map(({ head, name }) => name || head);
	const texts = textsOf(data);
	const { names: long, short } = data.rows;
	const first = layoutOf(data, words, texts, long, width);
	const names = !first.isWhole && short ? short : long;
	const { lettered, nameWidth, widths } = names === long ? first : layoutOf(data, words, texts, names, width);
	const distinct = [...new Set(words)];
	const heads = lettered ? words.map((word) => letterOf(distinct.indexOf(word))) : words;
	const legend = distinct.map((word, nth) => `${letterOf(nth)} = ${word}`).join('; ');
	const line = (name: string, cells: string) =>
		cut(pad(cut(name, nameWidth), nameWidth, 'right') + cells, width).trimEnd();
	const cellsIn = (block: readonly number[], of: readonly string[]) =>
		block.map((column) => pad(of[column] ?? '', widths[column] ?? 1, 'left')).join('');
	return [
		...(lettered ? wrap(legend, width).map((text) => ({ text, head: true })) : []),
		...blocksOf(data, widths, width - nameWidth).flatMap((block) => [
			...targetLine(data, block, widths).map((text) => ({ text: line('', text), head: true })),
			{ text: line(data.rows.title, cellsIn(block, heads)), head: true },
			...names.map((name, row) => ({ text: line(name, cellsIn(block, texts[row] ?? [])), head: false })),
		]),
	];
}

interface Layout {
	/** Letters stand for the words of the columns. */
	readonly lettered: boolean;
	readonly nameWidth: number;
	/** Of each column. */
	readonly widths: readonly number[];
	/** Nothing is cut. */
	readonly isWhole: boolean;
}

function longest(parts: readonly string[]): number {
	return Math.max(1, ...parts.map(cellsOf));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

function layoutOf(
	data: HeatChart,
	words: readonly string[],
	texts: readonly (readonly string[])[],
	names: readonly string[],
	width: number,
): Layout {
	const nameNeed = longest([data.rows.title, ...names]);
	const [wordWidth, textWidth] = [longest(words), longest(texts.flat())];
	const lettered = words.length * (Math.max(wordWidth, textWidth) + wordGap) > width - Math.min(nameNeed, width * 0.42);
	const headWidth = lettered ? letterOf(new Set(words).size - 1).length : wordWidth;
	const wanted = Math.max(headWidth, textWidth) + (lettered ? gap : wordGap);
	const groups = groupsIn(data);
	const plain = words.map(() => wanted);
	// Wider, where there is room, for the names of targets above their columns.
	const roomy = groups.flatMap(({ head, count }) =>
		Array.from({ length: count }, () => Math.max(wanted, Math.ceil((cellsOf(head) + gap) / count))),
	);
	const isWhole = nameNeed + sum(roomy) <= width;
	const widths = isWhole ? roomy : plain;
	// Names give way to cells as long as they can still be told apart; short ones are as short as they can be.
	const together = names === data.rows.short ? Math.max(...groups.map(({ count }) => count * wanted)) : sum(widths);
	const nameWidth = Math.min(nameNeed, Math.max(6, Math.floor(Math.max(width * 0.28, width - together))));
	const room = Math.max(1, width - nameWidth);
	return { lettered, nameWidth, isWhole, widths: widths.map((each) => Math.min(each, room)) };
}

/** The columns of each target; all together where the columns are the targets, or where there is one. */
function groupsIn(data: HeatChart): readonly Pick<ColumnGroup, 'head' | 'from' | 'count'>[] {
	const groups = groupsOf(data);
	return groups.length > 0 ? groups : [{ head: '', from: 0, count: data.columns.names.length }];
}

const gap = 1;
/** Words need more room between them than letters and figures. */
const wordGap = 2;

/** `a`, `b` … `z`, `aa`. */
function letterOf(nth: number): string {
	const last = String.fromCharCode(97 + (nth % 26));
	return nth < 26 ? last : letterOf(Math.floor(nth / 26) - 1) + last;
}

/** A value in a few cells: two digits, or all whole ones. */
function briefText(value: HeatValue | undefined, measure: HeatMeasure): string {
	if (value === undefined) return heatText(value, measure);
	const { unit, factor } = scaleFor(measure.unit, value.value);
	// What is nearly all is not all.
	const nearly = unit === '%' && value.value < 100 && value.value >= 99.5;
	const bound = value.atLeast === true ? '≥' : '';
	// Seconds take no other unit, and stand in the title.
	const after = measure.unit === 's' ? '' : unit.startsWith('1/') ? unit.slice(1) : unit;
	const shown = value.value / factor;
	const step = shown >= 10 ? 1 : 10;
	const written = briefly(value.atLeast === true ? Math.floor(shown * step + 1e-6) / step : shown);
	return `${bound}${nearly ? '>99' : written.replace(shortGroup, '$1$2')}${after}`;
}

/** Four digits are read without a gap. */
const shortGroup = /^(\d)\u202f(\d{3})$/;

/** What is written in the cells, and its unit where they do not have it. */
export function gridTitle({ title, label }: HeatChart): string {
	const words = title.toLowerCase().includes(label.title) ? [] : [label.title];
	const said = [...words, ...(label.unit === 's' ? ['in s'] : [])].join(', ');
	return said === '' ? title : `${title} (${said})`;
}

function textsOf({ rows, columns, cells, label }: HeatChart): string[][] {
	const texts = rows.names.map(() => columns.names.map(() => briefText(undefined, label)));
	for (const { row, column, label: value, limitNotMetS } of cells) {
		const mine = texts[row];
		if (mine !== undefined) mine[column] = briefText(value, label) + (limitNotMetS === undefined ? '' : notMetMark);
	}
	return texts;
}

/** The columns of each block, in order; a target's are only parted where they do not fit into one. */
function blocksOf(data: HeatChart, widths: readonly number[], room: number): number[][] {
	const needOf = (columns: readonly number[]) => sum(columns.map((column) => widths[column] ?? 1));
	const blocks: number[][] = [];
	for (const { from, count } of groupsIn(data)) {
		const group = Array.from({ length: count }, (_, nth) => from + nth);
		const last = blocks.at(-1);
		if (last !== undefined && needOf([...last, ...group]) <= room) last.push(...group);
		else blocks.push(...parted(group, needOf, room));
	}
	return blocks;
}

/** Columns of a target in as few blocks as it takes. */
function parted(columns: readonly number[], needOf: (columns: readonly number[]) => number, room: number): number[][] {
	const blocks: number[][] = [[]];
	for (const column of columns) {
		const last = blocks.at(-1) ?? [];
		if (last.length === 0 || needOf([...last, column]) <= room) last.push(column);
		else blocks.push([column]);
	}
	return blocks;
}

/** Each target above its columns, cut to their width; none where the columns are the targets. */
function targetLine(data: HeatChart, block: readonly number[], widths: readonly number[]): string[] {
	const groups = groupsOf(data).flatMap(({ head, from, count }) => {
		const mine = block.filter((column) => column >= from && column < from + count);
		const room = sum(mine.map((column) => widths[column] ?? 1));
		return mine.length === 0 ? [] : [pad(cut(head, room - gap), room, 'left')];
	});
	return groups.length === 0 ? [] : [groups.join('')];
}
