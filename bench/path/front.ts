import type { Server as HttpServer, RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { http } from '../builtins.ts';
import { Connection } from './connection.ts';
import type { NoteCut } from './cut-log.ts';

const host = '127.0.0.1';
const backlog = 4096;
/** As nginx: longer than the servers' own, so that the proxy's clients keep their connections. */
const keepAliveTimeout = 75_000;
/** Somebody else may have taken the port while the proxy was down. */
const backWithinMs = 2000;

/** What happens to the connections of a front. */
export interface FrontHost {
	readonly note: NoteCut;
	/** Whether faults may act on their bytes. */
	readonly throughLanes: boolean;
	readonly came: (connection: Connection) => void;
	readonly went: (connection: Connection) => void;
}

/**
 * The side of the proxy that clients see: connections, which may be cut, refused or silenced, and the HTTP on them. A
 * listener of its own hands its connections to node:http, so that a silenced one never becomes node:http's.
 */
export class Front {
	readonly #http: HttpServer;
	readonly #listener: Server;
	readonly #host: FrontHost;
	readonly #connections = new Set<Connection>();
	#port = 0;
	#halfOpen = false;

	constructor(handle: RequestListener, host: FrontHost) {
		this.#host = host;
		// The limits on how long a request may take to arrive would close connections that are to stay silent.
		const untimed = { keepAliveTimeout, headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: 2 ** 30 };
		this.#http = http.createServer(untimed, handle);
		this.#listener = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#take(socket));
	}

	get openConnections(): number {
		return this.#connections.size;
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
			for (const connection of this.#connections) connection.cut('down', 'fin', true);
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
		if (on) for (const connection of this.#connections) connection.cut('half_open', 'silent');
	}

	#take(socket: Socket): void {
		const { throughLanes, note, came, went } = this.#host;
		const connection = new Connection(socket, throughLanes, note);
		this.#connections.add(connection);
		socket.once('close', () => this.#connections.delete(connection));
		// What a fault holds of it, its end included, may outlast the client.
		connection.stream.once('close', () => went(connection));
		if (this.#halfOpen) {
			connection.cut('half_open', 'silent');
			return;
		}
		came(connection);
		this.#http.emit('connection', connection.stream);
	}
}
