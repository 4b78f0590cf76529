import type { PathFault } from '../model/path-fault.ts';
import { deriveSeed, type Random, seededRandom } from '../random.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import { actsOnBytes, madeFor } from './faults/table.ts';

/** A fault that acts on a listener. */
interface Active {
	readonly key: string;
	readonly fault: PathFault;
	readonly random: Random;
	/** The connections that it acts on, where it does not act on all. */
	readonly drawn: WeakSet<Connection> | undefined;
	/** How often it was begun without being healed. */
	times: number;
}

/**
 * The faults in force on one listener. A fault that begins acts on connections and exchanges that are there too; which share of the
 * connections it acts on is drawn with the seed, in the order in which they came.
 */
export class InForce {
	readonly #seed: number;
	/** Whether connections are led through lanes, so that faults can act on their bytes. */
	readonly throughLanes: boolean;
	readonly #active = new Map<string, Active>();
	readonly #connections = new Set<Connection>();
	readonly #exchanges = new Set<Exchange>();

	constructor(seed: number, throughLanes: boolean) {
		this.#seed = seed;
		this.throughLanes = throughLanes;
	}

	/** @throws Error where the listener was not opened for faults on bytes */
	inflict(key: string, fault: PathFault): void {
		const known = this.#active.get(key);
		if (known) {
			known.times += 1;
			return;
		}
		if (actsOnBytes(fault) && !this.throughLanes) {
			throw new Error(`the listener was not opened for ${fault.kind}, which acts on bytes: name it at the start`);
		}
		const random = seededRandom(deriveSeed(this.#seed, key));
		const drawn = fault.toxicity === undefined ? undefined : new WeakSet<Connection>();
		const active: Active = { key, fault, random, drawn, times: 1 };
		this.#active.set(key, active);
		for (const connection of this.#connections) this.#begin(active, connection);
		for (const exchange of this.#exchanges) this.#act(active, exchange);
	}

	heal(key: string): void {
		const active = this.#active.get(key);
		if (!active || --active.times > 0) return;
		this.#active.delete(key);
		for (const connection of this.#connections) connection.release(key, active.fault);
		for (const exchange of this.#exchanges) exchange.release(key);
	}

	/** A client has connected. */
	came(connection: Connection): void {
		this.#connections.add(connection);
		for (const active of this.#active.values()) this.#begin(active, connection);
	}

	/** It is gone, and nothing of it is held any more. */
	went(connection: Connection): void {
		this.#connections.delete(connection);
	}

	began(exchange: Exchange): void {
		this.#exchanges.add(exchange);
		for (const active of this.#active.values()) this.#act(active, exchange);
	}

	ended(exchange: Exchange): void {
		this.#exchanges.delete(exchange);
	}

	/** Draws, for every connection once, and acts on it if that is what the fault does. */
	#begin({ key, fault, random, drawn }: Active, connection: Connection): void {
		if (fault.toxicity !== undefined) {
			if (random.next() >= fault.toxicity) return;
			drawn?.add(connection);
		}
		const made = madeFor(fault);
		if (made.on === 'bytes') connection.lead(key, made.make, fault, random);
		if (made.on === 'connection') connection.watch(key, made.make, fault);
	}

	#act({ key, fault, drawn }: Active, exchange: Exchange): void {
		const made = madeFor(fault);
		if (made.on !== 'exchange') return;
		if (drawn && !(exchange.connection && drawn.has(exchange.connection))) return;
		exchange.act(key, made.make, fault);
	}
}
