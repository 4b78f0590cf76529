import {
	type Call,
	type Caller,
	type Connect,
	type Failure,
	type Reply,
	type Session,
	SessionError,
	type SessionEvents,
} from '../model/session.ts';
import { Pending } from './pending.ts';

/**
 * A server that exists only in memory, for tests of what stands above the wire: it can be down, forget its sessions,
 * answer late, or hold every call until told.
 */
export class FakeServer {
	up = true;
	/** Calls wait here until `answerAll`, where set. */
	holding = false;
	/** Every opening, or every call, fails for this reason, where set; calls as if the answer had this status. */
	failsOpens: Failure | undefined;
	/** Every session is lost in the very turn in which it opens. */
	dropsAtOnce = false;
	failsCalls: Failure | undefined;
	failStatus: number | undefined;
	/** What streams that are held ask their clients to wait. */
	retryMs: number | undefined;
	opens = 0;
	initializes = 0;
	readonly calls: string[] = [];
	readonly sessions = new Set<FakeSession>();
	readonly held: Pending<Reply>[] = [];
	readonly #callable: boolean;

	/** @param callable whether calls can be tried while the stream is lost, as with Streamable HTTP */
	constructor(callable = false) {
		this.#callable = callable;
	}

	readonly connect: Connect = (events, token) => new FakeSession(this, events, this.#callable, token);

	/** Every open session and every call in flight ends as if the process had died. */
	crash(): void {
		this.up = false;
		for (const pending of this.held.splice(0)) pending.reject(new SessionError('closed', 'crashed'));
		for (const session of [...this.sessions]) session.drop('closed');
	}

	answerAll(): void {
		for (const pending of this.held.splice(0)) pending.resolve({ bytesIn: 1, bytesOut: 1 });
	}
}

class FakeSession implements Session {
	initialized = false;
	readonly callable: boolean;
	readonly resumeToken = undefined;
	readonly retryMs: number | undefined;
	readonly #server: FakeServer;
	readonly #events: SessionEvents;
	#inFlight: Pending<Reply> | undefined;

	constructor(server: FakeServer, events: SessionEvents, callable: boolean, _token?: unknown) {
		this.#server = server;
		this.#events = events;
		this.callable = callable;
		this.retryMs = server.retryMs;
	}

	async open(): Promise<void> {
		this.#server.opens++;
		this.#events.connect(this.#server.up);
		if (!this.#server.up) throw new SessionError('refused', 'down');
		if (this.#server.failsOpens) throw new SessionError(this.#server.failsOpens, 'opening fails');
		this.#server.initializes++;
		this.initialized = true;
		this.#server.sessions.add(this);
		if (this.#server.dropsAtOnce) this.drop('ended');
	}

	call(call: Call, caller: Caller): void {
		this.#call(call).then(
			(reply) => caller.answered(reply),
			(error) => caller.failed(error),
		);
	}

	async #call(call: Call): Promise<Reply> {
		if (!this.#server.up) throw new SessionError('refused', 'down');
		this.#server.calls.push(call.id);
		const { failsCalls, failStatus: status } = this.#server;
		if (failsCalls) throw new SessionError(failsCalls, 'calls fail', status === undefined ? {} : { status });
		if (!this.#server.holding) return { bytesIn: 1, bytesOut: 1 };
		this.#inFlight = new Pending<Reply>();
		this.#server.held.push(this.#inFlight);
		return this.#inFlight.promise;
	}

	async request(): Promise<unknown> {
		return {};
	}

	abandon(why: Failure): void {
		this.#inFlight?.reject(new SessionError(why, why));
	}

	drop(why: Failure): void {
		this.#server.sessions.delete(this);
		this.#events.lost(why);
	}

	async close(): Promise<void> {
		this.destroy();
	}

	destroy(): void {
		this.#server.sessions.delete(this);
	}
}
