import type { CDPSession, Page } from 'playwright-core';
import { type CookieKind, cookieKinds } from '../model/browser.ts';
import { closeStream } from './in-page.ts';
import { probed, type Seen, withProbe } from './request-log.ts';
import { openIn, patienceMs, type Studio } from './studio.ts';
import { within } from './wait.ts';

const sites = { 'same-site': '127.0.0.1', 'cross-site': 'localhost' } as const;

/** A server that a page of another origin asks: whether it allows that, and what it received. */
interface Foreign {
	readonly url: string;
	readonly cors: boolean;
	seen(): readonly Seen[];
}

/**
 * The host 127.0.0.1 sets a cookie of each kind, at one port; pages of that host and of `localhost`, both at another, then make
 * requests to the reference server, which is at a third. Cookies know no ports.
 */
export async function observeCookies(studio: Studio): Promise<void> {
	const { home, abroad, scene } = studio;
	await studio.inPage(home.at('/login'), async () => {});
	const allowing: Foreign = { url: scene.direct, cors: true, seen: () => studio.requests() };
	const silent: Foreign = { url: home.at('/'), cors: false, seen: () => home.seen };
	for (const site of ['same-site', 'cross-site'] as const) {
		await studio.inPage(abroad.at('/', sites[site]), async (page) => {
			const clients = studio.isSse ? (['EventSource', 'fetch'] as const) : (['fetch'] as const);
			for (const client of clients) {
				for (const credentials of [false, true])
					await ask(studio, page, { site, client, credentials, asked: allowing });
			}
			await ask(studio, page, { site, client: 'fetch', credentials: true, asked: silent });
		});
	}
}

/** One request of a page. */
interface Attempt {
	readonly site: keyof typeof sites;
	readonly client: 'EventSource' | 'fetch';
	readonly credentials: boolean;
	readonly asked: Foreign;
}

async function ask({ tell }: Studio, page: Page, { site, client, credentials, asked }: Attempt): Promise<void> {
	const { cors } = asked;
	const probe = `cookies-${site}-${client}-${credentials}-${cors}`;
	const url = probed(asked.url, probe);
	const session = await page.context().newCDPSession(page);
	const reasons = await whyNone(session);
	const opened = await openIn(page, { url, by: client, credentials, until: 'open', patienceMs });
	await page.evaluate(closeStream, opened.key);
	await within(patienceMs, () => withProbe(asked.seen(), probe).length > 0);
	await session.detach();
	const [request] = withProbe(asked.seen(), probe);
	const received = request && kindsIn(request.headers.cookie ?? '');
	tell({
		...{ what: 'cookies', page: site, client, credentials, cors },
		...(received && { received }),
		...(reasons.size > 0 && { noneBlocked: [...reasons].sort().join(', ') }),
		readable: opened.opened || opened.status !== undefined,
	});
}

/** From now on: why the browser does not send the cookie SameSite=None, as it says itself. */
async function whyNone(session: CDPSession): Promise<ReadonlySet<string>> {
	const reasons = new Set<string>();
	session.on('Network.requestWillBeSentExtraInfo', ({ associatedCookies }) => {
		for (const { cookie, blockedReasons } of associatedCookies) {
			if (cookie.name === 'none') for (const reason of blockedReasons) reasons.add(reason);
		}
	});
	await session.send('Network.enable');
	return reasons;
}

/** Tokens of other approaches are among the cookies of the host, too. */
function kindsIn(header: string): readonly CookieKind[] {
	const names = header.split('; ').map((pair) => pair.split('=', 1)[0]);
	return cookieKinds.filter((kind) => names.includes(kind));
}
