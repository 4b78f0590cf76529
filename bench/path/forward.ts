import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../builtins.ts';
import type { Backends } from './backends.ts';
import { Connection } from './connection.ts';
import type { NoteCut } from './cut-log.ts';
import { Exchange } from './exchange.ts';

/** What happens to the exchanges of a listener. */
export interface ForwarderHost {
	readonly note: NoteCut;
	/** An exchange begins: what is in force acts on it. */
	readonly began: (exchange: Exchange) => void;
	readonly ended: (exchange: Exchange) => void;
}

/**
 * Passes requests on to the servers and answers back, as they come: nothing is held but what a slow reader makes wait. A
 * request is sent again only where nothing of it can have arrived, because the connection was refused. There is no timeout but
 * those that are in force: a server that does not answer is the client's to give up.
 */
export class Forwarder {
	readonly counts = { requests: 0, badGateways: 0, unserved: 0, answersCut: 0 };
	readonly #backends: Backends;
	readonly #host: ForwarderHost;
	/**
	 * Connections to a server are kept and shared, as real balancers do. Node's own agent rather than undici's: it lets a
	 * connection go a second before the server would (`Keep-Alive: timeout`), so that hardly a request meets a closing one.
	 */
	readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });

	constructor(backends: Backends, host: ForwarderHost) {
		this.#backends = backends;
		this.#host = host;
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		this.counts.requests += 1;
		const exchange = new Exchange(req, res, Connection.of(req.socket), this.#host.note);
		this.#host.began(exchange);
		res.once('close', () => this.#host.ended(exchange));
		this.#attempt(exchange);
	}

	#attempt(exchange: Exchange): void {
		const { req, res, tried } = exchange;
		const n = this.#backends.choose(req, tried);
		const backend = n === undefined ? undefined : this.#backends.at(n);
		if (n === undefined || !backend) {
			this.counts[tried.length > 0 ? 'badGateways' : 'unserved'] += 1;
			exchange.refuse('no-server', tried.length > 0 ? 502 : 503);
			return;
		}
		const { hostname, port } = backend;
		const headers = exchange.requestHeaders();
		const out = http.request({ agent: this.#agent, hostname, port, method: req.method, path: req.url, headers });
		exchange.out = out;
		const { balance } = this.#backends;
		balance.began?.(n);
		out.once('close', () => balance.ended?.(n));
		let connected = false;
		out.once('socket', (socket) => {
			whenConnected(socket, () => {
				connected = true;
				if (exchange.isOver) return;
				req.on('data', () => exchange.flowed());
				req.pipe(out);
			});
		});
		out.once('response', (answer) => {
			const added = balance.learned?.(req, answer, n) ?? [];
			exchange.take(answer, added, () => {
				this.counts.answersCut += 1;
			});
		});
		out.on('error', () => {
			// After the answer's head its body tells; after the client, or a limit, nobody is left to tell.
			if (exchange.isAnswered || exchange.isOver || res.destroyed) return;
			if (connected) {
				this.counts.badGateways += 1;
				exchange.refuse('no-server', 502);
			} else {
				tried.push(n);
				this.#attempt(exchange);
			}
		});
	}
}

/** At once for a connection that was used before. */
function whenConnected(socket: Socket, then: () => void): void {
	if (socket.connecting) socket.once('connect', then);
	else then();
}
