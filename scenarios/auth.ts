import type { Scenario } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';
import {
	answer,
	cookies,
	eventSourceHeader,
	logMeasures,
	simple,
	sse,
	sseHeader,
	standardHeader,
	streamable,
	urlToken,
} from './auth-claims.ts';

/** What is counted is decided by programs, not by chance: a second trial counts the same. */
const once = { repeats: 1 } as const;

export const auth: Scenario = {
	id: 'auth',
	title: 'Authentication in a browser',
	question: 'How can a page show who it is, and where does its token end up?',
	method:
		'A page in Chromium, driven by Playwright, and a plain client in Node ask a reference server: directly, and through nginx and HAProxy as ' +
		'they log by default. What arrived is decided by the server’s own record of requests. Each approach has a token of its own at each place, ' +
		'which is then looked for: in the logs once the server has ended all streams, in the browser’s history (its SQLite file, after the browser ' +
		'was closed), and in the Referer of every request that the other servers received. One page has a token in its own URL, refers to ' +
		'pictures of its own origin and of two others, and is left by a link to another site. All servers are on loopback: 127.0.0.1 at another ' +
		'port is the same site, localhost is another. HTTP/1.1 without TLS.',
	// Only servers of this project have an access log and a record of requests.
	needs: ['ledger'],
	arms: (targets) => pick(targets, sse, streamable),
	sizes: {
		standard: { load: { kind: 'browser', forMs: 9000 }, warmMs: 0, faults: [], repeats: 1 },
		full: { load: { kind: 'browser', forMs: 9000 }, warmMs: 0, faults: [], repeats: 3 },
	},
	// What is counted does not depend on how fast it is.
	atOnce: 2,
	shows: [
		'headersByEventSource',
		'headersByFetch',
		'headersByNode',
		'cookiesByNode',
		...logMeasures.map(([name]) => name),
		'urlTokensInHistory',
		'pageTokensInHistory',
		'pageTokensInReferer',
		'pageTokensInForeignReferer',
		'headerTokensSeen',
		'cookieTokensSeen',
		'ticketsSeen',
		'ticketTokensSeen',
		'ticketReplays',
		'crossSiteLaxCookies',
		'crossSiteNoneCookies',
		'streamsOpenAtOnce',
		'fetchStreamsOpenAtOnce',
		'requestsHeldUp',
		'requestsReleased',
		'eventSourceReconnects',
		'lastEventIds',
		'eventSourcePosts',
		'statusesByEventSource',
		'statusesByFetch',
	],
	answer,
	compares: [],
	charts: [],
	tables: ['tokens', 'cookies'],
	claims: [
		{
			id: 'auth-eventsource-header',
			text: 'EventSource in a browser cannot send an Authorization header.',
			...once,
			rule: eventSourceHeader,
		},
		{
			id: 'auth-sse-header',
			text: 'That is why SSE is awkward to authenticate: its stream cannot be asked for with a standard header.',
			targets: [sse],
			...once,
			rule: sseHeader,
		},
		{ id: 'auth-url-token', text: 'A token in the URL is visible in logs.', ...once, rule: urlToken },
		{
			id: 'auth-streamable-header',
			text: 'With Streamable HTTP the token is in a standard header, and in no log.',
			targets: [streamable],
			...once,
			rule: standardHeader,
		},
		{
			id: 'auth-cookies',
			text: 'Cookies, the other way out for SSE, do not serve clients that are no browser.',
			...once,
			rule: cookies,
		},
		{
			id: 'auth-eventsource-simple',
			text: 'EventSource is dead simple for basic use: a line opens the stream, and it reconnects by itself.',
			targets: [sse],
			...once,
			rule: simple,
		},
	],
};
