import { buildConnector, Client, type Dispatcher } from 'undici';

/** A connector shared by all channels of a worker: undici builds one per client otherwise. */
const connector = buildConnector({ timeout: 10_000, allowH2: false });

/**
 * One connection of one virtual client for a stream that is held, or for a request whose answer may turn into one. Nothing
 * is ever retried here: what became of a request is for the caller to know. Calls go over a `Line`.
 */
export class Channel {
	readonly #client: Client;

	/**
	 * @param onConnect told of every TCP connection attempt
	 * @param idleConnectionMs after this the client lets an idle connection go, if the server has not done so before
	 */
	constructor(origin: string, onConnect: (ok: boolean) => void, idleConnectionMs = 60_000) {
		this.#client = new Client(origin, {
			pipelining: 1,
			// Both limits are off: a held stream may be silent for ever, and a call's limit is the swarm's.
			headersTimeout: 0,
			bodyTimeout: 0,
			// The server's `Keep-Alive: timeout` decides, not a guess of ours: whole-second hints need a zero threshold.
			keepAliveTimeout: idleConnectionMs,
			keepAliveMaxTimeout: idleConnectionMs,
			keepAliveTimeoutThreshold: 0,
			strictContentLength: false,
			connect: (options, callback) =>
				connector(options, (...result) => {
					onConnect(result[0] === null);
					callback(...result);
				}),
		});
	}

	send(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
		this.#client.dispatch(options, handler);
	}

	/** Cuts the connection at once; what is in flight fails as `aborted`. Never throws. */
	destroy(): void {
		this.#client.destroy().catch(() => {});
	}
}
