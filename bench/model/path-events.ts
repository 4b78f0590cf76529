import type { StreamEnd } from './path-fault.ts';

/**
 * What stands between swarm and target, the embedded proxy, ended a client's connection or answer, or answered in the server's place:
 * by one of its limits or faults, or because nobody was there to ask.
 */
export interface CutEvent {
	readonly is: 'cut';
	readonly at: number;
	/** Of which listener: the place of its case among those that run side by side, else 0. */
	readonly place: number;
	/** The kind of the fault or limit, or `no-server`. */
	readonly by: string;
	/** How: the end of a stream, or the status that was answered. */
	readonly end: StreamEnd | number;
	/** How long the exchange, or the connection between two, had lasted, and how long nothing had flowed. */
	readonly lastedMs: number;
	readonly idleMs: number;
}

/** What a reader must know of a place to understand its figures; written before its sessions open. */
export interface PlaceEvent {
	readonly is: 'place';
	readonly at: number;
	readonly place: number;
	/** By how much its time is compressed. */
	readonly factor: number;
	readonly sessions: number;
	/** Of a `watch`: so many of its first sessions make the slow calls, and the others are watched. */
	readonly callers?: number;
	/** Absent where the tool cannot be told how long to take, as that of a user's server: there was no slow call. */
	readonly slow?: true;
	/** Whether its clients hold a stream. */
	readonly stream: boolean;
	/** After so long its path ends an answer that is silent, or any, compressed; absent: none is known. */
	readonly limitsMs?: readonly number[];
}

/**
 * What a stand-in for a serverless platform ran for one request (`InvocationLine` in `servers/contract.ts`), written when it was
 * over; `at`: its process was free again, or gone.
 */
export interface InvocationEvent {
	readonly is: 'invocation';
	readonly at: number;
	/** When the request had come, and when a process had it. */
	readonly askedUs: number;
	readonly fromUs: number;
	readonly platform: 'lambda' | 'cloud-run';
	/** By how much the limits of the platform were divided. */
	readonly factor: number;
	/** 0 where no process had it. */
	readonly pid: number;
	/** Of the request that made its process start: how long that took. */
	readonly coldStartMs?: number;
	/** It was there to hold a stream: its length is the session's, and compressed as the limits are. */
	readonly held: boolean;
	/** `left`: its client went, and the platform ended it for that. `running`: it still was when the trial ended. */
	readonly end: 'answered' | 'refused' | 'timeout' | 'too-large' | 'crashed' | 'left' | 'running';
	readonly status?: number;
	/** When its client had gone, where it went before the end. */
	readonly clientLeftUs?: number;
}
