import type { MeasureInfo } from './measures.ts';

type Better = MeasureInfo['better'];

const count = (title: string, better: Better, meaning: string): MeasureInfo => ({ title, unit: '', better, meaning });
const tokens = (title: string, meaning: string) =>
	count(
		title,
		'lower',
		`${meaning}; of one stream and one call, and of what a browser asks before a call to another origin`,
	);

/** Measures of what a real browser sends, and of where tokens end up. All are counts of one page, or of one client in Node. */
export const browserMeasures = {
	headersTriedByEventSource: count(
		'EventSources that were to send a header',
		'neither',
		'requests of an EventSource that was given an Authorization header in every way that came to mind, as the server wrote them down',
	),
	headersByEventSource: count(
		'headers sent by EventSource',
		'higher',
		'those of them that arrived with the header, by the server’s own record',
	),
	headersByFetch: count(
		'headers sent by fetch',
		'higher',
		'requests for a stream by fetch in the same page that arrived with an Authorization header',
	),
	headersByNode: count(
		'headers sent by Node',
		'higher',
		'GETs of a stream by a plain client in Node that arrived with an Authorization header',
	),
	cookiesByNode: count(
		'cookies sent by Node',
		'higher',
		'GETs of a stream by a plain client in Node that arrived with a Cookie header',
	),
	urlTokensInServerLog: tokens(
		'URL tokens in the server’s log',
		'occurrences of a token that was sent in URLs, in the access log of the reference server',
	),
	urlTokensInNginxLog: tokens('URL tokens in nginx’s log', 'the same in nginx’s access log, in its default format'),
	urlTokensInNginxErrors: count(
		'URL tokens in nginx’s error log',
		'lower',
		'the same in nginx’s error log, where one request met a server that was down',
	),
	urlTokensInHaproxyHttpLog: tokens(
		'URL tokens in HAProxy’s httplog',
		'the same in HAProxy’s lines with option httplog',
	),
	urlTokensInHaproxyOtherLogs: tokens(
		'URL tokens in HAProxy’s other logs',
		'the same in HAProxy’s lines with option tcplog, and without either option',
	),
	urlTokensInHistory: count(
		'URL tokens in the history',
		'lower',
		'entries of the browser’s history with a token that was in the URLs of streams and calls only',
	),
	pageTokensInHistory: count(
		'page tokens in the history',
		'lower',
		'entries of the browser’s history with a token that was in the URL of a page',
	),
	pageTokensInReferer: count(
		'page tokens in Referer',
		'lower',
		'requests to the page’s own origin that arrived with that token in Referer, of all that the page caused there',
	),
	pageTokensInForeignReferer: count(
		'page tokens in foreign Referer',
		'lower',
		'the same of requests to other origins, and of a navigation to one',
	),
	headerTokensSeen: tokens(
		'header tokens seen',
		'occurrences of tokens that were sent in an Authorization header, in all logs, in the history and in Referer',
	),
	cookieTokensSeen: tokens('cookie tokens seen', 'the same of tokens in a cookie'),
	ticketsSeen: tokens('tickets seen', 'the same of tickets, which were in the URL of a stream'),
	ticketTokensSeen: tokens('tokens behind tickets seen', 'the same of the tokens that tickets were bought with'),
	placesLookedAt: count(
		'places looked at',
		'neither',
		'logs and other places in which tokens of the header were looked for, but for the browser’s own files',
	),
	ticketReplays: count('tickets that worked twice', 'lower', 'uses of a ticket that was used before that were let in'),
	crossSiteLaxCookies: count(
		'Lax cookies across sites',
		'neither',
		'requests of a page of another site, with credentials, that arrived with the cookie SameSite=Lax, or with one that says nothing',
	),
	crossSiteNoneCookies: count('None cookies across sites', 'neither', 'the same with the cookie SameSite=None; Secure'),
	streamsOpenAtOnce: count(
		'EventSources open at once',
		'higher',
		'of seven that a page opened on one host over HTTP/1.1, those that had arrived at the server before one was closed',
	),
	fetchStreamsOpenAtOnce: count('fetch streams open at once', 'higher', 'the same with seven streams read by fetch'),
	requestsHeldUp: count(
		'requests held up',
		'lower',
		'other requests of the page to that host that had no answer while the streams were open',
	),
	requestsReleased: count(
		'requests released',
		'higher',
		'those of them that were answered once two streams had been closed',
	),
	eventSourceReconnects: count(
		'EventSource reconnects',
		'higher',
		'connections that EventSource made by itself after the server had ended the stream',
	),
	lastEventIds: count(
		'reconnects with Last-Event-ID',
		'higher',
		'those of them that arrived with the id of the last event',
	),
	eventSourcePosts: count('POSTs by EventSource', 'higher', 'of the requests that were to be one'),
	statusesByEventSource: count(
		'statuses told by EventSource',
		'higher',
		'1 where the page could tell that the answer had been 401',
	),
	statusesByFetch: count('statuses told by fetch', 'higher', 'the same by fetch'),
} as const satisfies Record<string, MeasureInfo>;
