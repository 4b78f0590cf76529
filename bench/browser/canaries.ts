import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import type { Approach, TokenPlace } from '../model/browser.ts';
import { closeStream, postMessage } from './in-page.ts';
import { initializeBody, jsonHeaders } from './messages.ts';
import { probed } from './request-log.ts';
import { openIn, patienceMs, plainGet, type Studio } from './studio.ts';

/** Those that an application chooses among; a page's URL is not chosen, it happens. */
const chosen = ['url', 'cookie', 'header', 'ticket'] as const satisfies Approach[];
type Chosen = (typeof chosen)[number];

/** A secret, what it was used for, and the place that it is looked for in: no other secret was sent there. */
export interface Canary {
	readonly approach: Approach;
	readonly place: TokenPlace;
	readonly secret: string;
}

/** Where a client connects, and the place whose log is read for it. */
interface Route {
	readonly place: TokenPlace;
	readonly base: string;
}

/** The probe of the stream, in the log of a place. */
export function streamProbe(approach: Approach, place: TokenPlace): string {
	return `${approach}-${place}`;
}

/** Opens a stream and sends a call by every approach through every program. @returns what must then be looked for */
export async function sendTokens(studio: Studio): Promise<readonly Canary[]> {
	const { scene } = studio;
	const { 'nginx-error': down, ...up } = scene.through;
	const routes: Route[] = [{ place: 'server-log', base: scene.direct }];
	for (const [place, base] of Object.entries(up)) routes.push({ place: place as TokenPlace, base });
	const canaries = await studio.inPage(studio.home.at('/'), async (page) => {
		const sent: (readonly Canary[])[] = [];
		for (const approach of chosen) {
			// Each has a port of its own, so that the six connections of a host do not matter.
			sent.push(...(await Promise.all(routes.map((route) => sendOne(studio, page, approach, route)))));
		}
		return sent.flat();
	});
	if (down !== undefined) canaries.push(...(await sendToDown(down)));
	canaries.push(await openLink(studio));
	return canaries;
}

function newSecret(): string {
	return `canary${randomBytes(12).toString('hex')}`;
}

/** How a request of an approach shows who it is. */
interface Shown {
	readonly query: Readonly<Record<string, string>>;
	readonly headers: Readonly<Record<string, string>>;
	readonly credentials: boolean;
}

const nothing: Shown = { query: {}, headers: {}, credentials: false };
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

async function sendOne(
	studio: Studio,
	page: Page,
	approach: Chosen,
	{ place, base }: Route,
): Promise<readonly Canary[]> {
	const secret = newSecret();
	const of = (approach: Approach, secret: string): Canary => ({ approach, place, secret });
	const named = { base, probe: streamProbe(approach, place) };
	if (approach === 'url') {
		const shown = { ...nothing, query: { token: secret } };
		await exchange(studio, page, { ...named, stream: shown, call: shown });
		return [of(approach, secret)];
	}
	if (approach === 'header') {
		const shown = { ...nothing, headers: bearer(secret) };
		await exchange(studio, page, { ...named, stream: shown, call: shown });
		return [of(approach, secret)];
	}
	if (approach === 'cookie') {
		await page.evaluate((text) => {
			// biome-ignore lint/suspicious/noDocumentCookie: as a page's script would.
			document.cookie = text;
		}, `token-${place}=${secret}; Path=/; SameSite=Lax`);
		const shown = { ...nothing, credentials: true };
		await exchange(studio, page, { ...named, stream: shown, call: shown });
		return [of(approach, secret)];
	}
	const bought = await page.evaluate(postMessage, {
		url: new URL('/tickets', base).href,
		headers: bearer(secret),
		credentials: false,
	});
	const { ticket = '' } = bought.status === 201 ? (JSON.parse(bought.text) as { ticket: string }) : {};
	if (ticket === '') throw new Error(`no ticket was given for a token (status ${bought.status})`);
	const call = { ...nothing, headers: bearer(secret) };
	await exchange(studio, page, { ...named, stream: { ...nothing, query: { ticket } }, call });
	return [of('ticket', ticket), of('exchanged', secret)];
}

interface Exchange {
	readonly base: string;
	readonly probe: string;
	readonly stream: Shown;
	readonly call: Shown;
}

/** One stream and one message: with SSE in this order, with Streamable HTTP the message opens the session. */
async function exchange(studio: Studio, page: Page, { base, probe, stream, call }: Exchange): Promise<void> {
	const send = async (to: string) => {
		const url = new URL(to, base);
		for (const [name, value] of Object.entries(call.query)) url.searchParams.set(name, value);
		const headers = { ...jsonHeaders, ...call.headers };
		const sent = await page.evaluate(postMessage, {
			url: url.href,
			headers,
			credentials: call.credentials,
			body: initializeBody,
		});
		if (sent.status >= 300 || sent.status === 0) throw new Error(`a call of ${probe} was answered ${sent.status}`);
		return sent;
	};
	const open = async (headers: Readonly<Record<string, string>>) => {
		// EventSource, but for what it cannot do.
		const by = Object.keys(headers).length > 0 ? 'fetch' : 'EventSource';
		const { credentials } = stream;
		const url = probed(base, probe, stream.query);
		const until = studio.isSse ? 'endpoint' : 'open';
		const opened = await openIn(page, {
			...{ url, by, credentials, until, patienceMs },
			...(by === 'fetch' && { headers }),
		});
		if (!opened.opened) throw new Error(`the stream of ${probe} did not open (status ${opened.status ?? 'unknown'})`);
		return opened;
	};
	if (studio.isSse) {
		const { endpoint = '', key } = await open(stream.headers);
		await send(endpoint);
		await page.evaluate(closeStream, key);
	} else {
		const { session } = await send(base);
		const { key } = await open({ ...stream.headers, ...(session !== null && { 'Mcp-Session-Id': session }) });
		await page.evaluate(closeStream, key);
	}
}

/** A ticket that was used is used again, as by whoever read it in a log. */
export async function replayTicket({ scene, tell }: Studio): Promise<void> {
	const bought = await fetch(new URL('/tickets', scene.direct), { method: 'POST', headers: bearer(newSecret()) });
	const { ticket = '' } = (await bought.json()) as { ticket?: string };
	for (const use of [1, 2] as const) {
		tell({ what: 'ticket', use, status: await plainGet(probed(scene.direct, 'replay', { ticket }), {}) });
	}
}

/** One request each by a client in Node: a page would not get beyond the question whether it may send a header. */
async function sendToDown(base: string): Promise<readonly Canary[]> {
	const place = 'nginx-error';
	const canary = (approach: Approach): Canary => ({ approach, place, secret: newSecret() });
	const [url, cookie, header, ticket] = [canary('url'), canary('cookie'), canary('header'), canary('ticket')];
	const at = ({ approach }: Canary, query = {}) => probed(base, streamProbe(approach, place), query);
	await plainGet(at(url, { token: url.secret }), {});
	await plainGet(at(cookie), { Cookie: `token=${cookie.secret}` });
	await plainGet(at(header), bearer(header.secret));
	await plainGet(at(ticket, { ticket: ticket.secret }), {});
	return [url, cookie, header, ticket];
}

/** Opens a page whose URL has a token, lets it load what it refers to, and follows its link to another site. */
async function openLink(studio: Studio): Promise<Canary> {
	const secret = newSecret();
	await studio.inPage(studio.home.at(`/link?token=${secret}`), async (page) => {
		await page.click('#out');
		await page.waitForURL(studio.abroad.at('/landing', 'localhost'));
	});
	return { approach: 'page-url', place: 'history', secret };
}
