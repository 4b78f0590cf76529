import { html } from 'htm/preact';
import type { ReportTable } from '../../model/report.ts';
import { Table } from './table.ts';

/** Tables in words that a scenario has beside its figures. */
export function ExtraTables({ tables }: { tables: readonly ReportTable[] }) {
	return tables.map(
		({ title, note, head, rows }) => html`
			<h3>${title}</h3>
			<p class="note">${note}</p>
			<div class="words"><${Table} label=${title} table=${{ head, rows }} names=${head.length} /></div>
		`,
	);
}
