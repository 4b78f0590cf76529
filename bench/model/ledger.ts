import type { Push } from './session.ts';

/**
 * What a server says it did, in a file of its own that survives its death (`servers/shared/ledger.ts`): merged into the history,
 * it settles what the clients could not know.
 */
export type LedgerEvent = RanEvent | EmittedEvent | TickEvent | SentEvent;

/** The server began to run this call, had run it, or stopped it because it was cancelled. A call that takes no time has `done` only. */
export interface RanEvent {
	readonly is: 'ran';
	readonly at: number;
	readonly pid: number;
	readonly callId: string;
	readonly stage: 'begun' | 'done' | 'stopped';
}

/** The server sent, or kept for its client, a numbered push to the session that it calls `key`. */
export interface EmittedEvent {
	readonly is: 'emitted';
	readonly at: number;
	readonly pid: number;
	readonly key: string;
	readonly number: number;
}

/** The number of a push that it made, to whomever was there, be it nobody. */
export interface TickEvent {
	readonly is: 'tick';
	readonly at: number;
	readonly pid: number;
	readonly number: number;
	/** To how many sessions. */
	readonly to?: number;
	/** They were chosen among all who were there: it was not for the others. */
	readonly chosen?: true;
}

/** A push has been handed to everybody's connection, or kept for whoever asks for it. */
export interface SentEvent {
	readonly is: 'sent';
	/** The ledger was written, and the first session's turn came: how long a push was under way counts from here. */
	readonly at: number;
	readonly pid: number;
	readonly number: number;
	/** All that was said in that turn was with the system. */
	readonly toUs: number;
	/** How long the ledger took before `at`: CPU time of the server that is none of the push's. */
	readonly bookUs: number;
}

/** Where in `params._meta` the servers of this project say which push a message is; `servers/shared/pusher.ts` has the same. */
const pushMetaKey = 'mcp-transport-bench/push';

/** Which push a message is, where it is a numbered one. Nothing about it is trusted. */
export function numberedPush({ params }: Push): { readonly key: string; readonly number: number } | undefined {
	const meta = (params as { _meta?: Readonly<Record<string, unknown>> | null } | null | undefined)?._meta;
	const { key, number } = (meta?.[pushMetaKey] ?? {}) as { readonly key?: unknown; readonly number?: unknown };
	if (typeof key !== 'string' || !Number.isSafeInteger(number)) return undefined;
	return { key, number: number as number };
}
