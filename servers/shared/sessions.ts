import { randomUUID } from 'node:crypto';
import type { Call } from './calls.ts';
import type { SessionLog } from './event-log.ts';
import type { Listener, NumberedPush } from './pusher.ts';
import { isRpcId, type Params, type RpcId } from './rpc.ts';
import type { EventStream } from './streams.ts';

/** What a server keeps for one client of a legacy revision between its requests. Kept small: thousands are held. */
export class Session {
	readonly id: string;
	/** The stream on which the server speaks unasked. */
	stream: EventStream | undefined;
	/** Whether the client's `logging/setLevel` lets level `info` pass. */
	logs = true;
	/** What the client may have replayed; undefined where nothing can be. */
	log: SessionLog | undefined;
	/** When it was last used, in ticks of the session table. */
	usedAt = 0;
	#running: Map<RpcId, Call> | undefined;

	constructor(id: string) {
		this.id = id;
	}

	/** Remembers a call that takes time, so that it can be cancelled. */
	track(id: RpcId, call: Call, done: Promise<unknown>): void {
		this.#running ??= new Map();
		this.#running.set(id, call);
		void done.then(() => {
			if (this.#running?.get(id) === call) this.#running.delete(id);
		});
	}

	/** Obeys `notifications/cancelled`; an unknown id is ignored. */
	cancel(params: Params | undefined): void {
		if (isRpcId(params?.requestId)) this.#running?.get(params.requestId)?.cancel();
	}

	/** Speaks unasked. */
	notify(json: string): void {
		if (this.log?.own) this.log.own.tell(json);
		else this.stream?.send('message', json);
	}

	/** Whether what is said unasked goes anywhere: to a stream that nobody has closed yet, or into the log. */
	get isReachable(): boolean {
		return this.log?.own !== undefined || (this.stream !== undefined && !this.stream.closed);
	}

	/** Whether something is open or under way, so that the session cannot be idle. */
	get busy(): boolean {
		return this.stream !== undefined || (this.#running !== undefined && this.#running.size > 0);
	}

	cancelAll(): void {
		for (const call of this.#running?.values() ?? []) call.cancel();
	}
}

/** How many times the sessions are looked through in the time a session may be idle. */
const looks = 4;

/** Makes the ids of sessions. With the number of the process in them, whoever stands before it can tell whose they are. */
export function sessionIds(instance?: number): () => string {
	return instance === undefined ? () => randomUUID() : () => `${randomUUID()}.${instance}`;
}

/** The sessions of a process, by id. */
export class Sessions {
	readonly #byId = new Map<string, Session>();
	readonly #max: number;
	readonly #newId: () => string;
	#tick = 0;

	/**
	 * @param idleMs ends a session that was idle for so long, or up to a quarter longer; 0 = never
	 * @param newId makes the id of a session that begins
	 */
	constructor(max: number, idleMs = 0, newId = sessionIds()) {
		this.#max = max;
		this.#newId = newId;
		if (idleMs > 0) setInterval(() => this.#endIdle(), Math.ceil(idleMs / looks)).unref();
	}

	get size(): number {
		return this.#byId.size;
	}

	/** @returns undefined where the table is full */
	open(): Session | undefined {
		return this.add(this.#newId());
	}

	/** @returns undefined where the table is full */
	protected add(id: string): Session | undefined {
		if (this.#byId.size >= this.#max) return undefined;
		const session = new Session(id);
		session.usedAt = this.#tick;
		this.#byId.set(session.id, session);
		return session;
	}

	/** The session of a request, which thereby is in use. */
	get(id: string): Session | undefined {
		const session = this.#byId.get(id);
		if (session) session.usedAt = this.#tick;
		return session;
	}

	/** Says something unasked to all. */
	notify(json: string): void {
		for (const session of this.#byId.values()) session.notify(json);
	}

	/** Those who would hear what is said unasked. */
	*listeners(encode: (push: NumberedPush) => string): Generator<Listener> {
		for (const session of this.#byId.values()) {
			if (session.isReachable) yield { key: session.id, tell: (push) => session.notify(encode(push)) };
		}
	}

	/** Those that cannot be idle now. */
	protected busy(): Session[] {
		return [...this.#byId.values()].filter(({ busy }) => busy);
	}

	/** Forgets a session, cancels its calls and ends its stream. */
	end(session: Session): void {
		this.#byId.delete(session.id);
		session.cancelAll();
		session.stream?.end();
		session.log?.close();
	}

	/** Ends all of which this holds. */
	endWhere(which: (session: Session) => boolean): void {
		for (const session of this.#byId.values()) if (which(session)) this.end(session);
	}

	/** One timer for all sessions: a timer each would cost more than the session. */
	#endIdle(): void {
		this.#tick++;
		for (const session of this.#byId.values()) {
			if (session.busy) session.usedAt = this.#tick;
			// The request may have come just before a look, so that many looks must have passed since the next one.
			else if (this.#tick - session.usedAt > looks) this.end(session);
		}
	}
}
