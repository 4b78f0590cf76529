import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from '../clock.ts';
import type { Network } from '../model/path.ts';
import { tooLate } from './busy-machine.ts';
import { type Child, describeExit, type Exit, StartError } from './child.ts';
import { isForeign, isListening } from './members.ts';

export interface Address {
	readonly host: string;
	readonly port: number;
}

export function addressOf(url: string): Address {
	const { hostname, port, protocol } = new URL(url);
	return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** How long a program may take to listen. */
export interface Patience {
	readonly readyMs: number;
	/** Gives up the start. */
	readonly signal?: AbortSignal;
	/** Where it lives; absent: where the harness does. */
	readonly network?: Network;
	/** What listens must belong to the child's group: another program may have taken the port meanwhile. Not for a `network`. */
	readonly own?: boolean;
}

/**
 * Fulfils when a program that says nothing itself accepts connections at all these addresses.
 * @throws StartError with the last lines of stderr; the program is gone then
 */
export async function whenServed(child: Child, addresses: readonly Address[], patience: Patience): Promise<void> {
	for (const address of addresses) await whenServedAt(child, address, patience);
}

async function whenServedAt(child: Child, address: Address, patience: Patience): Promise<void> {
	const { readyMs, signal, network, own } = patience;
	const giveUpUs = monotonicUs() + readyMs * 1000;
	while (child.exit() === undefined) {
		const isThere = await isServed(address, network);
		const isTaken = isThere && own === true && isForeign(child.pid, address.host, address.port);
		if (isThere && !isTaken) return;
		if (signal?.aborted) {
			await child.kill();
			throw new StartError('The start was given up.');
		}
		if (monotonicUs() > giveUpUs) {
			await child.kill();
			const where = `${address.host}:${address.port} after ${readyMs / 1000} s`;
			const because = isTaken
				? `Only another program listens on ${where}; stop it, or choose another port.`
				: tooLate(`Nothing listens on ${where}`);
			throw new StartError(because, child.stderrTail());
		}
		await sleep(20);
	}
	await Promise.race([child.closed, sleep(500, undefined, { ref: false })]);
	const how = describeExit(child.exit() as Exit);
	throw new StartError(
		`The command ended before it listened on ${address.host}:${address.port} (${how}).`,
		child.stderrTail(),
	);
}

/** Whether somebody listens there. Into another network nobody can connect from here, but its table of sockets can be read. */
export async function isServed(address: Address, network?: Network): Promise<boolean> {
	if (network?.kind !== 'of') return accepts(address);
	return isListening(address.host, address.port, `/proc/${network.pid}/net`);
}

/** Whether somebody accepts a TCP connection there, within a second. */
export function accepts(address: Address): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(address);
		const done = (result: boolean) => {
			socket.destroy();
			resolve(result);
		};
		socket.setTimeout(1000, () => done(false));
		socket.once('connect', () => done(true));
		socket.once('error', () => done(false));
	});
}
