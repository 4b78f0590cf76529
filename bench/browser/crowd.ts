import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { streamsOfPage } from '../model/load.ts';
import { askOther, closeOneOpen, isOtherAnswered, openCrowd } from './in-page.ts';
import { probed, withProbe } from './request-log.ts';
import { openSessions } from './sessions.ts';
import { patienceMs, type Studio } from './studio.ts';
import { within } from './wait.ts';

/** How long a request that waits is watched. One that has a connection is answered within some ms. */
const watchedMs = 500;
/** A picture may not take much of a report's 1.5 MB. */
const mostBytes = 60_000;

/** A page opens one stream more than a browser has connections for one host. */
export async function observeCrowd(studio: Studio, by: 'EventSource' | 'fetch'): Promise<void> {
	const { scene, tell } = studio;
	const probe = `crowd-${by}`;
	// Streams of Streamable HTTP belong to sessions, each of which has one.
	const sessions = studio.isSse ? [] : await openSessions(scene.direct, streamsOfPage);
	const streams = Array.from({ length: streamsOfPage }, (_, n) => {
		const session = sessions[n];
		return {
			url: probed(scene.direct, probe),
			...(session !== undefined && { headers: { 'Mcp-Session-Id': session } }),
		};
	});
	const other = new URL('/other', scene.direct).href;
	const arrived = () => withProbe(studio.requests(), probe).length;
	await studio.inPage(studio.home.at('/crowd'), async (page) => {
		const what = by === 'fetch' ? 'streams read by fetch' : 'EventSources';
		const title = `${streamsOfPage} ${what}, one host, HTTP/1.1`;
		await page.setViewportSize({ width: 620, height: 420 });
		await page.evaluate(openCrowd, { title, streams, by });
		// One fewer than were asked for, if all is as it is said to be; asked before, the other request would take its turn first.
		await within(patienceMs, () => arrived() >= streamsOfPage - 1);
		await page.evaluate(askOther, other);
		await wait(watchedMs);
		const before = { arrived: arrived(), otherAnswered: await page.evaluate(isOtherAnswered) };
		if (by === 'EventSource' || !studio.isSse) await takePicture(studio, page, title, before.arrived);
		const afterOne = await afterClosing(page, arrived, () => arrived() > before.arrived || arrived() === streamsOfPage);
		const afterTwo = await afterClosing(page, arrived, () => page.evaluate(isOtherAnswered));
		tell({ what: 'crowd', client: by, asked: streamsOfPage, watchedMs, ...before, afterOne, afterTwo });
	});
}

async function afterClosing(
	page: Page,
	arrived: () => number,
	goesOn: () => boolean | Promise<boolean>,
): Promise<{ readonly arrived: number; readonly otherAnswered: boolean }> {
	await page.evaluate(closeOneOpen);
	await within(patienceMs, goesOn);
	return { arrived: arrived(), otherAnswered: await page.evaluate(isOtherAnswered) };
}

async function takePicture({ tell, chromium }: Studio, page: Page, title: string, arrived: number): Promise<void> {
	const png = await page.screenshot({ type: 'png' });
	const isSmall = png.length <= mostBytes;
	const bytes = isSmall ? png : await page.screenshot({ type: 'jpeg', quality: 60 });
	if (bytes.length > mostBytes) return;
	const caption = `What Chromium ${chromium.version} showed: a page that has opened ${title}, with one more request to that host. ${arrived} streams had arrived at the server.`;
	tell({
		what: 'picture',
		title,
		caption,
		type: isSmall ? 'image/png' : 'image/jpeg',
		base64: bytes.toString('base64'),
	});
}
