/** What a client does after it lost its session or its stream. Names follow AWS's back-off taxonomy. */
export type Policy =
	/** Wait the same time before every attempt. The browser's EventSource waits 3 s. */
	| { readonly kind: 'fixed'; readonly delayMs: number }
	/** Wait a uniformly random time between 0 and the exponentially growing limit. */
	| { readonly kind: 'full-jitter'; readonly baseMs: number; readonly capMs: number }
	/**
	 * Try at once; after a failed attempt wait about `floorMs`, between half and one and a half of it: without a pause a
	 * thousand clients would spin on a refused port, and with equal ones they would all knock in the same instant.
	 */
	| { readonly kind: 'immediate'; readonly floorMs: number };

export const policies = {
	'fixed-3s': { kind: 'fixed', delayMs: 3000 },
	'full-jitter': { kind: 'full-jitter', baseMs: 500, capMs: 3000 },
	immediate: { kind: 'immediate', floorMs: 250 },
} as const satisfies Record<string, Policy>;

export type PolicyId = keyof typeof policies;

/**
 * How long to wait before attempt number `attempt` (0 is the first after the loss).
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function delayMs(policy: Policy, attempt: number, random: number): number {
	switch (policy.kind) {
		case 'fixed':
			return policy.delayMs;
		case 'full-jitter':
			return random * Math.min(policy.capMs, policy.baseMs * 2 ** attempt);
		case 'immediate':
			return attempt === 0 ? 0 : policy.floorMs * (0.5 + random);
	}
}
