import { figureText, type SummaryText } from '../tables.ts';

// Which columns of a table of figures stand beside each other, so that nobody must scroll sideways on a usual screen. How wide a column comes out is
// estimated from its characters: a page does not know the type of its reader, and that of the widest is taken.

/** Pixels of a character of a figure, of its interval below it, and of a head; and what a cell has beside them. */
const px = { figure: 8.8, interval: 7, head: 9.2, name: 8.4, cell: 24, case: 250 } as const;

/** The width of the text, and of a window of 1440 pixels without its margins and the bar at its side. */
const textPx = 1110;
const windowPx = 1390;
/** In the whole window tables have smaller type and less room around it. */
const smaller = 0.88;

/** How a table of figures is laid out. */
export interface FigureLayout {
	/** The columns that stand together, by their numbers; the first of them are shown, the others when they are asked for. */
	readonly blocks: readonly (readonly number[])[];
	/** It takes more than the width of the text. */
	readonly roomy: boolean;
	/** Measures stand below each other and targets side by side. */
	readonly turned: boolean;
}

/** More targets than this do not stand side by side. */
const mostTurned = 4;

/** All columns beside each other where they fit; else few targets side by side, or as many columns at once as fit. */
export function figureLayout(text: SummaryText): FigureLayout {
	const all = text.columns.map((_, nth) => nth);
	const widths = all.map((nth) => columnPx(text, nth));
	const names = namesPx(text);
	const whole = names + widths.reduce((sum, each) => sum + each, 0);
	if (whole <= textPx) return { blocks: [all], roomy: false, turned: false };
	if (!text.byCase && text.rows.length <= mostTurned) return { blocks: [all], roomy: false, turned: true };
	const blocks: number[][] = [[]];
	let left = windowPx - names * smaller;
	for (const nth of all) {
		const width = (widths[nth] ?? 0) * smaller;
		if (width > left && blocks.at(-1)?.length !== 0) {
			blocks.push([]);
			left = windowPx - names * smaller;
		}
		blocks.at(-1)?.push(nth);
		left -= width;
	}
	return { blocks, roomy: true, turned: false };
}

function columnPx({ columns, rows }: SummaryText, nth: number): number {
	const { title = '', unit = '' } = columns[nth] ?? {};
	const words = [...title.split(/[\s-]/), `(${unit})`].map(({ length }) => length * px.head);
	const figures = rows.flatMap(({ cells }) => {
		const { value = '', spread = '' } = cells[nth] ?? {};
		return [value.length * px.figure, spread.length * px.interval];
	});
	return px.cell + Math.max(56, ...words, ...figures);
}

function namesPx({ byCase, rows }: SummaryText): number {
	const longest = Math.max(...rows.map(({ target }) => target.length), 6);
	const trials = 6 * px.head + px.cell;
	return (byCase ? px.case : 0) + longest * px.name + 24 + px.cell + trials;
}

/** A measure in a row, targets across: the head, and the rows. */
export function turned({ columns, rows }: SummaryText): { head: string[]; rows: string[][] } {
	return {
		head: ['figure', ...rows.map(({ target }) => target)],
		rows: [
			['trials', ...rows.map(({ trials }) => trials)],
			...columns.map(({ title, unit }, nth) => [
				unit === '' ? title : `${title} (${unit})`,
				...rows.map(({ cells }) => {
					const cell = cells[nth];
					return cell ? figureText(cell) : '';
				}),
			]),
		],
	};
}
