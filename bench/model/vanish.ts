import type { GaugeValues } from './history.ts';

/**
 * How a wave of clients goes.
 * - `polite`: each says so first, with DELETE where the transport has sessions, and closes its connections.
 * - `closed`: connections are closed (FIN), and nothing is said.
 * - `silent`: connections stay, and nothing is ever sent again; the client's system still answers TCP.
 * - `killed`: the process of all clients is killed (SIGKILL), and its system closes their connections.
 */
export const vanishWays = ['polite', 'closed', 'silent', 'killed'] as const;
export type VanishWay = (typeof vanishWays)[number];

/**
 * Waves of clients that open a session, make one call, and go. The first waves are there so that code is compiled: their clients call
 * more than once, and nothing is watched after them; what stays of clients is asked of those that come after the wave that follows.
 */
export interface VanishLoad {
	readonly kind: 'vanish';
	/** Of each wave. */
	readonly sessions: number;
	readonly waves: number;
	readonly way: VanishWay;
	/** How long the server is watched after each wave but the first ones has gone; the last of it is the reading that counts. */
	readonly watchMs: number;
	/** When after the last wave has gone the server is read, in order: after each a collection is forced. Not before `watchMs` ends the wave. */
	readonly lastReadAtMs: readonly number[];
}

/** What may stay behind in a server when clients have gone. */
export type Remains = 'sessions' | 'heapKb' | 'ussKb' | 'fds';

/** How often a server is asked for its sessions and streams while it is watched, without a collection. */
export const lookEveryMs = 250;

/** A wave of clients has gone. */
export interface VanishedEvent {
	readonly is: 'vanished';
	readonly at: number;
	/** Counts from 1. */
	readonly wave: number;
	readonly way: VanishWay;
	/** How many had opened a session. */
	readonly clients: number;
}

/** The target's figures, summed over its processes, between waves: `held` while a wave is there, `gone` before the first and after each. */
export interface VanishReadingEvent {
	readonly is: 'vanish-reading';
	readonly at: number;
	/** The wave that is there, or went last; 0 before the first. */
	readonly wave: number;
	readonly moment: 'held' | 'gone';
	/** How many clients have come and gone by now. */
	readonly gone: number;
	/** With a forced collection, where the target has them, and memory; otherwise sessions, streams and the number of descriptors alone. */
	readonly isWhole: boolean;
	/** The one at the end of the wave's watch, and the first of all: these make the slopes. */
	readonly isEnd?: true;
	readonly target: GaugeValues;
	/** All descriptors. */
	readonly fds?: number;
}

export type VanishEvent = VanishedEvent | VanishReadingEvent;

/** So many waves are not watched, where there are more. */
export const unwatchedWaves = 2;

/** How long all of its watching takes. */
export function vanishMs({ waves, watchMs, lastReadAtMs }: VanishLoad): number {
	return Math.max(0, waves - 1 - unwatchedWaves) * watchMs + Math.max(watchMs, ...lastReadAtMs);
}
