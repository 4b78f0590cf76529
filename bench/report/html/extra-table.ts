import { html } from 'htm/preact';
import type { ReportTable } from '../../model/report.ts';
import { groupedTable } from '../tables.ts';
import { Folded, Table } from './table.ts';

/** A cell with more is a sentence, or near to one. */
const longChars = 40;

/** With so many columns a table of short entries is wider than the text. */
const wideColumns = 8;

/** Where most columns hold short entries, only the last one needs room for its words. */
function classOf({ head, rows }: ReportTable): string {
	const long = head.filter((_, n) => rows.some((row) => (row[n]?.length ?? 0) > longChars));
	const kind = long.length * 2 >= head.length ? 'words' : 'entries';
	return head.length >= wideColumns ? `${kind} wide` : kind;
}

/** Tables in words that a scenario has beside its figures. */
export function ExtraTables({ tables }: { tables: readonly ReportTable[] }) {
	return tables.map(
		(given) => html`
			<h3>${given.title}</h3>
			<p class="note">${given.note}</p>
			<${Folded} rows=${given.rows.length} always=${given.folded} what=${given.title}>
				<div class=${given.groups ? 'grid groups' : classOf(given)}>
					<${Table} label=${given.title} table=${groupedTable(given)} names=${given.groups ? 1 : given.head.length} />
				</div>
			<//>
		`,
	);
}
