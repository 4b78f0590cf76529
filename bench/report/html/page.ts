// Runs in the report's page only: draws every chart, and again when the ground or the room changes.
import type { ChartConfiguration, Chart as ChartType } from 'chart.js';
import type { ChartData } from '../../model/series.ts';
import { chartConfig, chartSize } from '../charts.ts';
import type { Palette, Scheme } from '../palette.ts';

// The page has chart.js as a global of an earlier script.
declare const Chart: typeof ChartType;

const { charts, palette } = JSON.parse(document.getElementById('chart-data')?.textContent ?? '{}') as {
	charts: ChartData[];
	palette: Palette;
};
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
			canvas.parentElement.style.height = `${height}px`;
			canvas.parentElement.style.minWidth = `${minWidth}px`;
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

const redraw = () => drawAll(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', redraw);
phone.addEventListener('change', redraw);
// Paper is white whatever the screen prefers.
addEventListener('beforeprint', () => drawAll('light'));
addEventListener('afterprint', redraw);
redraw();
