import { startEmbeddedProxy } from './embedded-proxy.ts';
import type { PathControl } from './faults/fault.ts';
import type { ServerProcess } from './fleet/server.ts';
import type { ProxyName } from './model/path.ts';
import type { PathFault } from './model/path-fault.ts';
import type { Listener } from './path/listener.ts';
import { starterOf } from './real-proxy.ts';

/** A reverse proxy that runs as a process of the trial: embedded or real, one listener or many. */
export interface ProxyProcess extends PathControl, Pick<ServerProcess, 'pid' | 'cpus' | 'readyUs' | 'exited' | 'kill'> {
	/** Where clients connect, one per listener in their order, each with the path of its first server. */
	readonly urls: readonly string[];
	/** Takes no new connection, serves those there are, and ends; by force after `deadlineMs`. */
	drain?(deadlineMs: number): Promise<void>;
	/** From now on it serves these listeners, as many as before, on the same ports; connections there are may live on. */
	reload?(listeners: readonly Listener[]): Promise<void>;
}

/** What a proxy needs to know of the trial. */
export interface ProxyHost {
	/**
	 * The target's: what stands in the path is part of what is measured, while the swarm's CPUs must be the swarm's alone, because
	 * a generator that waits makes a trial invalid.
	 */
	readonly cpus: readonly number[];
	/** Where it may write its part of the history, and configurations. */
	readonly partsFolder: string;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly seed: number;
	/** What may be inflicted while it runs: the faults of the trial's timeline. */
	readonly expected?: readonly PathFault[];
}

export type StartProxy = (listeners: readonly Listener[], host: ProxyHost) => Promise<ProxyProcess>;

const starters: { readonly [N in ProxyName]: StartProxy } = {
	embedded: startEmbeddedProxy,
	nginx: starterOf('nginx'),
	haproxy: starterOf('haproxy'),
	caddy: starterOf('caddy'),
	squid: starterOf('squid'),
};

/**
 * Starts one process that serves all these listeners.
 * @param listeners at least one; all of paths `by` this proxy
 * @throws StartError
 * @throws Unavailable where the program is missing: the Debian package that brings it, and what is skipped
 */
export function startProxy(by: ProxyName, listeners: readonly Listener[], host: ProxyHost): Promise<ProxyProcess> {
	return starters[by](listeners, host);
}
