import type { Transport } from './transport.ts';

/**
 * How a client shows who it is.
 * - `url`: the token in the URL of each request. `page-url`: in the URL of the page, as in a link that somebody was sent.
 * - `cookie`, `header`: in the headers of these names.
 * - `ticket`: a ticket in the URL of the stream, good once. `exchanged`: the token that it was bought with, sent in a header.
 */
export const approaches = ['url', 'page-url', 'cookie', 'header', 'ticket', 'exchanged'] as const;
export type Approach = (typeof approaches)[number];

/** The logs of programs among `tokenPlaces`, apart from what the browser keeps or tells. */
export const logPlaces = [
	'server-log',
	'server-error',
	'nginx-log',
	'nginx-error',
	'haproxy-http',
	'haproxy-tcp',
	'haproxy-plain',
] as const;

/**
 * Where a token may end up. `server-log`, `server-error`: the reference server's access log and what it writes to stderr.
 * `nginx-log`, `nginx-error`: nginx's, in its default formats; in the second stands what met a server that was down. `haproxy-http`,
 * `haproxy-tcp`, `haproxy-plain`: HAProxy's lines with `option httplog`, with `option tcplog`, and without either.
 * `history`: URLs in the browser's history. `profile`: files of the browser's profile in which the token stands as it is.
 * `referer-same`, `referer-cross`: the header `Referer` as another loopback server received it, from requests within the page's
 * origin, and from those to others.
 */
export const tokenPlaces = [...logPlaces, 'history', 'profile', 'referer-same', 'referer-cross'] as const;
export type TokenPlace = (typeof tokenPlaces)[number];

/** By what means requests were made. */
export type WebClient = 'EventSource' | 'fetch' | 'node';

interface Browser {
	readonly is: 'browser';
	readonly at: number;
}

/** The programs, as they name themselves; a proxy that is not installed is absent. */
export interface ProgramsEvent extends Browser {
	readonly what: 'programs';
	readonly chromium: string;
	readonly nginx?: string;
	readonly haproxy?: string;
}

/** A proxy is not there: nothing is said of what its logs hold. */
export interface LeftOutEvent extends Browser {
	readonly what: 'left-out';
	/** One sentence. */
	readonly because: string;
}

/** A client tried to send a header with a request; the server wrote down what came. */
export interface HeaderEvent extends Browser {
	readonly what: 'header';
	readonly client: WebClient;
	readonly header: 'authorization' | 'cookie';
	/** Requests of it that the server wrote down, and those among them with the header as it was given. */
	readonly requests: number;
	readonly received: number;
}

/** How often a token of an approach stood in a place. Each approach has another token at each place that it is looked for. */
export interface TokenCountEvent extends Browser {
	readonly what: 'tokens';
	readonly approach: Approach;
	readonly place: TokenPlace;
	readonly count: number;
}

/** A ticket was used for the first, or for the second time. */
export interface TicketEvent extends Browser {
	readonly what: 'ticket';
	readonly use: 1 | 2;
	/** Of the answer. */
	readonly status: number;
}

/**
 * A page made a request to a server of another origin, whose host has a cookie of each kind. `same-site`: the page’s host is the
 * server's, at another port; `cross-site`: it is another.
 */
export interface CookiesEvent extends Browser {
	readonly what: 'cookies';
	readonly page: 'same-site' | 'cross-site';
	readonly client: 'EventSource' | 'fetch';
	/** Whether it asked for credentials. */
	readonly credentials: boolean;
	/** Whether the server allows the page's origin, with credentials. */
	readonly cors: boolean;
	/** The kinds of cookies that the server received; absent: no request arrived. */
	readonly received?: readonly CookieKind[];
	/** Why the browser did not send the cookie `none` with such a request, in its own word; absent: it did, or was not to. */
	readonly noneBlocked?: string;
	/** Whether the page could read the answer. */
	readonly readable: boolean;
}

/** By `SameSite`; `unset` has no such attribute, `none` is also `Secure`, without which it is refused. */
export const cookieKinds = ['strict', 'lax', 'unset', 'none'] as const;
export type CookieKind = (typeof cookieKinds)[number];

/** A page opened more streams of one host than HTTP/1.1 connections are allowed to it. */
export interface CrowdEvent extends Browser {
	readonly what: 'crowd';
	readonly client: 'EventSource' | 'fetch';
	/** Streams that the page asked for, and those that the server had seen after `watchedMs`. */
	readonly asked: number;
	readonly arrived: number;
	readonly watchedMs: number;
	/** Whether another request of the page to that host was answered meanwhile. */
	readonly otherAnswered: boolean;
	/** The same after one stream was closed, and after a second was. */
	readonly afterOne: { readonly arrived: number; readonly otherAnswered: boolean };
	readonly afterTwo: { readonly arrived: number; readonly otherAnswered: boolean };
}

/** What EventSource does by itself and what it cannot do, against a server that counts. */
export interface BasicsEvent extends Browser {
	readonly what: 'basics';
	/** Connections that the page never asked for after the first one was ended by the server, and those with the last event's id. */
	readonly reconnects: number;
	readonly withLastEventId: number;
	/** Requests that were to be a POST, and those that were. */
	readonly postsTried: number;
	readonly postsReceived: number;
	/** The server answered 401: whether the page could tell, by EventSource and by fetch. */
	readonly statusByEventSource: boolean;
	readonly statusByFetch: boolean;
	/** Whether EventSource tried again after the 401. */
	readonly retriesAfterError: boolean;
}

/** What the browser showed. */
export interface PictureEvent extends Browser {
	readonly what: 'picture';
	readonly title: string;
	/** What is to be seen, for who cannot see it. */
	readonly caption: string;
	readonly type: 'image/png' | 'image/jpeg';
	readonly base64: string;
}

/** What happened in a real browser, and at the servers that it asked. */
export type BrowserEvent =
	| ProgramsEvent
	| LeftOutEvent
	| HeaderEvent
	| TokenCountEvent
	| TicketEvent
	| CookiesEvent
	| CrowdEvent
	| BasicsEvent
	| PictureEvent;

/** What the process with the browser is told once. */
export interface BrowserSetup {
	/** The program. */
	readonly chromium: string;
	readonly transport: Transport;
	/** For its part of the history. */
	readonly partsFolder: string;
	/** Of the browser's profile and of the logs; there already. */
	readonly folder: string;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
}

/** The servers of a trial, and where they write. */
export interface BrowserScene {
	/** The reference server itself. */
	readonly direct: string;
	readonly requestLog: string;
	/** The lines of a place; that of HAProxy are sent to the process itself. */
	readonly files: { readonly [P in TokenPlace]?: string };
	/** Where a place's program listens; `nginx-error`: before a server that is down. */
	readonly through: { readonly [P in ProxyPlace]?: string };
	/** Versions of the proxies that are there, and why others are not. */
	readonly versions: { readonly nginx?: string; readonly haproxy?: string };
	readonly leftOut: readonly string[];
}

export type ProxyPlace = Extract<TokenPlace, `nginx-${string}` | `haproxy-${string}`>;

/** Told in this order; each is answered by a `BrowserReply`. */
export type BrowserTask =
	/** The browser starts, and a socket for HAProxy's log opens. */
	| { readonly do: 'open'; readonly setup: BrowserSetup }
	/** What there is to see is seen; then the browser ends. */
	| { readonly do: 'observe'; readonly scene: BrowserScene }
	/** Tokens are looked for in logs, history and headers. */
	| { readonly do: 'count' };

export type BrowserReply =
	/** `syslogPort`: a UDP port of 127.0.0.1. */
	| { readonly done: 'open'; readonly syslogPort: number }
	| { readonly done: 'observe' | 'count' }
	| { readonly error: string };
