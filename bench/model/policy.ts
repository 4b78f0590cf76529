/** How long a client waits before an attempt to come back. The three jitters are those of AWS's taxonomy. */
export type Wait =
	/** The same time before every attempt. The browser's EventSource waits 3 s. */
	| { readonly kind: 'fixed'; readonly delayMs: number }
	/**
	 * None before the first attempt; after a failed one about `floorMs`, between half and one and a half of it: without a
	 * pause a thousand clients would spin on a refused port, and with equal ones they would all knock in the same instant.
	 */
	| { readonly kind: 'immediate'; readonly floorMs: number }
	/** Grows by a factor up to the limit, the same for all clients. */
	| { readonly kind: 'exponential'; readonly baseMs: number; readonly factor: number; readonly capMs: number }
	/** Uniformly random between 0 and a limit that doubles. */
	| { readonly kind: 'full-jitter'; readonly baseMs: number; readonly capMs: number }
	/** Half of that limit, and a uniformly random part of the other half. */
	| { readonly kind: 'equal-jitter'; readonly baseMs: number; readonly capMs: number }
	/** Uniformly random between the base and three times the wait before, and never above the limit. */
	| { readonly kind: 'decorrelated-jitter'; readonly baseMs: number; readonly capMs: number }
	/** There is no attempt. */
	| { readonly kind: 'none' };

/** What a client does after it lost its session or its stream, and with a call that failed. */
export interface Policy {
	readonly wait: Wait;
	/** Attempts after a loss before the client gives up; absent: it never does. */
	readonly retries?: number;
	/** Whether the `retry:` of an event stream, once there was one, takes the place of `wait`. */
	readonly honoursRetry: boolean;
	/** Whether a 404 for the session leads to a new `initialize`, as the protocol demands. */
	readonly reinitializes: boolean;
	/** Whether an answer other than the stream, when it asks for it again, ends all attempts: so the specification of EventSource. */
	readonly givesUpOnStatus?: boolean;
	/** How often a call that failed is sent again, under its old id, so that it may run twice. */
	readonly resends: number;
}

/** The behaviour of most policies. */
const usual = { honoursRetry: false, reinitializes: true, resends: 0 } as const;
/** The same for all jitters, so that they compare. */
const jitter = { baseMs: 500, capMs: 3000 } as const;
const fullJitter = { ...usual, wait: { kind: 'full-jitter', ...jitter } } as const;

export const policies = {
	/** A browser's EventSource: it tries for ever, but not after an answer that is no stream. */
	'fixed-3s': { ...usual, wait: { kind: 'fixed', delayMs: 3000 }, givesUpOnStatus: true },
	/** The official TypeScript client's way with the streams of Streamable HTTP. */
	'sdk-default': {
		wait: { kind: 'exponential', baseMs: 1000, factor: 1.5, capMs: 30_000 },
		retries: 2,
		honoursRetry: true,
		reinitializes: false,
		resends: 0,
	},
	none: { ...usual, wait: { kind: 'none' }, reinitializes: false },
	'full-jitter': fullJitter,
	'equal-jitter': { ...usual, wait: { kind: 'equal-jitter', ...jitter } },
	'decorrelated-jitter': { ...usual, wait: { kind: 'decorrelated-jitter', ...jitter } },
	immediate: { ...usual, wait: { kind: 'immediate', floorMs: 250 } },
	/** For hours that are compressed into seconds: 18 s where they are 360 times as fast. */
	'fixed-50ms': { ...usual, wait: { kind: 'fixed', delayMs: 50 } },
	'server-retry': { ...usual, wait: { kind: 'fixed', delayMs: 1000 }, honoursRetry: true },
	'full-jitter-resend': { ...fullJitter, resends: 3 },
} as const satisfies Record<string, Policy>;

export type PolicyId = keyof typeof policies;

/** The same policy where time is compressed: whoever would wait for 3 s waits for a thirtieth of it. */
export function hurried(policy: Policy, factor: number): Policy {
	if (factor === 1) return policy;
	const { wait } = policy;
	const times = Object.entries(wait).map(([name, value]) => [
		name,
		name.endsWith('Ms') ? (value as number) / factor : value,
	]);
	return { ...policy, wait: Object.fromEntries(times) as Wait };
}

/** What clients of this policy do after they lost their connection, in words that follow the name of one target or of several. */
export function waitWords({ wait, retries }: Policy, targets: number): string {
	const s = targets === 1 ? 's' : '';
	const words = wordsOf(wait, s);
	return retries === undefined ? words : `${words}, and give${s} up after ${retries} attempts`;
}

function wordsOf(wait: Wait, s: string): string {
	switch (wait.kind) {
		case 'fixed':
			return `wait${s} ${seconds(wait.delayMs)} before every attempt`;
		case 'immediate':
			return `${s ? 'tries' : 'try'} at once, and again about every ${seconds(wait.floorMs)}`;
		case 'exponential':
			return `wait${s} ${seconds(wait.baseMs)}, and ${wait.factor} times as long after each failure, up to ${seconds(wait.capMs)}`;
		case 'full-jitter':
			return `wait${s} a random time of up to ${seconds(wait.baseMs)}, a limit that doubles up to ${seconds(wait.capMs)}`;
		case 'equal-jitter':
			return `wait${s} between half and the whole of ${seconds(wait.baseMs)}, a limit that doubles up to ${seconds(wait.capMs)}`;
		case 'decorrelated-jitter':
			return `wait${s} between ${seconds(wait.baseMs)} and three times the wait before, up to ${seconds(wait.capMs)}`;
		case 'none':
			return `do${s && 'es'} not come back`;
	}
}

function seconds(ms: number): string {
	return `${ms / 1000} s`;
}

/** A server may ask for any time: below the first clients would spin, above the second they would not come back in a trial. */
const shortestRetryMs = 10;
const longestRetryMs = 3_600_000;

/** What an attempt depends on beside its policy. */
export interface Attempt {
	/** 0 is the first after the loss. */
	readonly number: number;
	/** In [0, 1). */
	readonly random: number;
	/** The wait before the attempt that failed last. */
	readonly previousMs?: number | undefined;
	/** The last `retry:` that the server sent, if any. */
	readonly retryMs?: number | undefined;
}

/**
 * How long to wait before an attempt. A server's `retry:` stands before every attempt: the event stream's specification makes it
 * the time between reconnections, and MCP of 2025-11-25 has the client wait no less.
 * @returns undefined where the policy has no further attempt
 */
export function delayMs(policy: Policy, { number, random, previousMs, retryMs }: Attempt): number | undefined {
	const { wait, retries = Number.POSITIVE_INFINITY } = policy;
	if (number >= retries || wait.kind === 'none') return undefined;
	if (policy.honoursRetry && retryMs !== undefined) {
		return Math.min(longestRetryMs, Math.max(shortestRetryMs, retryMs));
	}
	switch (wait.kind) {
		case 'fixed':
			return wait.delayMs;
		case 'immediate':
			return number === 0 ? 0 : wait.floorMs * (0.5 + random);
		case 'exponential':
			return Math.min(wait.capMs, wait.baseMs * wait.factor ** number);
		case 'full-jitter':
			return random * doubled(wait, number);
		case 'equal-jitter':
			return (doubled(wait, number) / 2) * (1 + random);
		case 'decorrelated-jitter': {
			const mostMs = 3 * (previousMs ?? wait.baseMs);
			return Math.min(wait.capMs, wait.baseMs + random * (mostMs - wait.baseMs));
		}
	}
}

function doubled({ baseMs, capMs }: { readonly baseMs: number; readonly capMs: number }, number: number): number {
	return Math.min(capMs, baseMs * 2 ** number);
}
