import { buildConnector, Client, type Dispatcher } from 'undici';
import { type Failure, SessionError } from '../model/session.ts';

/** A connector shared by all channels of a worker: undici builds one per client otherwise. */
const connector = buildConnector({ timeout: 10_000, allowH2: false });

/** How an error of undici or of the kernel reads as a reason. */
export function failureOf(error: unknown): Failure {
	if (error instanceof SessionError) return error.why;
	const code = (error as { code?: unknown }).code;
	switch (code) {
		case 'ECONNREFUSED':
			return 'refused';
		case 'ECONNRESET':
		case 'EPIPE':
			return 'reset';
		case 'UND_ERR_CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
			return 'connect-timeout';
		case 'EADDRNOTAVAIL':
		case 'EMFILE':
		case 'ENFILE':
			return 'no-ports';
		case 'UND_ERR_ABORTED':
		case 'UND_ERR_DESTROYED':
			return 'aborted';
		case 'UND_ERR_HEADERS_TIMEOUT':
		case 'UND_ERR_BODY_TIMEOUT':
			return 'timeout';
		case 'UND_ERR_SOCKET':
			return 'closed';
		default:
			return 'protocol';
	}
}

/**
 * One connection of one virtual client: requests go out one after another, and an idle connection stays open until
 * either side lets it go. Nothing is ever retried here: what became of a request is for the caller to know.
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
