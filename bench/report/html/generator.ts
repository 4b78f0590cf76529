import { html } from 'htm/preact';
import type { RunRecord } from '../../model/run.ts';
import { resolutionOf, resolutionTitle } from '../calibration.ts';
import { Table } from './table.ts';

/** What the generator of this machine can resolve: a figure finer than that is noise. */
export function GeneratorSection({ run }: { run: RunRecord }) {
	const { sentences, proof, tables } = resolutionOf(run);
	return html`
		<section aria-labelledby="generator">
			<h2 id="generator">${resolutionTitle}</h2>
			${[...sentences, ...proof].map((sentence) => html`<p>${sentence}</p>`)}
			${tables.map(
				({ title, table }) => html`
					<details>
						<summary>${title}</summary>
						<${Table} label=${title} table=${table} />
					</details>
				`,
			)}
		</section>
	`;
}
