import type { Connect } from '../model/session.ts';
import type { ConnectionCare } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Endpoint } from './endpoint.ts';
import { connectTo } from './index.ts';

/** What differs by the place that a client belongs to. */
export type SpreadPlace = Pick<Endpoint, 'stream' | 'reinitializes'> &
	ConnectionCare & {
		/** Whether each client has a cookie jar. */
		readonly cookies?: true;
		/** Of each client, by its number in the place: the bearer token that it shows; absent: none. */
		readonly tokens?: readonly string[];
		/** Client m of the place speaks with number m modulo their count. */
		readonly urls: readonly string[];
		/** So many of its first clients hold no stream, unless the transport cannot do without. */
		readonly callers?: number;
	};

/** Where the clients of a swarm go, and where they come from. */
export interface Spread extends Pick<Endpoint, 'headers' | 'idleConnectionMs' | 'traffic' | 'inbox'> {
	/** Client n belongs to number n modulo their count, and is its client number n divided by it. */
	readonly places: readonly SpreadPlace[];
	/** Whether clients come from many addresses of 127.0.0.0/8. */
	readonly manyAddresses: boolean;
}

/**
 * So many clients share an address. A socket that is bound to an address before it connects takes a port that no other socket
 * of that address has, whatever the destination, those in TIME_WAIT included: 28,232 connections a minute. 64 clients may so
 * make seven a second each, more than any reconnect policy does.
 */
export const clientsPerAddress = 64;

/** Connects every client to its own process of the target, or to the proxy of its place, from its own address: the same in all its lives. */
export function connectSpread(transport: Transport, spread: Spread): Connect {
	const { places, manyAddresses, ...common } = spread;
	const made = new Map<string, Connect>();
	return (events, resumeToken, client = 0) => {
		const number = client % places.length;
		const { urls = [], callers = 0, cookies, tokens, ...own } = places[number] ?? {};
		const member = Math.floor(client / places.length);
		const isCaller = member < callers;
		const url = urls[member % urls.length] ?? '';
		const sourceAddress = manyAddresses ? sourceAddressOf(client) : '';
		const token = tokens?.[member];
		// What a client was given stays its own, in all its lives.
		const key = `${number} ${isCaller} ${url} ${sourceAddress} ${cookies || token ? client : ''}`;
		let connect = made.get(key);
		if (!connect) {
			const jar = cookies && { jar: new CookieJar(url.startsWith('https:')) };
			const shown = token === undefined ? [] : ['authorization', `Bearer ${token}`];
			const headers = [...common.headers, ...shown];
			const endpoint = { stream: false, ...common, headers, ...own, ...(isCaller && { stream: false }), url, ...jar };
			connect = connectTo(transport, { ...endpoint, ...(sourceAddress !== '' && { sourceAddress }) });
			made.set(key, connect);
		}
		return connect(events, resumeToken, client);
	};
}

/** An address between 127.64.0.1 and 127.127.255.254, by the number of the client. */
export function sourceAddressOf(client: number): string {
	const block = Math.floor(client / clientsPerAddress) % (64 * 256 * 254);
	const low = (block % 254) + 1;
	const middle = Math.floor(block / 254) % 256;
	const high = 64 + Math.floor(block / (254 * 256));
	return `127.${high}.${middle}.${low}`;
}
