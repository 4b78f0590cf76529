import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Backends } from './backends.ts';
import { watchForEndpoint } from './endpoint-event.ts';
import { endToEnd } from './headers.ts';
import { cut } from './silence.ts';

const sessionHeader = 'mcp-session-id';

/** One request of a client on its way. */
interface Passage {
	readonly req: IncomingMessage;
	readonly res: ServerResponse;
	/** Servers that refused the connection. */
	readonly tried: number[];
	/** The request to the server. */
	out: ClientRequest | undefined;
}

/**
 * Passes requests on to the servers and answers back, as they come: nothing is held but what a slow reader makes wait. A
 * request is sent again only where nothing of it can have arrived, because the connection was refused. There is no timeout: a
 * server that does not answer is the client's to give up.
 */
export class Forwarder {
	readonly counts = { requests: 0, badGateways: 0, unserved: 0, answersCut: 0 };
	readonly #backends: Backends;
	/**
	 * Connections to a server are kept and shared, as real balancers do. Node's own agent rather than undici's: it lets a
	 * connection go a second before the server would (`Keep-Alive: timeout`), so that hardly a request meets a closing one.
	 */
	readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });

	constructor(backends: Backends) {
		this.#backends = backends;
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		this.counts.requests += 1;
		// What the server sends says when it was sent.
		res.sendDate = false;
		const passage: Passage = { req, res, tried: [], out: undefined };
		// Complete or not: a client that is gone needs no answer, and its server is told so.
		res.once('close', () => {
			if (!res.writableFinished) passage.out?.destroy();
		});
		this.#attempt(passage);
	}

	#attempt(passage: Passage): void {
		const { req, res, tried } = passage;
		const n = this.#backends.choose(sessionOf(req), tried);
		const backend = n === undefined ? undefined : this.#backends.at(n);
		if (n === undefined || !backend) {
			this.#refuse(res, tried.length > 0 ? 502 : 503);
			return;
		}
		const headers = endToEnd(req.rawHeaders, req.headers.connection);
		// A body of unknown length; node:http would send that of a DELETE without any frame.
		if (req.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
		const { hostname, port } = backend;
		const out = request({ agent: this.#agent, hostname, port, method: req.method, path: req.url, headers });
		passage.out = out;
		let connected = false;
		let answered = false;
		out.once('socket', (socket) => {
			whenConnected(socket, () => {
				connected = true;
				req.pipe(out);
			});
		});
		out.once('response', (answer) => {
			answered = true;
			this.#answer(passage, answer, n);
		});
		out.on('error', () => {
			// After the answer's head its body tells; after the client nobody is left to tell.
			if (answered || res.destroyed) return;
			if (connected) this.#refuse(res, 502);
			else {
				tried.push(n);
				this.#attempt(passage);
			}
		});
	}

	#answer({ req, res }: Passage, answer: IncomingMessage, n: number): void {
		answer.on('error', () => {});
		try {
			const headers = endToEnd(answer.rawHeaders, answer.headers.connection);
			res.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
		} catch {
			// A head that no server may send, such as a status of 000: the server's fault must not become the path's.
			answer.destroy();
			this.#refuse(res, 502);
			return;
		}
		this.#learn(req, answer, n);
		// A stream may be silent for long after its head; a body of known length comes along with it.
		if (answer.headers['content-length'] === undefined) res.flushHeaders();
		answer.once('close', () => {
			if (answer.complete || res.destroyed) return;
			// An end without its last chunk: anything else would pass a broken answer off as a whole one.
			this.counts.answersCut += 1;
			cut(res);
		});
		answer.pipe(res);
	}

	#learn(req: IncomingMessage, answer: IncomingMessage, n: number): void {
		if (req.headers[sessionHeader] !== undefined) return;
		const named = answer.headers[sessionHeader];
		if (typeof named === 'string') this.#backends.learn(named, n);
		else if (req.method === 'GET' && answer.headers['content-type']?.startsWith('text/event-stream')) {
			watchForEndpoint(answer, (path) => this.#backends.learn(path, n));
		}
	}

	#refuse(res: ServerResponse, status: 502 | 503): void {
		this.counts[status === 502 ? 'badGateways' : 'unserved'] += 1;
		const body =
			status === 502 ? 'Bad gateway: the server did not answer.\n' : 'Unavailable: no server is registered.\n';
		// Named anew: a head that was refused may have left its own words here.
		const reason = status === 502 ? 'Bad Gateway' : 'Service Unavailable';
		res.writeHead(status, reason, { 'content-type': 'text/plain', 'content-length': body.length });
		res.end(body);
	}
}

/** The name of the request's session: the header, or for HTTP+SSE the very address to which the client was told to POST. */
function sessionOf(req: IncomingMessage): string | undefined {
	const named = req.headers[sessionHeader];
	return typeof named === 'string' ? named : req.url;
}

/** At once for a connection that was used before. */
function whenConnected(socket: Socket, then: () => void): void {
	if (socket.connecting) socket.once('connect', then);
	else then();
}
