import { createClient } from '@redis/client';
import { limits } from './limits.ts';

/** What is kept of a session where every process can read it. Its stream and its calls stay with the process that has them. */
export interface StoredSession {
	/** As in `Session`. */
	readonly logs: boolean;
}

/** How long the first connection is waited for before the server says that it is ready. */
const firstConnectionMs = 2000;
/** The longest wait between two attempts to reach Redis again. */
const longestWaitMs = 500;
/** So often Redis is asked whether it is still there. */
const pingEveryMs = 1000;

const prefix = 'mcp-session:';

/**
 * Sessions in Redis, one key each, which Redis forgets when nobody used it for a time. Loaded where asked for only: a server that
 * keeps its sessions to itself carries no client of Redis. While Redis is away every method rejects, at once or after
 * `storeSilenceMs`; the connection comes back by itself.
 */
export class SessionStore {
	readonly #client: ReturnType<typeof newClient>;
	readonly #expiryMs: number;
	/** Commands that failed because Redis was away. */
	failures = 0;
	#isAway = false;

	private constructor(url: string, expiryMs: number) {
		this.#expiryMs = expiryMs;
		this.#client = newClient(url);
		this.#client.on('error', (error: Error) => this.#say(`the session store ${url} is away (${wordsOf(error)})`, true));
		this.#client.on('ready', () => this.#say(`the session store ${url} is back`, false));
	}

	/** Does not wait for ever: a server whose store is away serves all the same, and answers 503. */
	static async open(url: string, expiryMs: number): Promise<SessionStore> {
		const store = new SessionStore(url, expiryMs);
		const late = Promise.withResolvers<void>();
		const timer = setTimeout(late.resolve, firstConnectionMs);
		await Promise.race([store.#client.connect().catch(() => {}), late.promise]);
		clearTimeout(timer);
		return store;
	}

	get expiryMs(): number {
		return this.#expiryMs;
	}

	/** The session, which thereby is in use; undefined where no process knows it. */
	async find(id: string): Promise<StoredSession | undefined> {
		const kept = await this.#try(this.#client.getEx(prefix + id, { type: 'PX', value: this.#expiryMs }));
		return kept === null ? undefined : (JSON.parse(kept) as StoredSession);
	}

	async keep(id: string, session: StoredSession): Promise<void> {
		const expiration = { type: 'PX', value: this.#expiryMs } as const;
		await this.#try(this.#client.set(prefix + id, JSON.stringify(session), { expiration }));
	}

	async forget(id: string): Promise<void> {
		await this.#try(this.#client.del(prefix + id));
	}

	async #try<T>(command: Promise<T>): Promise<T> {
		try {
			return await command;
		} catch (error) {
			this.failures++;
			throw error;
		}
	}

	/** Once for an outage, however many attempts it lasts. */
	#say(words: string, isAway: boolean): void {
		if (isAway === this.#isAway) return;
		this.#isAway = isAway;
		const what = isAway ? 'requests of sessions are answered 503 until it is back' : 'sessions are served again';
		process.stderr.write(`--session-store: ${words}; ${what}.\n`);
	}
}

function newClient(url: string) {
	return createClient({
		url,
		disableOfflineQueue: true,
		commandsQueueMaxLength: limits.storeCommands,
		// A Redis that stands still answers no ping, and its connection ends as a dead one does.
		pingInterval: pingEveryMs,
		socket: {
			connectTimeout: limits.storeSilenceMs,
			socketTimeout: limits.storeSilenceMs,
			reconnectStrategy: (retries) => Math.min(longestWaitMs, 50 * 2 ** Math.min(retries, 10)),
		},
	});
}

function wordsOf(error: Error): string {
	const { code } = error as NodeJS.ErrnoException;
	return code ?? error.message.replace(/[.\s]+$/, '');
}
