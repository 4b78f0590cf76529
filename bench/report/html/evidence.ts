import type { Evidence, Finding } from '../../model/finding.ts';
import { measureInfo } from '../content.ts';
import { evidenceFigure, evidenceRows } from '../evidence.ts';
import type { TextTable } from '../tables.ts';

/** The figures behind a verdict as a table, and how many of its columns are names. */
export interface EvidenceTable {
	readonly table: TextTable;
	readonly names: number;
}

/** Fewer lines read well one below the other. */
const fewLines = 4;

/** One line a figure; where they are many, a row for each place with its measures side by side. */
export function evidenceTable(finding: Finding): EvidenceTable {
	const { evidence } = finding;
	const places = new Map(Map.groupBy(evidence, ({ case: inCase = '', target }) => JSON.stringify([inCase, target])));
	const measures = [...new Set(evidence.map(({ measure }) => measure))];
	const isGrid = [...places.values()].every(
		(lines) => new Set(lines.map(({ measure }) => measure)).size === lines.length,
	);
	if (evidence.length <= fewLines || !isGrid) {
		return { table: { head: ['target', 'measure', 'value'], rows: evidenceRows(finding) }, names: 2 };
	}
	const byCase = evidence.some((line) => line.case !== undefined);
	const rows = [...places.values()].map((lines) => [
		...nameOf(lines, byCase),
		...measures.map((measure) => written(lines.find((line) => line.measure === measure))),
	]);
	const titles = measures.map((measure) => measureInfo(measure).title);
	return { table: { head: [...(byCase ? ['case'] : []), 'target', ...titles], rows }, names: byCase ? 2 : 1 };
}

function nameOf([first]: readonly Evidence[], byCase: boolean): string[] {
	return [...(byCase ? [first?.case ?? ''] : []), first?.target ?? ''];
}

function written(line: Evidence | undefined): string {
	return line === undefined ? '—' : evidenceFigure(line);
}
