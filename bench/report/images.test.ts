import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { create } from 'xmlbuilder2';
import type { ChartData } from '../model/series.ts';
import { valueAxis } from './axes.ts';
import { chartPath } from './content.ts';
import { fixture } from './fixture.ts';
import { chartPng, chartSvg, imageLook } from './images.ts';

const charts = fixture.sections.flatMap((section) => section.charts);
/** One chart of each kind: drawing takes most of the time of these tests. */
const kinds = [...new Map(charts.map((data) => [data.kind, data])).values()];

/** How many different colours a picture has, among every 16th pixel. */
async function colours(png: Buffer): Promise<Map<string, number>> {
	const image = await loadImage(png);
	assert.deepEqual([image.width, image.height], [2400, 1280]);
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
		assert.ok(svg.split('<path').length > 50);
		assert.doesNotMatch(svg, /NaN|<text/);
	});
}

test('a chart without points is drawn all the same', () => {
	const empty = { ...(kinds[0] as ChartData), lines: [] };
	assert.ok(chartPng(empty, imageLook(empty, fixture)).length > 1000);
});

test('a picture never leaves its folder', () => {
	assert.equal(chartPath({ ...(kinds[0] as ChartData), id: '../../etc/x y' }, 'png'), 'charts/.._.._etc_x_y.png');
});
