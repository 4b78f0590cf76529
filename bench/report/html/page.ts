// Runs in the report's page only: draws every chart, and again when the ground or the room changes; writes the tables
// and files of their data when they are asked for.
import type { ChartConfiguration, Chart as ChartType } from 'chart.js';
import type { ChartData } from '../../model/series.ts';
import { chartCsv, csvName } from '../chart-csv.ts';
import { chartTable } from '../chart-table.ts';
import { chartConfig, chartSize } from '../charts.ts';
import type { Palette, Scheme } from '../palette.ts';
import { type PackedCharts, unpackCharts } from './packed.ts';

// The page has chart.js as a global of an earlier script.
declare const Chart: typeof ChartType;

const { packed, palette } = JSON.parse(document.getElementById('chart-data')?.textContent ?? '{}') as {
	packed: PackedCharts;
	palette: Palette;
};
const charts = unpackCharts(packed);
const dark = matchMedia('(prefers-color-scheme: dark)');
const phone = matchMedia('(max-width: 640px)');
const drawn = new Map<string, { destroy(): void }>();

function drawAll(scheme: Scheme): void {
	const font = getComputedStyle(document.body).fontFamily;
	for (const data of charts) {
		const canvas = document.getElementById(`canvas-${data.id}`);
		if (!(canvas instanceof HTMLCanvasElement)) continue;
		drawn.get(data.id)?.destroy();
		const look = { scheme, palette, font, narrow: phone.matches };
		if (canvas.parentElement !== null) {
			const { height, minWidth = 0 } = chartSize(data, look);
			canvas.parentElement.style.setProperty('--chart-height', `${height}px`);
			canvas.parentElement.style.setProperty('--chart-width', `${minWidth}px`);
			// A grid that is wider than the text may have the whole window.
			const room = canvas.closest('figure')?.clientWidth ?? 0;
			if (data.kind === 'heat') canvas.parentElement.parentElement?.classList.toggle('wide', minWidth > room);
		}
		const chart = new Chart(canvas, chartConfig(data, look) as ChartConfiguration);
		drawn.set(data.id, chart);
		// A grid that is wider than its box keeps the names of its rows in sight.
		const box = canvas.parentElement?.parentElement;
		if (data.kind === 'heat' && box) box.onscroll = () => requestAnimationFrame(() => chart.draw());
	}
}

/** An element with its content, which is text: what comes from servers is never read as markup. */
function element(
	name: string,
	attributes: Readonly<Record<string, string>>,
	...content: (Node | string)[]
): HTMLElement {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
	made.append(...content);
	return made;
}

/** The same table as the tables of the page, written when it is asked for: most readers look at the picture alone. */
function tableOf(data: ChartData): HTMLElement {
	const { head, rows, grouped } = chartTable(data);
	const column = (text: string, nth: number) => element('th', { scope: 'col', ...(nth === 0 && { class: 'n' }) }, text);
	const groups = (grouped?.groups ?? []).map(({ text, span }) =>
		element('th', { scope: 'colgroup', colspan: String(span), class: 'group' }, text),
	);
	const heads = (grouped?.head ?? head).map(column);
	if (grouped) heads[0]?.setAttribute('rowspan', '2');
	const first = grouped ? [element('tr', {}, ...heads.slice(0, 1), ...groups)] : [];
	const last = element('tr', {}, ...heads.slice(first.length));
	const body = rows.map(([name = '', ...cells]) =>
		element('tr', {}, element('th', { scope: 'row' }, name), ...cells.map((cell) => element('td', {}, cell))),
	);
	const table = element('table', {}, element('thead', {}, ...first, last), element('tbody', {}, ...body));
	const label = { 'aria-label': `Table: ${data.title}` };
	return element('div', { class: 'scroll', role: 'group', tabindex: '0', ...label }, table);
}

/** Gives the reader a file without asking anybody for it. */
function download(data: ChartData): void {
	const url = URL.createObjectURL(new Blob([chartCsv(data)], { type: 'text/csv' }));
	const link = element('a', { href: url, download: csvName(data) });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function offerData(): void {
	const byId = new Map(charts.map((data) => [data.id, data]));
	for (const box of document.querySelectorAll<HTMLElement>('.data')) {
		const details = box.querySelector('details');
		const data = byId.get(details?.dataset.table ?? '');
		if (!details || !data) continue;
		details.addEventListener('toggle', () => {
			if (details.open && !details.querySelector('table')) details.append(tableOf(data));
		});
		box.querySelector('button')?.addEventListener('click', () => download(data));
		box.hidden = false;
	}
}

const redraw = () => drawAll(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', redraw);
phone.addEventListener('change', redraw);
// Paper is white whatever the screen prefers.
addEventListener('beforeprint', () => drawAll('light'));
addEventListener('afterprint', redraw);
redraw();
offerData();
