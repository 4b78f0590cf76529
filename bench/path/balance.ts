import type { IncomingMessage } from 'node:http';
import type { BalanceMethod } from '../model/path.ts';
import { LeastConnections, RandomBalance, RoundRobin } from './even-balances.ts';
import { StickTable } from './stick-table.ts';
import { CookieBalance, InstanceInId, SessionHash, SourceAddress } from './sticky-balances.ts';

/** What a request says of itself. */
export interface RequestFacts extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
	readonly socket: { readonly remoteAddress?: string | undefined };
}

/** How requests find a server; the servers are numbered. One for each listener. */
export interface Balance {
	/** @param usable the servers that may be asked, in rising order, at least one @returns one of them */
	choose(request: RequestFacts, usable: readonly number[]): number;
	/**
	 * The server of this number has begun to answer; who listens to the answer's body must not hold it.
	 * @returns headers that the client is given besides the server's: name, value, name, value
	 */
	learned?(request: RequestFacts, answer: IncomingMessage, n: number): readonly string[] | undefined;
	/** A request is on its way to this server, or is over, however it went. */
	began?(n: number): void;
	ended?(n: number): void;
}

/** Every method, of which `random` alone needs its seed. */
const makers: { readonly [M in BalanceMethod]: (seed: number) => Balance } = {
	round_robin: () => new RoundRobin(),
	random: (seed) => new RandomBalance(seed),
	least_connections: () => new LeastConnections(),
	source_address: () => new SourceAddress(),
	session_hash: () => new SessionHash(),
	cookie: () => new CookieBalance(),
	stick_table: () => new StickTable(),
	instance_in_id: () => new InstanceInId(),
};

/** @throws Error for a method that there is not: orders come over IPC */
export function createBalance(method: BalanceMethod, seed: number): Balance {
	const make = Object.hasOwn(makers, method) ? makers[method] : undefined;
	if (!make) {
		throw new Error(`the embedded proxy cannot balance by ${method}; it can by ${Object.keys(makers).join(', ')}`);
	}
	return make(seed);
}
