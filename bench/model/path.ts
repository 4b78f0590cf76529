import type { PathFault, StreamEnd } from './path-fault.ts';

/** What stands between swarm and target. */
export type Path =
	/** A reverse proxy: the embedded one, or a real one of this machine. */
	| ProxyPath
	/** Nothing, but target and swarm live in a network of their own, in which packets can be dropped without a word. */
	| { readonly kind: 'namespace' };

/** The reverse proxies: `embedded` is this project's own; the others are real programs, used where they are installed. */
export const proxies = ['embedded', 'nginx', 'haproxy', 'caddy', 'squid'] as const;
export type ProxyName = (typeof proxies)[number];

/** What every report calls them, so that a program is never mistaken for its emulation. */
export const proxyTitles: Readonly<Record<ProxyName, string>> = {
	embedded: 'embedded proxy',
	nginx: 'real nginx',
	haproxy: 'real HAProxy',
	caddy: 'real Caddy',
	squid: 'real Squid',
};

/** One listener of a reverse proxy before the target's processes. */
export interface ProxyPath {
	readonly kind: 'proxy';
	readonly by: ProxyName;
	/** How it spreads requests over the target's processes; absent: `stick_table`. */
	readonly balance?: BalanceMethod;
	/** What it does to answers that are late, silent, long or large; absent: nothing. */
	readonly limits?: PathLimits;
	/** In force from the start; of the embedded proxy only. */
	readonly faults?: readonly PathFault[];
}

/**
 * How requests find a process of the target.
 * - `round_robin`, `random`, `least_connections`: whatever they carry.
 * - `source_address`: by a hash of the client's address.
 * - `session_hash`: by a hash of the session's id, as the request names it (header or query); without one, in turn.
 * - `cookie`: the proxy sets a cookie that names the process.
 * - `stick_table`: which session belongs where is learnt from answers.
 * - `instance_in_id`: the server wrote the number of its process into the id (`servers/contract.ts`).
 */
export const balanceMethods = [
	'round_robin',
	'random',
	'least_connections',
	'source_address',
	'session_hash',
	'cookie',
	'stick_table',
	'instance_in_id',
] as const;
export type BalanceMethod = (typeof balanceMethods)[number];

/** The limits of a hop, in real time: a platform's divided by its factor. An absent limit is none. */
export interface PathLimits {
	/** Longest wait for an answer's head; then `onFirstByte`. */
	readonly firstByteMs?: number;
	readonly onFirstByte?: 502 | 503 | 504 | 524;
	/** Longest silence within an answer once its head has come, and of a connection between two requests; payload resets it, so heartbeats help. */
	readonly idleMs?: number;
	readonly onIdle?: StreamEnd;
	/** Longest time for a whole exchange, from the request's head on, whatever flows: heartbeats do not help. */
	readonly maxDurationMs?: number;
	readonly onMax?: StreamEnd;
	/** `fill`: the answer is passed on in blocks of 4 KiB or at its end; `full`: at its end only. Absent: as it comes. */
	readonly buffering?: 'fill' | 'full';
	/** Largest answer; more is cut, or answered 502 where it was buffered. */
	readonly maxBytes?: number;
}

/** The embedded proxy, which keeps a session with its process: what most scenarios of faults stand behind. */
export const balancer: ProxyPath = { kind: 'proxy', by: 'embedded', balance: 'stick_table' };

/**
 * The network that a process is started in, absent where it is the harness's own: a `fresh` one, in which nothing is up yet and
 * which vanishes with its last process; or that of a process that runs.
 */
export type Network =
	| { readonly kind: 'fresh'; readonly asUser: boolean }
	/** `asUser`: it belongs to a user namespace, as it must where the harness is not root. */
	| { readonly kind: 'of'; readonly pid: number; readonly asUser: boolean };
