import { bracketed, plusMinus, roundedDown, type Scale, scaleFor } from '../model/quantity.ts';
import type { ReportTable, SummaryRow, SummaryTable } from '../model/report.ts';
import { shownTarget } from '../model/target.ts';
import type { TextTable } from './chart-table.ts';
import { measureInfo } from './content.ts';
import { notMetMark, notMetSentence } from './legends.ts';

export { chartTable, type TextTable } from './chart-table.ts';

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
				const mark = cell.limitNotMetS === undefined ? '' : notMetMark;
				// An interval around what is only a lower bound would have an upper end that nobody measured.
				if (cell.atLeast === true)
					return parted(`≥${thinSpace}${bracketed(roundedDown(cell.value, scale), undefined, scale)}${mark}`);
				const { value, spread } = parted(write(cell.value, cell.ci, scale));
				return { value: `${value}${mark}`, spread };
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
