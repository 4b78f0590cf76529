import { atLeast, interval } from '../model/quantity.ts';
import type { ReportInput, SummaryCell, SummaryRow } from '../model/report.ts';
import { cellsOf, cut } from './columns.ts';
import { measureInfo } from './content.ts';

/** So many measures say what a scenario measured; the report has the others. */
const mostMeasures = 3;

/**
 * What a run measured that put no claim to a rule: of its first scenario with figures the measures that matter most, each with as many targets as a
 * line has room for. Empty where nothing was measured.
 */
export function mainFigureLines({ sections }: ReportInput, width: number): string[] {
	for (const { id, table } of sections) {
		const { measures, main = [], rows } = table;
		const first = rows[0]?.caseId;
		const own = rows.filter(({ caseId }) => caseId === first);
		const isThere = (nth: number) => own.some(({ cells }) => cells[nth] !== undefined);
		const columns = measures.map((measure, nth) => ({ measure, nth })).filter(({ nth }) => isThere(nth));
		const [liked, others] = [true, false].map((is) => columns.filter(({ measure }) => main.includes(measure) === is));
		const shown = [...(liked ?? []), ...(others ?? [])].slice(0, mostMeasures);
		const place = first === undefined ? id : `${id}, ${first}`;
		if (shown.length > 0)
			return shown.map(({ measure, nth }) => figureLine(`${place}, ${measureInfo(measure).title}:`, own, nth, width));
	}
	return [];
}

/** The figures and their intervals are never cut: a target that does not fit is counted. */
function figureLine(title: string, rows: readonly SummaryRow[], nth: number, width: number): string {
	const said = rows.flatMap(({ target, cells }) => {
		const cell = cells[nth];
		return cell ? [{ target, figure: figureOf(cell) }] : [];
	});
	for (let shown = said.length; shown > 0; shown--) {
		const more = said.length - shown;
		const list = said.slice(0, shown).map(({ target, figure }) => `${target} ${figure}`);
		const line = [title, [...list, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')].join(' ');
		if (cellsOf(line) <= width) return line;
	}
	const [{ target, figure } = { target: '', figure: '' }, ...others] = said;
	const tail = `${figure}${others.length > 0 ? `, and ${others.length} more` : ''}`;
	const name = cut(target, Math.max(1, (width - cellsOf(tail)) / 2));
	return `${cut(title, width - cellsOf(name) - cellsOf(tail) - 2)} ${name} ${tail}`;
}

function figureOf({ value, ci, unit, atLeast: isBound }: SummaryCell): string {
	return isBound ? atLeast(value, unit) : interval(value, ci, unit);
}
