import { randomUUID } from 'node:crypto';
import type { Call } from './calls.ts';
import { limits } from './limits.ts';
import { isRpcId, type Params, type RpcId } from './rpc.ts';
import type { EventStream } from './streams.ts';

/** What a server keeps for one client of a legacy revision between its requests. Kept small: thousands are held. */
export class Session {
	readonly id = randomUUID();
	/** The stream on which the server speaks unasked. */
	stream: EventStream | undefined;
	/** Whether the client's `logging/setLevel` lets level `info` pass. */
	logs = true;
	#running: Map<RpcId, Call> | undefined;

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

	cancelAll(): void {
		for (const call of this.#running?.values() ?? []) call.cancel();
	}
}

/** The sessions of a process, by id. */
export class Sessions {
	readonly #byId = new Map<string, Session>();

	get size(): number {
		return this.#byId.size;
	}

	/** @returns undefined where the table is full */
	open(): Session | undefined {
		if (this.#byId.size >= limits.heldClients) return undefined;
		const session = new Session();
		this.#byId.set(session.id, session);
		return session;
	}

	get(id: string): Session | undefined {
		return this.#byId.get(id);
	}

	/** Forgets a session, cancels its calls and ends its stream. */
	end(session: Session): void {
		this.#byId.delete(session.id);
		session.cancelAll();
		session.stream?.end();
	}
}
