import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from './auth.ts';
import { monotonicUs } from './clock.ts';
import type { FrontFlags } from './front-flags.ts';
import { refusal } from './http.ts';
import { UsageError } from './usage-error.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** Where a token is exchanged for a ticket. */
const ticketsPath = '/tickets';
/** Tickets that nobody has used yet; the oldest go first. */
const mostTickets = 1000;
const ticketLivesUs = 30_000_000;
/** As for a ledger: a log with a hole would be taken for the truth. */
const exitCode = 5;

/** A line of `--request-log`: what came, before anybody looked at it. */
export interface RequestLine {
	/** µs of the machine's monotonic clock. */
	readonly at: number;
	readonly method: string;
	readonly url: string;
	/** Names as Node gives them, in small letters. */
	readonly headers: IncomingMessage['headers'];
}

/**
 * What a server needs for requests of web pages, before its own handler: logs, CORS, tickets. Without these flags it is the handler
 * itself, so that a measured server pays nothing for them.
 * @param gate where tokens are asked for: no other buys a ticket
 * @throws UsageError where a file cannot be made
 */
export function fronted(
	handler: Handler,
	{ accessLog, requestLog, cors, tickets }: FrontFlags,
	gate: Pick<Gate, 'challenge'> | undefined,
): Handler {
	const access = accessLog === undefined ? undefined : lineFile('--access-log', accessLog);
	const requests = requestLog === undefined ? undefined : lineFile('--request-log', requestLog);
	const desk = tickets ? new TicketDesk(gate) : undefined;
	if (!access && !requests && cors === undefined && !desk) return handler;
	return (req, res) => {
		if (access) logWhenDone(req, res, access);
		if (requests) requests(JSON.stringify(requestLine(req)));
		if (cors !== undefined && isAllowed(req, cors)) {
			allow(req, res);
			if (isPreflight(req)) {
				res.writeHead(204).end();
				return;
			}
		}
		if (desk?.answered(req, res)) return;
		handler(req, res);
	};
}

function requestLine({ method = '', url = '', headers }: IncomingMessage): RequestLine {
	return { at: monotonicUs(), method, url, headers };
}

/** A held stream has its line when it is over, as with nginx; its request's headers are gone by then. */
function logWhenDone(req: IncomingMessage, res: ServerResponse, log: (line: string) => void): void {
	const { method, url, httpVersion, headers, socket } = req;
	const request = `${method} ${url} HTTP/${httpVersion}`;
	const { referer = '-', 'user-agent': agent = '-' } = headers;
	const from = socket.remoteAddress ?? '-';
	// Bytes are not counted: Apache writes a dash for what it does not know.
	res.on('close', () =>
		log(
			`${from} - - [${logTime(new Date())}] "${quotable(request)}" ${res.statusCode} - "${quotable(referer)}" "${quotable(agent)}"`,
		),
	);
}

/** `27/Nov/2026:06:01:32 +0000`. */
function logTime(now: Date): string {
	const [, day, month, year, time] = now.toUTCString().split(' ');
	return `${day}/${month}/${year}:${time} +0000`;
}

/** As nginx escapes what could end a field or a line. */
function quotable(text: string): string {
	return text.replace(
		/["\\\p{Cc}]/gu,
		(char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
	);
}

/** Guarded as every request is: an origin that is not loopback, or a foreign name of the host, is allowed nothing. */
function isAllowed(req: IncomingMessage, cors: string): boolean {
	const { origin } = req.headers;
	return origin !== undefined && (cors === 'loopback' || origin === cors) && refusal(req) === undefined;
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
	return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function allow({ headers }: IncomingMessage, res: ServerResponse): void {
	res.setHeader('Access-Control-Allow-Origin', headers.origin ?? '');
	res.setHeader('Access-Control-Allow-Credentials', 'true');
	res.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id');
	res.setHeader('Vary', 'Origin');
	const asked = headers['access-control-request-headers'];
	if (asked !== undefined) res.setHeader('Access-Control-Allow-Headers', asked);
	res.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
}

interface Ticket {
	/** The end of its life. */
	readonly untilUs: number;
	/** What it was bought with, where that is asked for again. */
	readonly authorization?: string;
}

/** Gives a ticket for a token, and takes each back once. */
class TicketDesk {
	readonly #gate: Pick<Gate, 'challenge'> | undefined;
	/** Oldest first. */
	readonly #tickets = new Map<string, Ticket>();

	constructor(gate: Pick<Gate, 'challenge'> | undefined) {
		this.#gate = gate;
	}

	/** @returns whether the request is answered: it asked for a ticket, or its ticket is not good */
	answered(req: IncomingMessage, res: ServerResponse): boolean {
		const [path, query] = (req.url ?? '').split('?', 2);
		if (path === ticketsPath) {
			void this.#give(req, res);
			return true;
		}
		const name = new URLSearchParams(query).get('ticket');
		if (name === null) return false;
		const ticket = this.#take(name);
		if (!ticket) {
			refuse(res, 401, 'The ticket is unknown, used or too old');
			return true;
		}
		// The ticket stands for its token, which must still count.
		if (ticket.authorization !== undefined) req.headers.authorization ??= ticket.authorization;
		return false;
	}

	async #give(req: IncomingMessage, res: ServerResponse): Promise<void> {
		const { authorization } = req.headers;
		const refused = refusal(req);
		if (refused !== undefined) return refuse(res, 403, `Forbidden: ${refused}`);
		if (req.method !== 'POST') return refuse(res, 405, 'Method not allowed; allowed: POST');
		if (this.#gate) {
			const challenge = await this.#gate.challenge(authorization);
			if (challenge !== undefined) {
				res.setHeader('WWW-Authenticate', challenge);
				return refuse(res, 401, 'A token that counts is needed');
			}
		} else if (!authorization?.startsWith('Bearer ')) return refuse(res, 401, 'A token is needed');
		answer(res, 201, { ticket: this.#newTicket(this.#gate ? authorization : undefined) });
	}

	#newTicket(authorization: string | undefined): string {
		const name = randomUUID();
		const untilUs = monotonicUs() + ticketLivesUs;
		this.#tickets.set(name, { untilUs, ...(authorization !== undefined && { authorization }) });
		for (const oldest of this.#tickets.keys()) if (this.#tickets.size > mostTickets) this.#tickets.delete(oldest);
		return name;
	}

	#take(name: string): Ticket | undefined {
		const ticket = this.#tickets.get(name);
		this.#tickets.delete(name);
		return ticket && monotonicUs() < ticket.untilUs ? ticket : undefined;
	}
}

function refuse(res: ServerResponse, status: number, message: string): void {
	answer(res, status, { error: message });
}

function answer(res: ServerResponse, status: number, body: object): void {
	res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
	res.end(JSON.stringify(body));
}

/** Each line is with the kernel when it was written. Nobody else may read what may hold secrets. @throws UsageError */
function lineFile(flag: string, path: string): (line: string) => void {
	let fd: number;
	try {
		fd = openSync(path, 'a', 0o600);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new UsageError(`${flag} ${path} cannot be made (${code}); give a file in a folder that can be written.`);
	}
	return (line) => {
		try {
			writeSync(fd, `${line}\n`);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			process.stderr.write(`The file of ${flag} cannot be written (${code}); make room for it and start again.\n`);
			process.exit(exitCode);
		}
	};
}
