import type { Connect } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { connectTo } from './index.ts';

/** Where the clients of a swarm go, and where they come from. */
export interface Spread extends Omit<Endpoint, 'url' | 'sourceAddress'> {
	/** Client n speaks with number n modulo their count. */
	readonly urls: readonly string[];
	/** Whether clients come from many addresses of 127.0.0.0/8. */
	readonly manyAddresses: boolean;
}

/**
 * So many clients share an address. A socket that is bound to an address before it connects takes a port that no other socket
 * of that address has, whatever the destination, those in TIME_WAIT included: 28,232 connections a minute. 64 clients may so
 * make seven a second each, more than any reconnect policy does.
 */
export const clientsPerAddress = 64;

/** Connects every client to its own process of the target, from its own address: the same in all its lives. */
export function connectSpread(transport: Transport, spread: Spread): Connect {
	const { urls, manyAddresses, ...common } = spread;
	const made = new Map<string, Connect>();
	return (events, resumeToken, client = 0) => {
		const url = urls[client % urls.length] ?? '';
		const sourceAddress = manyAddresses ? sourceAddressOf(client) : '';
		const key = `${url} ${sourceAddress}`;
		let connect = made.get(key);
		if (!connect) {
			connect = connectTo(transport, { ...common, url, ...(sourceAddress !== '' && { sourceAddress }) });
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
