import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { silence } from './silence.ts';

const host = '127.0.0.1';
const backlog = 4096;
/** As nginx: longer than the servers' own, so that the balancer's clients keep their connections. */
const keepAliveTimeout = 75_000;
/** Somebody else may have taken the port while the balancer was down. */
const backWithinMs = 2000;

/**
 * The side of the balancer that clients see: connections, which may be cut, refused or silenced, and the HTTP on them. A
 * listener of its own hands its connections to node:http, so that a silenced one never becomes node:http's.
 */
export class Front {
	readonly #http: HttpServer;
	readonly #listener: Server;
	readonly #sockets = new Set<Socket>();
	#port = 0;
	#halfOpen = false;

	constructor(handle: RequestListener) {
		// The limits on how long a request may take to arrive would close connections that are to stay silent.
		const untimed = { keepAliveTimeout, headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: 2 ** 30 };
		this.#http = createHttpServer(untimed, handle);
		this.#listener = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#take(socket));
	}

	get openConnections(): number {
		return this.#sockets.size;
	}

	get url(): string {
		return `http://${host}:${this.#port}/`;
	}

	/** @throws Error with the code EADDRINUSE where the port is taken */
	async listen(port: number): Promise<void> {
		const listening = Promise.withResolvers<void>();
		this.#listener.once('error', listening.reject);
		this.#listener.listen({ port, host, backlog }, listening.resolve);
		try {
			await listening.promise;
		} finally {
			this.#listener.off('error', listening.reject);
		}
		const address = this.#listener.address();
		this.#port = typeof address === 'object' && address ? address.port : port;
	}

	/** Cuts every connection and refuses new ones; or listens again where it did. */
	async down(on: boolean): Promise<void> {
		if (on) {
			if (this.#listener.listening) this.#listener.close();
			for (const socket of this.#sockets) socket.destroy();
			return;
		}
		const giveUp = performance.now() + backWithinMs;
		while (!this.#listener.listening) {
			try {
				await this.listen(this.#port);
			} catch (error) {
				if (performance.now() > giveUp) throw error;
				await sleep(50);
			}
		}
	}

	/** Silences every connection there is, for good, and those that come while it is on. */
	halfOpen(on: boolean): void {
		this.#halfOpen = on;
		if (on) for (const socket of this.#sockets) silence(socket);
	}

	#take(socket: Socket): void {
		this.#sockets.add(socket);
		socket.once('close', () => this.#sockets.delete(socket));
		if (this.#halfOpen) silence(socket);
		else this.#http.emit('connection', socket);
	}
}
