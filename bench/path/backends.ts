import { type Balance, createBalance, type RequestFacts } from './balance.ts';

/** A server behind the proxy. */
export interface Backend {
	readonly hostname: string;
	readonly port: number;
}

/**
 * The servers behind a listener, and which of them a request goes to. Nothing is put aside: a server that refused one request is
 * asked with the next, since a refusal on this machine costs less than a millisecond. nginx sets such a server aside for 10 s.
 */
export class Backends {
	readonly balance: Balance;
	#all: readonly Backend[] = [];
	readonly #registered = new Set<number>();
	/** The registered, in rising order. */
	#usable: readonly number[] = [];

	constructor(balance: Balance = createBalance('stick_table', 0)) {
		this.balance = balance;
	}

	/** New servers take the places of the old ones, and their sessions: those they do not know, they refuse. */
	replace(all: readonly Backend[]): void {
		this.#all = all;
		this.#registered.clear();
		for (const n of all.keys()) this.#registered.add(n);
		this.#sort();
	}

	/** @throws RangeError where there is no such server */
	register(n: number, on: boolean): void {
		if (!this.#all[n]) throw new RangeError(`there is no server ${n}: there are ${this.#all.length}`);
		if (on) this.#registered.add(n);
		else this.#registered.delete(n);
		this.#sort();
	}

	at(n: number): Backend | undefined {
		return this.#all[n];
	}

	/**
	 * @param tried servers that refused this very request
	 * @returns the number of a registered server, or undefined where none is left
	 */
	choose(request: RequestFacts, tried: readonly number[] = []): number | undefined {
		const usable = tried.length === 0 ? this.#usable : this.#usable.filter((n) => !tried.includes(n));
		return usable.length === 0 ? undefined : this.balance.choose(request, usable);
	}

	#sort(): void {
		this.#usable = [...this.#registered].sort((a, b) => a - b);
	}
}

/** @param url of a server */
export function backendOf(url: string): Backend {
	const { hostname, port } = new URL(url);
	return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 80 };
}
