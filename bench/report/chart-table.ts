// The figures of a chart as a table. This file also runs in the browser: see html/bundle.ts.
import { bracketed, roundedDown, type Scale } from '../model/quantity.ts';
import type { ChartData, HeatChart, Line, Point, SeriesChart } from '../model/series.ts';
import { placeAxis, valueAxis } from './axes.ts';
import { heatCellText, heatColumnTitle, heatText } from './heat.ts';
import { groupsOf } from './heat-plugins.ts';
import { placeText } from './legends.ts';

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

function pointText({ y, low, high, atLeast }: Point, scale: Scale): string {
	if (atLeast) return `≥\u202f${bracketed(roundedDown(y, scale), undefined, scale)}`;
	return bracketed(y, low === undefined || high === undefined ? undefined : [low, high], scale);
}

function columnTitle(line: Line, data: SeriesChart, unit: string): string {
	const twin = line.dashed === true && data.lines.some((other) => other.dashed !== true && other.label === line.label);
	return `${line.label}${twin ? ', fit' : ''}${unit === '' ? '' : ` (${unit})`}`;
}
