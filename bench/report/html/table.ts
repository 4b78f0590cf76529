import { html } from 'htm/preact';
import { counted } from '../../model/quantity.ts';
import { type Fact, foldedRows } from '../content.ts';
import type { TextTable } from '../tables.ts';

// Tables are most of the page, so their cells carry as little as they can: names stand in `th` or have the class `n`, every
// other cell is a figure, and the style sheet knows the rest.

/** A box that scrolls sideways on its own, reachable by keyboard, so that the page never does. */
export function ScrollBox({ label, children }: { label: string; children?: unknown }) {
	return html`<div class="scroll" role="group" aria-label=${label} tabindex="0">${children}</div>`;
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

interface TableProps {
	readonly label: string;
	readonly table: TextTable;
	/** How many columns are names; the others hold figures. */
	readonly names?: number;
	/** Rows that follow each other with the same first name share it. */
	readonly merged?: boolean;
}

/** A table of text. */
export function Table({ label, table, names = 1, merged = false }: TableProps) {
	const starts = startsOf(table);
	const { head, rows } = table;
	const inWords = names >= head.length;
	const kind = (nth: number) => classes(nth > 0 && nth < names && !inWords && 'n', starts.includes(nth) && 'first');
	const spans = merged ? spansOf(rows) : rows.map(() => 1);
	return html`
		<${ScrollBox} label=${label}>
			<table class=${inWords ? 'in-words' : null}>
				<thead>
					<${Head} table=${table} kind=${(nth: number) => classes(nth < names && 'n', starts.includes(nth) && 'first')} />
				</thead>
				<tbody>
					${rows.map(
						(row, n) => html`
							<tr>
								${row.map((text, nth) =>
									nth === 0
										? spans[n] !== 0 && html`<th scope="row" rowspan=${spans[n] === 1 ? null : spans[n]}>${text}</th>`
										: html`<td class=${classes(kind(nth), isWord(text) && 'word')}>${text}</td>`,
								)}
							</tr>
						`,
					)}
				</tbody>
			</table>
		<//>
	`;
}

/** Null where there is none, so that nothing is written. */
function classes(...names: readonly (string | false | null)[]): string | null {
	return names.filter(Boolean).join(' ') || null;
}

/** How many rows the first cell of a row is for; 0 where it is the one above. */
export function spansOf(rows: readonly (readonly string[])[]): number[] {
	const begins = rows.map((row, n) => n === 0 || row[0] !== rows[n - 1]?.[0]);
	return begins.map((begin, n) => {
		if (!begin) return 0;
		const next = begins.indexOf(true, n + 1);
		return (next < 0 ? rows.length : next) - n;
	});
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

function Head({ table: { head, grouped }, kind }: { table: TextTable; kind: (nth: number) => string | null }) {
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
