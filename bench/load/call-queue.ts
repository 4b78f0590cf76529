import { Fifo } from './fifo.ts';
import type { Due, VirtualClient } from './virtual-client.ts';

/**
 * More arrivals than this waiting in one worker are dropped, and recorded as dropped: 1 s of 20,000 calls/s, some 2 MB.
 */
export const maxQueued = 20_000;

/**
 * Brings calls that fell due to clients that are free. A call for any client goes to the one that has been free the
 * longest; a call for one client waits for that client. Waiting counts in the call's latency, because it was due.
 */
export class CallQueue {
	/** Free clients, oldest first; undefined while every call has its own client. */
	#idle: Fifo<VirtualClient> | undefined;
	readonly #shared = new Fifo<Due>();
	readonly #own = new Map<VirtualClient, Due[]>();
	#waiting = 0;
	/** The most calls that waited since `forgetPeak`. */
	peak = 0;

	get waiting(): number {
		return this.#waiting;
	}

	forgetPeak(): void {
		this.peak = this.#waiting;
	}

	/** Calls go to any of these clients; those that are busy join when they become free. */
	share(clients: readonly VirtualClient[]): void {
		this.#idle = new Fifo(clients.filter((client) => !client.isBusy));
	}

	/** Every call names its client. */
	separate(): void {
		this.#idle = undefined;
	}

	/** @returns false when the queue is full: the arrival is dropped */
	add(due: Due, owner?: VirtualClient): boolean {
		if (owner) {
			if (!owner.isBusy) {
				owner.call(due);
				return true;
			}
		} else {
			const client = this.#idle?.take();
			if (client) {
				client.call(due);
				return true;
			}
		}
		if (this.#waiting >= maxQueued) return false;
		this.#waiting++;
		this.peak = Math.max(this.peak, this.#waiting);
		if (owner) {
			const own = this.#own.get(owner);
			if (own) own.push(due);
			else this.#own.set(owner, [due]);
		} else this.#shared.push(due);
		return true;
	}

	/** A client can take its next call. */
	free(client: VirtualClient): void {
		const own = this.#own.get(client);
		const due = own?.shift() ?? this.#shared.take();
		if (own?.length === 0) this.#own.delete(client);
		if (due) {
			this.#waiting--;
			client.call(due);
		} else this.#idle?.push(client);
	}

	/** Empties the queue and returns what waited. */
	clear(): Due[] {
		const left = [...this.#own.values()].flat();
		for (let due = this.#shared.take(); due; due = this.#shared.take()) left.push(due);
		this.#own.clear();
		this.#waiting = 0;
		return left;
	}
}
