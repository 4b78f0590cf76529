import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CookieKind } from '../model/browser.ts';
import { cookieKinds } from '../model/browser.ts';
import { crowdPage, linkPage, plainPage } from './pages.ts';
import type { Seen } from './request-log.ts';

/** What the streams of `/events` tell their client: so long until it comes again, and the id of the only event. */
const retryMs = 100;
export const onlyEventId = '7';

/** The attributes of a cookie of each kind. */
const attributes: Readonly<Record<CookieKind, string>> = {
	strict: '; SameSite=Strict',
	lax: '; SameSite=Lax',
	unset: '',
	none: '; SameSite=None; Secure',
};

/** A web server of 127.0.0.1 with the pages that are shown, which writes down every request that it receives. */
export class Origin {
	readonly seen: Seen[] = [];
	readonly #server: Server;
	#port = 0;

	/** @param foreign the other origins that its page with a link refers to */
	constructor(foreign: () => readonly string[]) {
		this.#server = createServer((req, res) => this.#serve(req, res, foreign()));
	}

	async listen(): Promise<void> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		this.#port = (this.#server.address() as AddressInfo).port;
	}

	/** @param host 127.0.0.1, or `localhost`: the same server, but to a browser another site */
	at(path: string, host: '127.0.0.1' | 'localhost' = '127.0.0.1'): string {
		return `http://${host}:${this.#port}${path}`;
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	#serve(req: IncomingMessage, res: ServerResponse, foreign: readonly string[]): void {
		const { method = '', url = '', headers } = req;
		this.seen.push({ method, url, headers });
		const path = url.split('?', 1)[0] ?? '';
		res.setHeader('Cache-Control', 'no-store');
		if (path === '/events') this.#events(req, res);
		else if (path === '/refused') res.writeHead(401).end();
		else if (path === '/login') {
			// Cookies belong to a host, whatever the port: the reference server's is the same.
			const cookies = cookieKinds.map((kind) => `${kind}=1; Path=/${attributes[kind]}`);
			res.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': cookies }).end(plainPage);
		} else if (path === '/link') html(res, linkPage(foreign));
		else if (path === '/crowd') html(res, crowdPage);
		else html(res, plainPage);
	}

	/** The first connection is ended after one event; one that comes again with an id is held. */
	#events({ headers }: IncomingMessage, res: ServerResponse): void {
		res.writeHead(200, { 'Content-Type': 'text/event-stream' });
		const isAgain = headers['last-event-id'] !== undefined;
		res.write(`retry: ${retryMs}\nid: ${onlyEventId}\ndata: ${isAgain ? 'again' : 'first'}\n\n`);
		if (!isAgain) res.end();
	}
}

function html(res: ServerResponse, text: string): void {
	res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(text);
}
