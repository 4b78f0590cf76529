import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { clean } from '../bench/report/clean.ts';
import { htmlReport } from '../bench/report/html.ts';
import { Page, skipWithoutChromium } from './support/chromium.ts';
import { temporaryFolder } from './support/folders.ts';
import { gridReport, heatCharts } from './support/grid-report.ts';
import { canvases, complaints } from './support/page-look.ts';

const looks = [
	{ name: 'light', scheme: 'light', width: 1440 },
	{ name: 'dark', scheme: 'dark', width: 1440 },
	{ name: 'phone', scheme: 'light', width: 390 },
] as const;

/** In the page: the colour in the middle of the first cell of a canvas, and how the box around it scrolls. */
const boxes = `[...document.querySelectorAll('figure')].map((figure) => {
	const box = figure.querySelector('.scroll');
	return { width: box.clientWidth, content: box.scrollWidth, height: figure.querySelector('canvas').clientHeight };
})`;

for (const shape of [
	{ rows: 27, columns: 2, targets: 4 },
	{ rows: 10, columns: 6, targets: 4 },
]) {
	test(`${shape.rows} rows and ${shape.columns * shape.targets} columns are drawn on every screen, and only their box scrolls`, {
		skip: skipWithoutChromium,
	}, async () => {
		const input = clean(gridReport(shape));
		const file = join(temporaryFolder('grid'), 'report.html');
		writeFileSync(file, await htmlReport(input));
		await using page = await Page.open();
		for (const { name, scheme, width } of looks) {
			const mobile = name === 'phone';
			await page.ask('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile });
			await page.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
			await page.visit(pathToFileURL(file).href);
			assert.deepEqual(complaints(page.events), [], name);
			const found = (await page.evaluate(canvases)) as { all: string[]; blank: string[] };
			assert.deepEqual(found, { all: heatCharts(input).map(({ id }) => `canvas-${id}`), blank: [] }, name);
			const overflow = await page.evaluate(
				'document.documentElement.scrollWidth - document.documentElement.clientWidth',
			);
			assert.equal(overflow, 0, `${name}: nothing stands out of the page`);
			const [first] = (await page.evaluate(boxes)) as { width: number; content: number; height: number }[];
			assert.ok(first && first.height > shape.rows * 24, `${name}: ${first?.height} px for ${shape.rows} rows`);
			assert.equal(first.content > first.width, mobile || shape.columns > 2, `${name}: the box scrolls where it must`);
		}
	});
}

test('where a grid is scrolled the names of its rows stay in sight', { skip: skipWithoutChromium }, async () => {
	const file = join(temporaryFolder('grid'), 'report.html');
	writeFileSync(file, await htmlReport(clean(gridReport({ rows: 10, columns: 6, targets: 4 }))));
	await using page = await Page.open();
	await page.ask('Emulation.setDeviceMetricsOverride', {
		width: 1440,
		height: 900,
		deviceScaleFactor: 1,
		mobile: false,
	});
	await page.visit(pathToFileURL(file).href);
	// How many dark pixels, those of letters, are in the strip at the left edge of what is seen; on a ground their edges count less.
	const dark = `(async () => {
		const box = document.querySelector('figure .scroll');
		const canvas = box.querySelector('canvas');
		const ask = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		const count = () => {
			const { data } = canvas.getContext('2d').getImageData(box.scrollLeft + 40, 60, 180, canvas.height - 130);
			let n = 0;
			for (let at = 0; at < data.length; at += 4)
				if (data[at] < 90 && data[at + 1] < 90 && data[at + 2] < 90 && data[at + 3] > 128) n++;
			return n;
		};
		const before = count();
		box.scrollLeft = 400;
		await ask();
		await ask();
		return { before, scrolled: box.scrollLeft, after: count() };
	})()`;
	const { before, scrolled, after } = (await page.evaluate(dark)) as Record<string, number>;
	assert.equal(scrolled, 400);
	assert.ok(before && after && before > 500 && after > before * 0.6, `${before} and ${after} dark pixels`);
});
