import { html } from 'htm/preact';
import type { ReportInput } from '../../model/report.ts';
import { gateText, gateTitle } from '../gate-table.ts';
import { Folded, Table } from './table.ts';

/** Every limit that was set for the run, with what was measured and whether it holds; nothing where there is none. */
export function GatesSection({ input }: { input: ReportInput }) {
	const text = gateText(input);
	if (!text) return null;
	const { sentence, table } = text;
	return html`
		<section aria-labelledby="gates">
			<h2 id="gates">${gateTitle}</h2>
			<p class="note">${sentence}</p>
			<${Folded} rows=${table.rows.length} what="Limits at every place">
				<${Table} label="Limits and what became of them" table=${table} names=${table.head.length} />
			<//>
		</section>
	`;
}
