import type { PathFault } from '../model/path-fault.ts';
import type { ListenerSpec } from './listener.ts';

/**
 * What the embedded proxy's process is told over IPC; each is answered with the same id, and with its figures or why not. An order
 * with a `listener` is for that one only, by its number in the order of opening; without one it is for all.
 */
export type ProxyOrder = { readonly listener?: number } & (
	| { readonly do: 'open'; readonly spec: ListenerSpec; readonly port: number }
	/** The servers from now on, all of them registered. What a balance has learnt stays with the numbers. */
	| { readonly do: 'backends'; readonly urls: readonly string[] }
	/** Whether new requests may go to the server of this number. */
	| { readonly do: 'register'; readonly n: number; readonly on: boolean }
	| { readonly do: 'down'; readonly on: boolean }
	| { readonly do: 'half-open'; readonly on: boolean }
	/** The fault begins to act, on connections that are there too, or is healed. `key` tells faults of the same kind apart. */
	| { readonly do: 'inflict'; readonly key: string; readonly fault: PathFault; readonly on: boolean }
	| { readonly do: 'state' }
	/** Garbage is collected: what is held shows. */
	| { readonly do: 'collect' }
);

/** The figures of a listener, since its opening. */
export interface ListenerState {
	readonly url: string;
	readonly place: number;
	readonly requests: number;
	/** Requests that it answered itself: 502 where no server answered, 503 where none was registered. */
	readonly badGateways: number;
	readonly unserved: number;
	/** Answers that it cut because their server broke off. */
	readonly answersCut: number;
	/** Connections of clients, now. */
	readonly openConnections: number;
}

export interface ProxyState {
	readonly listeners: readonly ListenerState[];
	readonly cpuUs: number;
}

export type ProxyReply =
	| { readonly id: number; readonly state: ProxyState }
	| { readonly id: number; readonly error: string };
