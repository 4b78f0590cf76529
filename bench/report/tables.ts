import { bracketed, plusMinus, roundedDown, type Scale, scaleFor } from '../model/quantity.ts';
import type { ReportTable, SummaryRow, SummaryTable } from '../model/report.ts';
import type { ChartData, HeatChart, Line, Point, SeriesChart } from '../model/series.ts';
import { shownTarget } from '../model/target.ts';
import { placeAxis, valueAxis } from './axes.ts';
import { measureInfo } from './content.ts';
import { heatCellText, heatColumnTitle, heatText } from './heat.ts';
import { groupsOf } from './heat-plugins.ts';
import { notMetMark, notMetSentence, placeText } from './legends.ts';

/** A table as text, ready for any syntax. */
export interface TextTable {
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** For places that can have a second head above the first: what stands over how many columns, and the heads below it. */
	readonly grouped?: {
		readonly groups: readonly { readonly text: string; readonly span: number }[];
		readonly head: readonly string[];
	};
}

/** A summary table as text: the unit of each measure stands in its head, so that a column can be compared at a glance. */
export interface SummaryText {
	readonly columns: readonly SummaryColumn[];
	/** Whether rows stand for a case and a target. */
	readonly byCase: boolean;
	/** What a mark behind figures means, where there is one. */
	readonly note: string;
	readonly rows: readonly {
		readonly case: string;
		readonly caseId: string;
		readonly target: string;
		readonly trials: string;
		readonly cells: readonly SummaryFigure[];
	}[];
}

/** A figure and, behind it, its interval; empty where there is none. */
export interface SummaryFigure {
	readonly value: string;
	readonly spread: string;
}

export interface SummaryColumn {
	readonly title: string;
	readonly unit: string;
	readonly meaning: string;
}

const absent = '—';
const thinSpace = '\u202f';

/** @param brief half the interval behind ±, for narrow places */
export function summaryText(table: SummaryTable, brief = false): SummaryText {
	const write = brief ? plusMinus : bracketed;
	const scales = table.measures.map((measure, nth) => columnScale(table.rows, nth, measureInfo(measure).unit));
	return {
		columns: table.measures.map((measure, nth) => ({
			title: measureInfo(measure).title,
			unit: scales[nth]?.unit ?? '',
			meaning: measureInfo(measure).meaning,
		})),
		byCase: table.rows.some((row) => row.case !== undefined),
		note: notMetSentence(table.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell ?? []))),
		rows: table.rows.map((row) => ({
			case: row.case === undefined ? '' : `${row.case} (${row.caseId})`,
			caseId: row.caseId ?? '',
			target: shownTarget(row.target),
			trials: `${row.completed}/${row.of}`,
			cells: table.measures.map((_, nth) => {
				const cell = row.cells[nth];
				const scale = scales[nth];
				if (cell == null || scale === undefined) return parted(absent);
				const shown = cell.atLeast === true ? roundedDown(cell.value, scale, cell.ci) : cell.value;
				const { value, spread } = parted(write(shown, cell.ci, scale));
				const bound = cell.atLeast === true ? `≥${thinSpace}` : '';
				return { value: `${bound}${value}${cell.limitNotMetS === undefined ? '' : notMetMark}`, spread };
			}),
		})),
	};
}

/** The only plain space in a written figure is the one before its interval. */
function parted(written: string): SummaryFigure {
	const at = written.indexOf(' ');
	return at < 0 ? { value: written, spread: '' } : { value: written.slice(0, at), spread: written.slice(at + 1) };
}

/** A figure as one text. */
export function figureText({ value, spread }: SummaryFigure): string {
	return spread === '' ? value : `${value} ${spread}`;
}

/** One unit for a whole column: the one that fits its largest value. */
function columnScale(rows: readonly SummaryRow[], nth: number, unit: string): Scale {
	const cells = rows.flatMap((row) => row.cells[nth] ?? []);
	const largest = Math.max(0, ...cells.map((cell) => Math.abs(cell.value)).filter(Number.isFinite));
	return scaleFor(cells[0]?.unit ?? unit, largest);
}

/** The figures of a chart as a table. */
export function chartTable(data: ChartData): TextTable {
	return data.kind === 'heat' ? gridTable(data) : seriesTable(data);
}

/** The grid as it is; a cell that is coloured by something else than its text has that before it, and one without a colour has not. */
function gridTable(data: HeatChart): TextTable {
	const { rows, columns, colour, label, cells } = data;
	const byPlace = new Map(cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
	const textAt = (row: number, column: number) => {
		const cell = byPlace.get(`${row} ${column}`);
		if (cell === undefined) return heatText(undefined, label);
		const text = heatCellText(cell, data);
		if (cell.limitNotMetS !== undefined || colour.title === label.title) return text;
		return `${heatText(cell.colour, colour)} · ${text}`;
	};
	const groups = groupsOf(data).map(({ head, count }) => ({ text: head, span: count }));
	const grouped = { groups, head: [rows.title, ...columns.names.map(({ name }) => name)] };
	return {
		head: [rows.title, ...columns.names.map((column) => heatColumnTitle(column, data))],
		...(groups.length > 0 ? { grouped } : {}),
		rows: rows.names.map((name, row) => [name, ...columns.names.map((_, column) => textAt(row, column))]),
	};
}

/** One row per place on the x axis, one column per line. */
function seriesTable(data: SeriesChart): TextTable {
	const x = placeAxis(data);
	const y = valueAxis(data);
	const labels = data.kind === 'bars' ? (data.x.labels ?? []).map((_, index) => index) : [];
	const all = data.lines.flatMap((line) => line.points.map((point) => point.x));
	const places = [...new Set([...labels, ...all])].sort((a, b) => a - b);
	const columns = data.lines.map((line) => Map.groupBy(line.points, (point) => point.x));
	const place = data.kind === 'percentiles' ? data.x.title : x.title;
	return {
		head: [place || 'group', ...data.lines.map((line) => columnTitle(line, data, y.scale.unit))],
		rows: places.map((at) => [
			placeText(data, { ...x, scale: { ...x.scale, unit: '' } }, at),
			...columns.map((points) => {
				// A ladder has one point per repeat at the same place.
				return (points.get(at) ?? []).map((point) => pointText(point, y.scale)).join(' · ');
			}),
		]),
	};
}

function pointText({ y, low, high }: Point, scale: Scale): string {
	return bracketed(y, low === undefined || high === undefined ? undefined : [low, high], scale);
}

function columnTitle(line: Line, data: SeriesChart, unit: string): string {
	const twin = line.dashed === true && data.lines.some((other) => other.dashed !== true && other.label === line.label);
	return `${line.label}${twin ? ', fit' : ''}${unit === '' ? '' : ` (${unit})`}`;
}

/** A part of a table: all of it, or one of its groups of columns. */
export interface TablePart extends TextTable {
	/** Of the group; empty for a table without groups. */
	readonly title: string;
}

/** A table group by group, each with the rows that have a figure in it; one without groups is a single part. */
export function tableParts({ head, rows, groups = [] }: ReportTable): TablePart[] {
	if (groups.length === 0) return [{ title: '', head, rows }];
	const ends = groups.map((_, nth) => groups.slice(0, nth + 1).reduce((sum, { columns }) => sum + columns, 1));
	return groups.map(({ title, columns }, nth) => {
		const to = ends[nth] ?? 1;
		const partOf = (row: readonly string[]) => [row[0] ?? '', ...row.slice(to - columns, to)];
		const own = rows.map(partOf).filter(([, ...cells]) => cells.some((cell) => cell !== absent));
		return { title, head: partOf(head), rows: own };
	});
}

/** A table with its groups as a second head, for places that are wide enough. */
export function groupedTable({ head, rows, groups = [] }: ReportTable): TextTable {
	if (groups.length === 0) return { head, rows };
	return {
		head,
		rows,
		grouped: { groups: groups.map(({ title, columns }) => ({ text: title, span: columns })), head },
	};
}
