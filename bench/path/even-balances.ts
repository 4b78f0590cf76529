import { type Random, seededRandom } from '../random.ts';
import type { Balance, RequestFacts } from './balance.ts';
import { Turn } from './turn.ts';

/** The methods that look at no request: they spread, and know nothing of sessions. */

export class RoundRobin implements Balance {
	readonly #turn = new Turn();

	choose(_request: RequestFacts, usable: readonly number[]): number {
		return this.#turn.next(usable);
	}
}

export class RandomBalance implements Balance {
	readonly #random: Random;

	constructor(seed: number) {
		this.#random = seededRandom(seed);
	}

	choose(_request: RequestFacts, usable: readonly number[]): number {
		return usable[this.#random.below(usable.length)] as number;
	}
}

/** Fewest requests under way, held streams among them; in turn where several have as few, as nginx and HAProxy do. */
export class LeastConnections implements Balance {
	readonly #turn = new Turn();
	readonly #underWay = new Map<number, number>();

	choose(_request: RequestFacts, usable: readonly number[]): number {
		const least = Math.min(...usable.map((n) => this.#of(n)));
		return this.#turn.next(usable.filter((n) => this.#of(n) === least));
	}

	began(n: number): void {
		this.#underWay.set(n, this.#of(n) + 1);
	}

	ended(n: number): void {
		this.#underWay.set(n, this.#of(n) - 1);
	}

	#of(n: number): number {
		return this.#underWay.get(n) ?? 0;
	}
}
