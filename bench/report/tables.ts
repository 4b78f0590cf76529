import { bracketed, plusMinus, type Scale, scaleFor } from '../model/quantity.ts';
import type { SummaryRow, SummaryTable } from '../model/report.ts';
import type { ChartData, Line, Point } from '../model/series.ts';
import { placeAxis, valueAxis } from './axes.ts';
import { measureInfo } from './content.ts';
import { placeText } from './legends.ts';

/** A table as text, ready for any syntax. */
export interface TextTable {
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

/** A summary table as text: the unit of each measure stands in its head, so that a column can be compared at a glance. */
export interface SummaryText {
	readonly columns: readonly SummaryColumn[];
	/** Whether rows stand for a case and a target. */
	readonly byCase: boolean;
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
		rows: table.rows.map((row) => ({
			case: row.case === undefined ? '' : `${row.case} (${row.caseId})`,
			caseId: row.caseId ?? '',
			target: row.target,
			trials: `${row.completed}/${row.of}`,
			cells: table.measures.map((_, nth) => {
				const cell = row.cells[nth];
				const scale = scales[nth];
				if (cell == null || scale === undefined) return parted(absent);
				const figure = parted(write(cell.value, cell.ci, scale));
				return cell.atLeast === true ? { ...figure, value: `≥${thinSpace}${figure.value}` } : figure;
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

/** The figures of a chart as a table: one row per place on the x axis, one column per line. */
export function chartTable(data: ChartData): TextTable {
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

function columnTitle(line: Line, data: ChartData, unit: string): string {
	const twin = line.dashed === true && data.lines.some((other) => other.dashed !== true && other.label === line.label);
	return `${line.label}${twin ? ', fit' : ''}${unit === '' ? '' : ` (${unit})`}`;
}
