import type { BalanceMethod, ProxyPath } from '../model/path.ts';
import type { PathFault } from '../model/path-fault.ts';
import { faultsOfLimits } from './limit-faults.ts';

/** One place where clients connect: what is done to them there, and the servers behind it. */
export interface Listener {
	readonly path: ProxyPath;
	/** The place of its case among those that run side by side, else 0. */
	readonly place: number;
	/** URLs of the target's processes. */
	readonly servers: readonly string[];
}

/** A listener as the embedded proxy's process is told of it. */
export interface ListenerSpec {
	readonly place: number;
	readonly balance: BalanceMethod;
	/** In force from the start, limits among them. */
	readonly faults: readonly PathFault[];
	/** What may be inflicted later: connections are led through stages only where a fault may act on their bytes. */
	readonly expected: readonly PathFault[];
	readonly servers: readonly string[];
}

/** @param expected what may be inflicted later */
export function specOf({ path, place, servers }: Listener, expected: readonly PathFault[] = []): ListenerSpec {
	const { balance = 'stick_table', limits = {}, faults = [] } = path;
	return { place, balance, servers, expected, faults: [...faultsOfLimits(limits), ...faults] };
}

/** Where clients reach a server through a proxy that listens there: the proxy's address with the server's own path. */
export function urlBehind(proxyUrl: string, serverUrl: string): string {
	const { pathname, search } = new URL(serverUrl);
	return new URL(pathname + search, proxyUrl).href;
}
