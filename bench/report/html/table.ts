import { html } from 'htm/preact';
import type { Fact } from '../content.ts';
import type { Palette } from '../palette.ts';
import type { SummaryText, TextTable } from '../tables.ts';

/** A box that scrolls sideways on its own, reachable by keyboard, so that the page never does. */
function ScrollBox({ label, children }: { label: string; children?: unknown }) {
	return html`<div class="scroll" role="region" aria-label=${label} tabindex="0">${children}</div>`;
}

/** A table of text. @param names how many columns are names; the others hold figures */
export function Table({ label, table, names = 1 }: { label: string; table: TextTable; names?: number }) {
	const kind = (nth: number) => (nth < names ? 'name' : 'figure');
	return html`
		<${ScrollBox} label=${label}>
			<table>
				<thead>
					<tr>${table.head.map((text, nth) => html`<th scope="col" class=${kind(nth)}>${text}</th>`)}</tr>
				</thead>
				<tbody>
					${table.rows.map(
						(row) => html`
							<tr>
								${row.map((text, nth) =>
									nth === 0
										? html`<th scope="row" class=${kind(nth)}>${text}</th>`
										: html`<td class=${kind(nth)}>${text}</td>`,
								)}
							</tr>
						`,
					)}
				</tbody>
			</table>
		<//>
	`;
}

/** Targets down, measures across; each target beside the colour it has in the charts. */
export function FiguresTable({ label, text, palette }: { label: string; text: SummaryText; palette: Palette }) {
	return html`
		<${ScrollBox} label=${label}>
			<table class="figures">
				<thead>
					<tr>
						${text.byCase ? html`<th scope="col" class="name">case</th>` : null}
						<th scope="col" class="name">target</th>
						<th scope="col" class="figure">trials</th>
						${text.columns.map(
							(column) => html`
								<th scope="col" class="figure" title=${column.meaning}>
									${column.title}${column.unit === '' ? null : html`<span class="unit"> (${column.unit})</span>`}
								</th>
							`,
						)}
					</tr>
				</thead>
				<tbody>
					${text.rows.map(
						(row, nth) => html`
							<tr class=${text.byCase && row.case !== text.rows[nth - 1]?.case ? 'first-of-case' : null}>
								${text.byCase ? html`<td class="name">${row.case}</td>` : null}
								<th scope="row" class="name"><${Swatch} target=${row.target} palette=${palette} />${row.target}</th>
								<td class="figure">${row.trials}</td>
								${row.cells.map(
									(cell) => html`
										<td class="figure">
											${cell.value}${cell.spread === '' ? null : html` <span class="spread">${cell.spread}</span>`}
										</td>
									`,
								)}
							</tr>
						`,
					)}
				</tbody>
			</table>
		<//>
	`;
}

/** The colour of a target in the charts. */
function Swatch({ target, palette }: { target: string; palette: Palette }) {
	const nth = Object.keys(palette).indexOf(target);
	return nth < 0 ? null : html`<span class=${`swatch t${nth}`} aria-hidden="true"></span>`;
}

/** Two columns: what, and its value. */
export function FactTable({ facts }: { facts: readonly Fact[] }) {
	return html`
		<table class="facts">
			<tbody>
				${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
			</tbody>
		</table>
	`;
}
