import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts, SvgExportFlag } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, registerables } from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import { fragment } from 'xmlbuilder2';
import type { ReportInput } from '../model/report.ts';
import type { ChartData } from '../model/series.ts';
import { placeAxis, valueAxis } from './axes.ts';
import { chartConfig } from './charts.ts';
import { chartPath } from './content.ts';
import { heatSize } from './heat.ts';
import { readingHint } from './legends.ts';
import { type Look, wrapped } from './look.ts';
import { sharedOutlines } from './outlines.ts';
import { paletteOf } from './palette.ts';
import { pngOf } from './png.ts';
import { writeWhole } from './whole-file.ts';

const plainSize = { width: 1200, height: 640 };
/** Pictures are drawn at twice their size, so that text stays sharp on dense screens and in print. */
const pixelRatio = 2;

/** Every chart as PNG, for places that show pictures, and as SVG, for places that scale or edit them. */
export async function writeImages(input: ReportInput, folder: string): Promise<string[]> {
	const charts = input.sections.flatMap((section) => section.charts);
	if (charts.length === 0) return [];
	await mkdir(join(folder, 'charts'), { recursive: true });
	const paths: string[] = [];
	for (const data of charts) {
		const look = imageLook(data, input);
		for (const [ending, draw] of [
			['svg', chartSvg],
			['png', chartPng],
		] as const) {
			const path = join(folder, chartPath(data, ending));
			await writeWhole(path, draw(data, look));
			paths.push(path);
		}
	}
	return paths;
}

/** How a chart looks as a picture of this run. */
export function imageLook(data: ChartData, input: ReportInput): Look {
	const { run } = input;
	// What the colours of a heat map mean stands in the picture itself.
	const hint = data.kind === 'heat' ? '' : readingHint(data);
	const sentence = [data.sentence, hint].filter(Boolean).join(' ');
	return {
		scheme: 'light',
		palette: paletteOf(run.targets),
		font: chartFont(),
		narrow: false,
		caption: {
			subtitle: data.kind === 'heat' ? balanced(sentence) : balanced(sentence).slice(0, 4),
			footer: `run ${run.id} · seed ${run.seed}`,
		},
	};
}

/** Width and height of a chart as a picture, in CSS pixels: a heat map takes what its grid needs. */
export function imageSize(data: ChartData, look: Look): { readonly width: number; readonly height: number } {
	if (data.kind !== 'heat') return plainSize;
	const { height, minWidth } = heatSize(data, look);
	// Title, explanation and the line at the foot, each with its room.
	const words = 60 + 20 * (look.caption?.subtitle.length ?? 0) + 54;
	return { width: Math.max(plainSize.width, minWidth + 40), height: height + words };
}

/** Lines of about the same length, none longer than the picture is wide. */
function balanced(text: string): string[] {
	const lines = Math.ceil(text.length / 140);
	return wrapped(text, Math.ceil(text.length / lines) + 8);
}

/**
 * The family that text is drawn with. The font package comes first, so that pictures look the same on every machine;
 * without it any installed font serves. Without either, canvas would draw charts without a word: better none at all.
 */
function chartFont(): string {
	const family = 'Chart Sans';
	if (GlobalFonts.has(family)) return `"${family}"`;
	try {
		for (const weight of ['400', '700']) {
			const file = import.meta.resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`);
			GlobalFonts.registerFromPath(fileURLToPath(file), family);
		}
		if (GlobalFonts.has(family)) return `"${family}"`;
	} catch {
		// The package is optional.
	}
	const installed = GlobalFonts.families.map((each) => each.family);
	const liked = ['DejaVu Sans', 'Liberation Sans', 'Noto Sans', 'Arial', 'Helvetica', 'Segoe UI'];
	const found = liked.find((name) => installed.includes(name)) ?? installed[0];
	if (found === undefined)
		throw new Error('no font to draw text with: install one, for example the system package fonts-dejavu-core');
	return `"${found}"`;
}

/** Draws a chart with chart.js onto a canvas of ours. */
function draw(data: ChartData, look: Look, canvas: object, ratio: number): void {
	Chart.register(...registerables, MatrixController, MatrixElement);
	const config = chartConfig(data, look);
	const options = { ...config.options, devicePixelRatio: ratio };
	// Without animation chart.js draws within its constructor.
	const chart = new Chart(canvas as HTMLCanvasElement, { ...config, options } as ChartConfiguration);
	// It also keeps every chart until it is told to forget it; destroying would wipe the canvas.
	delete Chart.instances[chart.id];
}

/** What stands along the edges of a chart. */
function axesText(data: ChartData): string {
	if (data.kind === 'heat') return `Rows: ${data.rows.title}. Columns: ${data.columns.title || 'target'}.`;
	return `Horizontal: ${placeAxis(data).title}. Vertical: ${valueAxis(data).title}.`;
}

export function chartPng(data: ChartData, look: Look): Buffer {
	const { width, height } = imageSize(data, look);
	const canvas = createCanvas(width, height);
	draw(data, look, canvas, pixelRatio);
	return pngOf(canvas);
}

/**
 * Text becomes outlines, so that the picture needs no font where it is shown, each letter once. Title and description stay text,
 * for search and for readers who cannot see the picture.
 */
export function chartSvg(data: ChartData, look: Look): string {
	const { width, height } = imageSize(data, look);
	const canvas = createCanvas(width, height, SvgExportFlag.ConvertTextToPaths);
	draw(data, look, canvas, 1);
	const words = fragment()
		.ele('title')
		.txt(data.title)
		.up()
		.ele('desc')
		.txt(`${data.sentence} ${axesText(data)}`)
		.up()
		.toString();
	const attributes = `role="img" viewBox="0 0 ${width} ${height}"`;
	const drawing = canvas.getContent().toString('utf8');
	return (
		sharedOutlines(renumbered(drawing))
			.replace(/<svg\b([^>]*)>/, (_tag, rest) => `<svg${rest} ${attributes}>${words}`)
			// What is left of lines comes with eight digits; hundredths of a pixel look the same.
			.replace(/ d="[^"]*"/g, (path) =>
				path.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
			)
	);
}

/** The canvas counts its clipping paths over the whole process; counted anew, the same chart is the same file every time. */
function renumbered(drawing: string): string {
	const numbers = new Map<string, number>();
	return drawing.replace(/\bcl_[0-9a-f]+\b/g, (name) => {
		const number = numbers.get(name) ?? numbers.size;
		numbers.set(name, number);
		return `cl_${number}`;
	});
}
