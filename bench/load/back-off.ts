import { delayMs, type Policy } from '../model/policy.ts';
import type { Random } from '../random.ts';

/** How far a client is with coming back, from the loss of its session until it has another. */
export class BackOff {
	#attempts = 0;
	#previousMs: number | undefined;

	/** @returns how long to wait before the next attempt; undefined where the policy has no further one */
	nextMs(policy: Policy, random: Random, retryMs: number | undefined): number | undefined {
		const attempt = { number: this.#attempts++, random: random.next(), previousMs: this.#previousMs, retryMs };
		this.#previousMs = delayMs(policy, attempt);
		return this.#previousMs;
	}
}
