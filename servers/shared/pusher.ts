import { monotonicUs } from './clock.ts';
import type { Runtime } from './runtime.ts';

/** Where in `params._meta` a numbered push says which one it is. */
export const pushKey = 'mcp-transport-bench/push';

/** Which push this is: `key` is the server's own name for the session, or the subscription, that it is meant for. */
export interface NumberedPush {
	readonly key: string;
	readonly number: number;
	/** Nothing but length, where pushes are to be long. */
	readonly padding?: string;
}

/** The push as a member of `_meta`, encoded. */
export function pushMember(push: NumberedPush): string {
	return `"${pushKey}":${JSON.stringify(push)}`;
}

/**
 * A session, or a subscription, that can be told something unasked right now. What it is told counts as emitted: it is handed
 * to a connection that the server believes in, be it rightly or not, or it is kept in an event log until its client returns.
 * A session that has neither is no listener; nothing is emitted for it, and its client has missed the push, which is something
 * else than a push that was sent and lost.
 */
export interface Listener {
	readonly key: string;
	tell(push: NumberedPush): void;
}

/** What is pushed at an interval, and to whom. */
export interface Pushes {
	/** 0 = never. */
	readonly everyMs: number;
	/** Every push goes to one listener, drawn with this seed; absent: to all. */
	readonly oneSeed?: number;
}

/**
 * Sends every listener, or one of them, a numbered push at this interval. The number is the count of whole intervals on the machine's
 * monotonic clock, so that all processes of a server, and those that take their place, number alike. A process that stood still
 * leaves numbers out, and makes none up for later.
 * @param clockUs the machine's monotonic clock, however the runtime can read it
 * @returns the way to stop
 */
export function pushEvery({ everyMs, oneSeed }: Pushes, runtime: Runtime, clockUs = monotonicUs): () => void {
	if (everyMs === 0) return () => undefined;
	const one = oneSeed === undefined ? undefined : new OneOf(oneSeed, runtime);
	const numberAt = (nowUs: number): number => Math.floor(nowUs / 1000 / everyMs);
	// The interval that runs already was its predecessor's.
	let last = numberAt(clockUs());
	let timer: NodeJS.Timeout;
	const wait = (): void => {
		const leftMs = (last + 1) * everyMs - clockUs() / 1000;
		timer = setTimeout(tick, Math.max(1, Math.ceil(leftMs))).unref();
	};
	const tick = (): void => {
		const nowUs = clockUs();
		const number = numberAt(nowUs);
		// A timer may be early by a fraction of a millisecond.
		if (number > last) {
			last = number;
			pushNow(number, runtime, nowUs, one?.draw(nowUs));
		}
		wait();
	};
	wait();
	return () => clearTimeout(timer);
}

/** How long those are remembered who may be drawn: to list thousands for each push would cost more than the push. */
const listedForUs = 1_000_000;

/** Draws one listener at a time; who comes may be drawn a second later. */
class OneOf {
	readonly #runtime: Runtime;
	readonly #random: () => number;
	#listed: readonly Listener[] = [];
	#listedUs = Number.NEGATIVE_INFINITY;

	constructor(seed: number, runtime: Runtime) {
		this.#runtime = runtime;
		this.#random = randomOf(seed);
	}

	/** @returns none where nobody listens */
	draw(nowUs: number): readonly Listener[] {
		if (nowUs - this.#listedUs >= listedForUs) {
			this.#listed = [...this.#runtime.listeners()];
			this.#listedUs = nowUs;
		}
		const drawn = this.#listed[Math.floor(this.#random() * this.#listed.length)];
		return drawn ? [drawn] : [];
	}
}

/** Numbers from 0 to below 1, the same for the same seed: mulberry32, as Tommy Ettinger published it. */
function randomOf(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * Sends the push of this number to everybody there is, or to those given. Whoever polls finds it in the runtime's log.
 * @param nowUs the instant that the number was told from: a process that stands still in between has not pushed another number
 * @param only absent: everybody
 */
export function pushNow(number: number, runtime: Runtime, nowUs = monotonicUs(), only?: readonly Listener[]): void {
	const { ledger } = runtime;
	const listeners = only ?? [...runtime.listeners()];
	const begunUs = ledger ? monotonicUs() : 0;
	ledger?.pushed(
		number,
		nowUs,
		listeners.map(({ key }) => key),
		only !== undefined,
	);
	const { pushBytes = 0 } = runtime.options;
	const padding = pushBytes > 0 && { padding: 'x'.repeat(pushBytes) };
	// What the ledger took is no delay that a server without one would have.
	const fromUs = ledger ? monotonicUs() : 0;
	runtime.pushLog?.add(number);
	for (const listener of listeners) listener.tell({ key: listener.key, number, ...padding });
	// Node hands nothing to the system before this turn's work is done, and the official SDKs not before their promises are.
	if (ledger) setImmediate(() => ledger.sent(number, fromUs, fromUs - begunUs));
}
