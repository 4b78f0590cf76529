import { html } from 'htm/preact';
import type { Palette } from '../palette.ts';
import type { SummaryText } from '../tables.ts';
import { figureLayout, turned } from './figure-blocks.ts';
import { ScrollBox, spansOf, Table } from './table.ts';

interface FiguresProps {
	readonly label: string;
	readonly text: SummaryText;
	readonly palette: Palette;
}

/** The figures of a scenario: the first columns that fit a usual screen, and the others below, when they are asked for. */
export function FiguresTable({ label, text, palette }: FiguresProps) {
	const layout = figureLayout(text);
	if (layout.turned) return html`<${Table} label=${label} table=${turned(text)} />`;
	const [first = [], ...others] = layout.blocks;
	const block = (columns: readonly number[], name: string) =>
		html`<${Columns} label=${name} text=${text} palette=${palette} columns=${columns} roomy=${layout.roomy} />`;
	const titles = others.flat().map((nth) => text.columns[nth]?.title ?? '');
	return html`
		${block(first, label)}
		${
			others.length > 0 &&
			html`
				<details>
					<summary>${titles.length} more: ${titles.join(', ')}</summary>
					${others.map((columns, nth) => block(columns, `${label}, part ${nth + 2}`))}
				</details>
			`
		}
	`;
}

interface ColumnsProps extends FiguresProps {
	readonly columns: readonly number[];
	readonly roomy: boolean;
}

/** Targets down, measures across; each target beside the colour it has in the charts. */
function Columns({ label, text, palette, columns, roomy }: ColumnsProps) {
	const spans = spansOf(text.rows.map((row) => [row.case]));
	const table = html`
		<table class=${text.byCase ? 'figures by-case' : 'figures'}>
			<thead>
				<tr>
					${text.byCase ? html`<th scope="col" class="n">case</th>` : null}
					<th scope="col" class="n">target</th>
					<th scope="col">trials</th>
					${columns.map((nth) => {
						const { title = '', unit = '', meaning = '' } = text.columns[nth] ?? {};
						return html`<th scope="col" title=${meaning}>${title}${unit === '' ? null : html`<span class="unit"> (${unit})</span>`}</th>`;
					})}
				</tr>
			</thead>
			<tbody>
				${text.rows.map(
					(row, n) => html`
						<tr>
							${text.byCase && spans[n] !== 0 && html`<th scope="rowgroup" class="case" rowspan=${spans[n]}>${row.case}</th>`}
							<th scope="row"><${Swatch} target=${row.target} palette=${palette} />${row.target}</th>
							<td>${row.trials}</td>
							${columns.map((nth) => {
								const { value = '', spread = '' } = row.cells[nth] ?? {};
								return html`<td>${value}${spread === '' ? null : html`<small>${spread}</small>`}</td>`;
							})}
						</tr>
					`,
				)}
			</tbody>
		</table>
	`;
	const box = html`<${ScrollBox} label=${label}>${table}<//>`;
	return roomy ? html`<div class="roomy">${box}</div>` : box;
}

/** The colour of a target in the charts. */
function Swatch({ target, palette }: { target: string; palette: Palette }) {
	const nth = Object.keys(palette).indexOf(target);
	return nth < 0 ? null : html`<i class=${`t${nth}`}></i>`;
}
