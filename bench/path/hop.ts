import { Backends, backendOf } from './backends.ts';
import { createBalance } from './balance.ts';
import type { ListenerState, ProxyOrder } from './control.ts';
import type { NoteCut } from './cut-log.ts';
import { actsOnBytes } from './faults/table.ts';
import { Forwarder } from './forward.ts';
import { Front } from './front.ts';
import { InForce } from './in-force.ts';
import type { ListenerSpec } from './listener.ts';

/** One listener of the embedded proxy: its clients, what is done to them, and the servers behind it. */
export class Hop {
	readonly #spec: ListenerSpec;
	readonly #backends: Backends;
	readonly #inForce: InForce;
	readonly #forwarder: Forwarder;
	readonly #front: Front;

	/** @throws Error for a balance method that there is not */
	constructor(spec: ListenerSpec, seed: number, note: NoteCut) {
		this.#spec = spec;
		this.#backends = new Backends(createBalance(spec.balance, seed));
		this.#backends.replace(spec.servers.map(backendOf));
		const inForce = new InForce(seed, [...spec.faults, ...spec.expected].some(actsOnBytes));
		this.#inForce = inForce;
		this.#forwarder = new Forwarder(this.#backends, {
			note,
			began: (exchange) => inForce.began(exchange),
			ended: (exchange) => inForce.ended(exchange),
		});
		this.#front = new Front((req, res) => this.#forwarder.handle(req, res), {
			note,
			throughLanes: inForce.throughLanes,
			came: (connection) => inForce.came(connection),
			went: (connection) => inForce.went(connection),
		});
		for (const [n, fault] of spec.faults.entries()) inForce.inflict(`${n}`, fault);
	}

	get url(): string {
		return this.#front.url;
	}

	get state(): ListenerState {
		const { url, openConnections } = this.#front;
		return { url, place: this.#spec.place, openConnections, ...this.#forwarder.counts };
	}

	/** @throws Error with the code EADDRINUSE where the port is taken */
	listen(port: number): Promise<void> {
		return this.#front.listen(port);
	}

	/** @throws Error that says why it cannot */
	async perform(order: ProxyOrder): Promise<void> {
		switch (order.do) {
			case 'backends':
				this.#backends.replace(order.urls.map(backendOf));
				return;
			case 'register':
				this.#backends.register(order.n, order.on);
				return;
			case 'down':
				await this.#front.down(order.on);
				return;
			case 'half-open':
				this.#front.halfOpen(order.on);
				return;
			case 'inflict':
				if (order.on) this.#inForce.inflict(order.key, order.fault);
				else this.#inForce.heal(order.key);
				return;
			// Of the process.
			case 'open':
			case 'collect':
			case 'state':
		}
	}
}
