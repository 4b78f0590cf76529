import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { create } from 'xmlbuilder2';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import type { ChartData } from '../model/series.ts';
import { valueAxis } from './axes.ts';
import { chartPath } from './content.ts';
import { seriesCharts as charts, fixture } from './fixture.ts';
import { chartPng, chartSvg, imageLook, imageSize } from './images.ts';

import { cellInk } from './palette.ts';

/** One chart of each kind: drawing takes most of the time of these tests. */
const kinds = [...new Map(charts.map((data) => [data.kind, data])).values()];

/** How many different colours a picture has, among every 16th pixel. */
async function colours(png: Buffer, size = [2400, 1280]): Promise<Map<string, number>> {
	const image = await loadImage(png);
	assert.deepEqual([image.width, image.height], size);
	const context = createCanvas(600, 320).getContext('2d');
	context.drawImage(image, 0, 0, 600, 320);
	const { data } = context.getImageData(0, 0, 600, 320);
	const seen = new Map<string, number>();
	for (let at = 0; at < data.length; at += 4) {
		const colour = `${data[at]},${data[at + 1]},${data[at + 2]},${data[at + 3]}`;
		seen.set(colour, (seen.get(colour) ?? 0) + 1);
	}
	return seen;
}

/** What is drawn of an SVG: paths, and what stands elsewhere in it. */
function pieces(svg: string): number {
	return svg.replace(/<defs>.*?<\/defs>/, '').split(/<path|<use|<g fill/).length;
}

for (const data of kinds) {
	test(`${data.kind}: the PNG shows something on white`, async () => {
		const seen = await colours(chartPng(data, imageLook(data, fixture)));
		assert.ok(seen.size > 200, `${seen.size} colours`);
		assert.ok((seen.get('255,255,255,255') ?? 0) > 600 * 320 * 0.5);
	});

	test(`${data.kind}: the SVG is well formed and says what it shows`, () => {
		const svg = chartSvg(data, imageLook(data, fixture));
		const text = (name: string) => {
			const found = create(svg)
				.root()
				.find((child) => child.node.nodeName === name);
			return found?.node.textContent ?? '';
		};
		assert.equal(text('title'), data.title);
		assert.ok(text('desc').includes(data.sentence));
		assert.ok(text('desc').includes(`Vertical: ${valueAxis(data).title}.`));
		assert.equal(chartSvg(data, imageLook(data, fixture)), svg, 'the same every time');
		assert.ok(pieces(svg) > 50);
		assert.doesNotMatch(svg, /NaN|<text/);
		assert.ok(svg.length < 100_000, `${svg.length}`);
	});
}

for (const shape of [
	{ rows: 27, columns: 2, targets: 4 },
	{ rows: 10, columns: 6, targets: 4 },
]) {
	const input = gridReport(shape);
	const [data] = heatCharts(input);
	assert.ok(data);
	const look = imageLook(data, input);
	const { width, height } = imageSize(data, look);

	test(`a heat map of ${shape.rows} rows shows both ends of its colours, in a picture as large as it needs`, async () => {
		assert.ok(height > shape.rows * 29 && width >= Math.max(1200, shape.columns * shape.targets * 60));
		const seen = await colours(chartPng(data, look), [width * 2, height * 2]);
		for (const end of [0, 1]) {
			const { ground } = cellInk(end, 'lower', 'light');
			const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(ground.slice(at, at + 2), 16));
			assert.ok((seen.get(`${r},${g},${b},255`) ?? 0) > 1000, ground);
		}
	});

	test(`a heat map of ${shape.rows} rows as SVG is well formed, says what it shows and has every cell`, () => {
		const svg = chartSvg(data, look);
		assert.match(svg, /<desc>[^<]+Rows: platform\. Columns: heartbeat\.<\/desc>/);
		assert.equal(create(svg).root().node.nodeName, 'svg');
		assert.ok(pieces(svg) > data.cells.length * 2, 'a ground and a text for each');
		assert.doesNotMatch(svg, /NaN|<text/);
		assert.ok(svg.length < 150_000, `${svg.length}`);
		assert.ok(chartPng(data, look).length < 1_000_000);
	});
}

test('a chart without points is drawn all the same', () => {
	const empty = { ...(kinds[0] as ChartData), lines: [] };
	assert.ok(chartPng(empty, imageLook(empty, fixture)).length > 1000);
});

test('a picture never leaves its folder', () => {
	assert.equal(chartPath({ ...(kinds[0] as ChartData), id: '../../etc/x y' }, 'png'), 'charts/.._.._etc_x_y.png');
});
