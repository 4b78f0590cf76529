import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits } from './limits.ts';
import { encodeError, errorCode, type RpcId } from './rpc.ts';
import type { Runtime } from './runtime.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const loopbackOrigin = /^https?:\/\//i;

/**
 * Refuses what a web page could send to a local server by a rebound name.
 * @returns why the request is refused, or undefined
 */
export function refusal(req: IncomingMessage): string | undefined {
	const { host, origin } = req.headers;
	if (!host || !loopback.test(host)) return `Host ${host ?? '(none)'} is not a loopback name`;
	if (origin === undefined) return undefined;
	const name = origin.replace(loopbackOrigin, '');
	return name !== origin && loopback.test(name) ? undefined : `Origin ${origin} is not a loopback name`;
}

/** Whether the body is declared as JSON; parameters such as a charset are allowed. */
export function isJson(req: IncomingMessage): boolean {
	const type = req.headers['content-type'];
	if (type === 'application/json') return true;
	return type?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** Whether `Accept` lists both forms an answer to POST may have, as the revisions since 2025-03-26 demand. */
export function acceptsBoth(req: IncomingMessage): boolean {
	const accept = req.headers.accept;
	return accept?.includes('application/json') === true && accept.includes('text/event-stream');
}

export function acceptsStream(req: IncomingMessage): boolean {
	return req.headers.accept?.includes('text/event-stream') === true;
}

/** A header that may come only once; a repeated one counts as its first value. */
export function header(req: IncomingMessage, name: string): string | undefined {
	const value = req.headers[name];
	return Array.isArray(value) ? value[0] : value;
}

/** Writes HTTP answers; closes connections once the drain has begun. */
export class Replies {
	readonly #runtime: Runtime;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	json(res: ServerResponse, status: number, json: string, headers?: Readonly<Record<string, string>>): void {
		if (this.#runtime.draining) res.shouldKeepAlive = false;
		const own = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
		res.writeHead(status, headers ? { ...own, ...headers } : own);
		res.end(json);
	}

	/** An answer without body, such as 202. */
	empty(res: ServerResponse, status: number): void {
		if (this.#runtime.draining) res.shouldKeepAlive = false;
		res.writeHead(status, status === 204 ? undefined : { 'Content-Length': 0 });
		res.end();
	}

	/** An HTTP error whose body is a JSON-RPC error. */
	error(
		res: ServerResponse,
		status: number,
		code: number,
		message: string,
		id: RpcId | null = null,
		data?: unknown,
	): void {
		this.json(res, status, encodeError(id, code, message, data));
	}

	/** 405, naming what is allowed. */
	notAllowed(res: ServerResponse, allow: string): void {
		this.json(res, 405, encodeError(null, errorCode.server, `Method not allowed; allowed: ${allow}`), { Allow: allow });
	}

	/**
	 * Reads a body of JSON up to the limit; a request that is not JSON (415), too long (413) or malformed (400) is answered
	 * here. A client that leaves before the end of its body is forgotten.
	 */
	read(req: IncomingMessage, res: ServerResponse, then: (message: unknown) => void): void {
		if (!isJson(req)) {
			this.error(res, 415, errorCode.server, 'Unsupported media type: Content-Type must be application/json');
			return;
		}
		let first: Buffer | undefined;
		let rest: Buffer[] | undefined;
		let bytes = 0;
		req.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > limits.bodyBytes) {
				// Discarded to its end before the 413: an answer to a client that still sends would be lost in a reset.
				first = undefined;
				rest = undefined;
				if (bytes > limits.discardedBytes) req.destroy();
			} else if (first === undefined) first = chunk;
			else if (rest === undefined) rest = [first, chunk];
			else rest.push(chunk);
		});
		req.on('end', () => {
			if (bytes > limits.bodyBytes) {
				this.error(res, 413, errorCode.server, `Request body exceeds ${limits.bodyBytes} bytes`);
				return;
			}
			let message: unknown;
			try {
				message = JSON.parse((rest ? Buffer.concat(rest, bytes) : (first ?? '')).toString());
				// The request lives as long as its answer: a held stream would hold the bytes of its body too.
				first = undefined;
				rest = undefined;
			} catch {
				this.error(res, 400, errorCode.parse, 'Parse error: the body is not valid JSON');
				return;
			}
			then(message);
		});
	}
}
