import type { SessionStore } from './session-store.ts';
import { type Session, Sessions } from './sessions.ts';

/** How many times a session with a stream is kept alive in the time after which the store forgets it. */
const touches = 4;

/**
 * Sessions that any process with the same store serves. What this process has of them, streams and calls under way, is its own:
 * a cancellation that lands elsewhere has no effect, and a second stream is refused only where the first one is.
 */
export class SharedSessions extends Sessions {
	readonly #store: SessionStore;

	constructor(max: number, newId: () => string, store: SessionStore) {
		super(max, store.expiryMs, newId);
		this.#store = store;
		setInterval(() => this.#keepBusy(), store.expiryMs / touches).unref();
	}

	/**
	 * Looks a session up that may be another process's; if there is one, this process has it afterwards.
	 * @returns false where this process has no room for it. @throws Error where the store is away
	 */
	async admit(id: string): Promise<boolean> {
		const kept = await this.#store.find(id);
		const own = this.get(id);
		if (!kept) {
			if (own) this.end(own);
			return true;
		}
		const session = own ?? this.add(id);
		if (session) session.logs = kept.logs;
		return session !== undefined;
	}

	/** From now on every process knows it as it is. @throws Error where the store is away */
	async publish({ id, logs }: Session): Promise<void> {
		await this.#store.keep(id, { logs });
	}

	/** Ends it for every process. @throws Error where the store is away */
	async retire(session: Session): Promise<void> {
		await this.#store.forget(session.id);
		this.end(session);
	}

	/** A stream uses its session, though no request comes. One that was ended elsewhere ends here too. */
	#keepBusy(): void {
		// What cannot be looked up now is looked up next time.
		for (const { id } of this.busy()) void this.admit(id).catch(() => {});
	}
}
