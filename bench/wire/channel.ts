import { buildConnector, Client, type Dispatcher } from 'undici';
import type { SessionEvents } from '../model/session.ts';
import { type Endpoint, placeOf, probeWhenSilent } from './endpoint.ts';

/** A connector shared by all channels of a worker: undici builds one per client otherwise. */
const connector = buildConnector({ timeout: 10_000, allowH2: false });

/**
 * For a crowd on this machine, without TCP's keep-alive. undici asks for a probe after a minute of silence, and for an end after
 * ten unanswered ones, a second apart. Of 100,000 clients so many fall into one tick of the kernel's timer that its queue of
 * 1000 packets overflows, and connections were seen to end that nothing was wrong with.
 */
const crowdConnector = buildConnector({ timeout: 10_000, allowH2: false, keepAlive: false });

/** After this a client lets an idle connection go, if the server has not done so before. */
const longestIdleMs = 60_000;

/** What a channel needs to know of where it goes and how. */
type ChannelEndpoint = Pick<
	Endpoint,
	'url' | 'idleConnectionMs' | 'sourceAddress' | 'tcpKeepAliveMs' | 'jar' | 'traffic'
>;

/** Headers as name, value, name, value. */
type StreamRequest = Omit<Dispatcher.DispatchOptions, 'headers'> & { readonly headers?: readonly string[] };

/**
 * One connection of one virtual client for a stream that is held, or for a request whose answer may turn into one. Nothing
 * is ever retried here: what became of a request is for the caller to know. Calls go over a `Line`.
 * Between connections a channel keeps next to nothing: undici's client and what it remembers of its last socket are 8 KB.
 */
export class Channel {
	readonly #events: Pick<SessionEvents, 'connect'>;
	readonly #endpoint: ChannelEndpoint;
	#client: Client | undefined;
	#destroyed = false;

	/** @param events told of every TCP connection attempt */
	constructor(endpoint: ChannelEndpoint, events: Pick<SessionEvents, 'connect'>) {
		this.#events = events;
		this.#endpoint = endpoint;
	}

	send(options: StreamRequest, handler: Dispatcher.DispatchHandler): void {
		this.#client ??= this.#connectable();
		const cookie = this.#endpoint.jar?.headerFor(options.path);
		const headers = [...(options.headers ?? []), ...(cookie === undefined ? [] : ['cookie', cookie])];
		this.#client.dispatch({ ...options, headers }, handler);
	}

	/** Cuts the connection at once; what is in flight fails as `aborted`. Never throws. */
	destroy(): void {
		this.#destroyed = true;
		this.#client?.destroy().catch(() => {});
	}

	#connectable(): Client {
		const { idleConnectionMs = longestIdleMs, sourceAddress, tcpKeepAliveMs, traffic } = this.#endpoint;
		const connect = sourceAddress === undefined ? connector : crowdConnector;
		const client = new Client(placeOf(this.#endpoint).origin, {
			pipelining: 1,
			// Both limits are off: a held stream may be silent for ever, and a call's limit is the swarm's.
			headersTimeout: 0,
			bodyTimeout: 0,
			// The server's `Keep-Alive: timeout` decides, not a guess of ours: whole-second hints need a zero threshold.
			keepAliveTimeout: idleConnectionMs,
			keepAliveMaxTimeout: idleConnectionMs,
			keepAliveTimeoutThreshold: 0,
			strictContentLength: false,
			...(sourceAddress !== undefined && { localAddress: sourceAddress }),
			connect: (options, callback) =>
				connect(options, (...result) => {
					const [error, socket] = result;
					this.#events.connect(error === null);
					if (socket) probeWhenSilent(socket, tcpKeepAliveMs);
					if (socket) traffic?.count(socket);
					callback(...result);
				}),
		});
		// A channel that was destroyed must refuse requests, as its client does.
		if (this.#destroyed) client.destroy().catch(() => {});
		client.on('disconnect', () => {
			if (client.stats.size === 0 && this.#client === client) this.#client = undefined;
		});
		return client;
	}
}
