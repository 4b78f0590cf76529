import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, ProtocolEvent } from './chromium.ts';
import { canvases, complaints } from './page-look.ts';

/** In the page: where each link leads, and which of those within the page lead nowhere. */
const links = `(() => {
	const hrefs = [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'));
	const within = hrefs.filter((href) => href.startsWith('#'));
	return {
		within: within.length,
		lost: within.filter((href) => document.getElementById(decodeURIComponent(href.slice(1))) === null),
		files: hrefs.filter((href) => !href.startsWith('#')),
	};
})()`;

const looks = [
	{ name: 'light', scheme: 'light', width: 1440 },
	{ name: 'dark', scheme: 'dark', width: 1440 },
	{ name: 'phone', scheme: 'light', width: 390 },
] as const;

function requested(events: readonly ProtocolEvent[]): string[] {
	return events
		.filter(({ method }) => method === 'Network.requestWillBeSent')
		.map(({ params }) => (params.request as { url: string }).url);
}

/**
 * Opens a published page and looks at all of it: on every screen it draws each chart, asks for nothing but itself, and says nothing
 * in the console; its links lead to what was published.
 * @returns the ids of its canvases
 */
export async function soundPage(page: Page, url: string, folder: string): Promise<readonly string[]> {
	let ids: readonly string[] = [];
	for (const { name, scheme, width } of looks) {
		const mobile = name === 'phone';
		await page.ask('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile });
		await page.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
		await page.visit(url);
		assert.deepEqual(complaints(page.events), [], name);
		assert.deepEqual(
			requested(page.events).filter((each) => each !== url && !each.startsWith('data:')),
			[],
			name,
		);
		const found = (await page.evaluate(canvases)) as { all: string[]; blank: string[] };
		assert.deepEqual(found.blank, [], name);
		assert.ok(found.all.length > 0, name);
		ids = found.all;
		const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
		assert.equal(await page.evaluate(overflow), 0, `${name}: nothing stands out of the page`);
	}
	const { within, lost, files } = (await page.evaluate(links)) as { within: number; lost: string[]; files: string[] };
	assert.ok(within > 3 && files.length > 5, `${within} links within the page, ${files.length} to files`);
	assert.deepEqual(lost, []);
	assert.deepEqual(
		files.filter((file) => !existsSync(join(folder, file))),
		[],
		'every file that is linked was published',
	);
	return ids;
}
