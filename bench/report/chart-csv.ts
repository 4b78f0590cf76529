// The data of a chart as a file for a spreadsheet. This file also runs in the browser: see html/bundle.ts.
import type { Axis, ChartData, HeatChart, HeatMeasure, SeriesChart } from '../model/series.ts';

/** Numbers stay numbers; text may come from a server. */
type CsvCell = string | number | undefined;

/** All figures of a chart, unrounded and in the units of its axes, as RFC 4180 has it. */
export function chartCsv(data: ChartData): string {
	const rows = data.kind === 'heat' ? heatCsvRows(data) : seriesCsvRows(data);
	// With the mark at its beginning spreadsheets take the file for UTF-8.
	return `\ufeff${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

/** What the file is called. */
export function csvName({ id }: ChartData): string {
	return `${id.replace(/[^\w.-]+/g, '_')}.csv`;
}

/** A spreadsheet computes what begins like a formula, wherever it came from; after an apostrophe it is text. */
const formula = /^[\s]*[=+\-@\t\r]/;

function csvCell(cell: CsvCell): string {
	if (cell === undefined) return '';
	if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
	const text = formula.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function csvHead({ title, unit }: Axis | HeatMeasure): string {
	return unit === '' || title === unit ? title : `${title} (${unit})`;
}

/** A row for each point, then those for what is shaded and marked. */
function seriesCsvRows(data: SeriesChart): CsvCell[][] {
	const placeOf = (x: number): CsvCell => {
		if (data.kind === 'bars') return data.x.labels?.[x] ?? x;
		// Percentiles stand at 1 ÷ (1 − p).
		return data.kind === 'percentiles' ? Number((100 * (1 - 1 / x)).toPrecision(12)) : x;
	};
	const points = data.lines.flatMap(({ label, target, dashed, points: own }) =>
		own.map(({ x, y, low, high, atLeast }) => {
			const notes = [dashed === true ? 'fit' : '', atLeast ? 'at least' : ''].filter(Boolean).join(', ');
			return [label, target, placeOf(x), y, low, high, notes];
		}),
	);
	const shades = data.shades.flatMap(({ label, fromX, toX }) => [
		['', '', fromX, undefined, undefined, undefined, `from: ${label}`],
		['', '', toX, undefined, undefined, undefined, `to: ${label}`],
	]);
	const marks = (data.marks ?? []).map(({ label, y }) => ['', '', undefined, y, undefined, undefined, label]);
	const place = data.kind === 'percentiles' ? `${data.x.title} (%)` : csvHead(data.x);
	const head = ['series', 'target', place || 'group', csvHead(data.y), 'low', 'high', 'note'];
	return [head, ...points, ...shades, ...marks];
}

/** A row for each cell. */
function heatCsvRows({ rows, columns, colour, label, classes, cells }: HeatChart): CsvCell[][] {
	const measures = colour.title === label.title ? [colour] : [colour, label];
	const head = [rows.title, 'target', columns.title, ...measures.map(csvHead), 'note'];
	return [
		head,
		...cells.map((cell) => {
			const { target = '', head: shown = '', name = '' } = columns.names[cell.column] ?? {};
			const values = [cell.colour, cell.label].slice(0, measures.length);
			const notes = [
				classes?.[cell.nthClass ?? -1] ?? '',
				...values.map((value, nth) => (value?.atLeast ? `${measures[nth]?.title}: at least` : '')),
				cell.limitNotMetS === undefined ? '' : `limit of ${cell.limitNotMetS} s not met while watched`,
			];
			return [
				...[rows.names[cell.row] ?? '', target || shown, name],
				...values.map((value) => value?.value),
				notes.filter(Boolean).join('; '),
			];
		}),
	];
}
