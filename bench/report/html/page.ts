// Runs in the report's page only: draws every chart, and again when the ground or the room changes.
import type { ChartConfiguration, Chart as ChartType } from 'chart.js';
import type { ChartData } from '../../model/series.ts';
import { chartConfig, chartHeight } from '../charts.ts';
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
		if (canvas.parentElement !== null) canvas.parentElement.style.height = `${chartHeight(data, look.narrow)}px`;
		drawn.set(data.id, new Chart(canvas, chartConfig(data, look) as ChartConfiguration));
	}
}

const redraw = () => drawAll(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', redraw);
phone.addEventListener('change', redraw);
// Paper is white whatever the screen prefers.
addEventListener('beforeprint', () => drawAll('light'));
addEventListener('afterprint', redraw);
redraw();
