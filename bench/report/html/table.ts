import { html } from 'htm/preact';
import { counted } from '../../model/quantity.ts';
import { type Fact, foldedRows } from '../content.ts';
import type { Palette } from '../palette.ts';
import type { SummaryText, TextTable } from '../tables.ts';

/** A box that scrolls sideways on its own, reachable by keyboard, so that the page never does. */
export function ScrollBox({ label, children }: { label: string; children?: unknown }) {
	return html`<div class="scroll" role="region" aria-label=${label} tabindex="0">${children}</div>`;
}

interface FoldedProps {
	readonly rows: number;
	readonly what: string;
	/** However short it is. */
	readonly always?: boolean;
	readonly children?: unknown;
}

/** A long table, closed until it is asked for; what is searched for in the page opens it. */
export function Folded({ rows, what, always = false, children }: FoldedProps) {
	if (!always && rows <= foldedRows) return children;
	return html`<details class="long"><summary>${what}: ${counted(rows, 'row')}</summary>${children}</details>`;
}

/** A table of text. @param names how many columns are names; the others hold figures */
export function Table({ label, table, names = 1 }: { label: string; table: TextTable; names?: number }) {
	const starts = startsOf(table);
	const kind = (nth: number) => `${nth < names ? 'name' : 'figure'}${starts.includes(nth) ? ' first' : ''}`;
	return html`
		<${ScrollBox} label=${label}>
			<table>
				<thead>
					<${Head} table=${table} kind=${kind} />
				</thead>
				<tbody>
					${table.rows.map(
						(row) => html`
							<tr>
								${row.map((text, nth) =>
									nth === 0
										? html`<th scope="row" class=${kind(nth)}>${text}</th>`
										: html`<td class=${kind(nth) + (isWord(text) ? ' word' : '')}>${text}</td>`,
								)}
							</tr>
						`,
					)}
				</tbody>
			</table>
		<//>
	`;
}

/** A name such as `cloud-run-sse`; an address is too long to be kept whole. */
function isWord(text: string): boolean {
	return text.length <= 32 && /^\w+(-\w+)+$/.test(text);
}

/** Where groups of columns begin, after the first column. */
function startsOf({ grouped }: TextTable): number[] {
	const spans = grouped?.groups.map(({ span }) => span) ?? [];
	return spans.map((_, nth) => spans.slice(0, nth).reduce((sum, span) => sum + span, 1));
}

function Head({ table: { head, grouped }, kind }: { table: TextTable; kind: (nth: number) => string }) {
	const cell = (text: string, nth: number, rows = 1) =>
		html`<th scope="col" rowspan=${rows === 1 ? null : rows} class=${kind(nth)}>${text}</th>`;
	if (!grouped) return html`<tr>${head.map((text, nth) => cell(text, nth))}</tr>`;
	const [first = '', ...rest] = grouped.head;
	return html`
		<tr>
			${cell(first, 0, 2)}
			${grouped.groups.map(({ text, span }) => html`<th scope="colgroup" colspan=${span} class="group">${text}</th>`)}
		</tr>
		<tr>${rest.map((text, nth) => cell(text, nth + 1))}</tr>
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
