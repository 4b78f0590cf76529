import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, loadImage, SvgExportFlag } from '@napi-rs/canvas';
import { fixture, seriesCharts } from './fixture.ts';
import { chartSvg, imageLook } from './images.ts';
import { sharedOutlines } from './outlines.ts';

/** Letters with holes, such that come again, marks, a dashed line, and text that is turned. */
function drawing(texts: readonly string[]): string {
	// Drawing a chart registers the font that its letters have.
	const [chart] = seriesCharts;
	assert.ok(chart);
	const { font } = imageLook(chart, fixture);
	const canvas = createCanvas(600, 40 * texts.length, SvgExportFlag.ConvertTextToPaths);
	const context = canvas.getContext('2d');
	context.fillStyle = 'white';
	context.fillRect(0, 0, 600, 40 * texts.length);
	context.font = `20px ${font}`;
	for (const [nth, text] of texts.entries()) {
		context.fillStyle = nth % 2 === 0 ? 'black' : '#0072B2';
		context.fillText(text, 20.37 * (nth + 1), 40 * nth + 30);
		context.beginPath();
		context.arc(560, 40 * nth + 20, 7, 0, 2 * Math.PI);
		context.stroke();
	}
	context.rotate(-Math.PI / 2);
	context.fillText(texts.at(-1) ?? '', -120, 15);
	return canvas.getContent().toString('utf8');
}

async function pixelsOf(svg: string): Promise<Uint8ClampedArray> {
	const image = await loadImage(Buffer.from(svg));
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	return context.getImageData(0, 0, image.width, image.height).data;
}

const texts = ['100 % 80 % % of 0 %', 'öäü i j ÷ 360 ≥ 8 B & @', '100 % 80 % % of 0 %', 'good gods log a door'];

test('each letter and each text that comes again stands once, and the picture is the same', async () => {
	const plain = drawing(texts);
	const shared = sharedOutlines(plain);
	assert.ok(shared.length < plain.length / 2, `${shared.length} of ${plain.length}`);
	assert.match(shared, /<g id="t\d+">/);
	const [before, after] = [await pixelsOf(plain), await pixelsOf(shared)];
	assert.equal(after.length, before.length);
	const differences = before.map((value, at) => Math.abs(value - (after[at] ?? 0)));
	// The edges of two letters that touch are drawn one over the other; a hole that is filled would be black for white.
	const most = differences.reduce((largest, each) => Math.max(largest, each), 0);
	assert.ok(most < 100, `${most}`);
	assert.ok(differences.filter((difference) => difference > 16).length < before.length / 500);
});

test('what is no path, or one of few points, or drawn by commands of another kind is left as it is', () => {
	const arcs = `<path fill="red" d="M0 0A5 5 0 0 1 10 10${'L1 1'.repeat(40)}Z"/>`;
	const svg = `<svg><rect width="3"/><path fill="red" d="M0 0L1 1Z"/>${arcs}</svg>`;
	assert.equal(sharedOutlines(svg), svg);
});

test('a chart is the same file each time, and its references lead somewhere', () => {
	for (const data of seriesCharts) {
		const svg = chartSvg(data, imageLook(data, fixture));
		const ids = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
		const lost = [...svg.matchAll(/xlink:href="#([^"]+)"/g)].filter(([, id]) => !ids.has(id));
		assert.deepEqual(lost, [], data.id);
	}
});
