import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { Page, type ProtocolEvent, skipWithoutChromium } from '../support/chromium.ts';
import { canvases, complaints } from '../support/page-look.ts';
import { chartsOf, wholeRun, wholeScenarios } from '../support/whole-run.ts';

/** Those of the profile that the run has. */

/** Every address that the page asked for. */
function requests(events: readonly ProtocolEvent[]): string[] {
	return events
		.filter(({ method }) => method === 'Network.requestWillBeSent')
		.map(({ params }) => (params.request as { url: string }).url);
}

/** How many colours a picture has, counted up to a few. */
async function colours(png: Buffer): Promise<{ count: number; first: number }> {
	const image = await loadImage(png);
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	const seen = new Set<number>();
	for (let i = 0; i < data.length && seen.size < 10; i += 4) {
		seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
	}
	return { count: seen.size, first: data[0] ?? 0 };
}

const looks = [
	{ name: 'light', scheme: 'light', width: 1200, height: 900 },
	{ name: 'dark', scheme: 'dark', width: 1200, height: 900 },
	{ name: 'phone', scheme: 'light', width: 360, height: 780 },
] as const;

test('the report opens from disk, draws every chart, and asks nobody for anything', {
	skip: skipWithoutChromium,
}, async () => {
	const { folder } = await wholeRun();
	const url = pathToFileURL(join(realpathSync(folder), 'report.html')).href;
	await using page = await Page.open();
	const brightness: Partial<Record<string, number>> = {};
	for (const { name, scheme, width, height } of looks) {
		await page.ask('Emulation.setDeviceMetricsOverride', {
			width,
			height,
			deviceScaleFactor: 1,
			mobile: name === 'phone',
		});
		await page.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
		await page.visit(url);
		assert.deepEqual(complaints(page.events), [], name);
		assert.deepEqual(
			requests(page.events).filter((each) => each !== url && !each.startsWith('data:')),
			[],
			name,
		);
		const found = (await page.evaluate(canvases)) as { all: string[]; blank: string[] };
		assert.equal(
			found.all.length,
			wholeScenarios.reduce((sum, scenario) => sum + chartsOf(scenario), 0),
			name,
		);
		assert.deepEqual(found.blank, [], name);
		const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
		assert.equal(overflow, 0, `${name}: nothing stands out of the page`);
		const { count, first } = await colours(await page.screenshot());
		assert.ok(count >= 4, `${name}: the picture has ${count} colours`);
		brightness[name] = first;
	}
	assert.ok((brightness.light ?? 0) > 128 && (brightness.dark ?? 255) < 128, JSON.stringify(brightness));
});
