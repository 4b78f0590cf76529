import { monotonicUs } from './ledger.ts';
import type { Runtime } from './runtime.ts';

/** Where in `params._meta` a numbered push says which one it is. */
export const pushKey = 'mcp-transport-bench/push';

/** Which push this is: `key` is the server's own name for the session, or the subscription, that it is meant for. */
export interface NumberedPush {
	readonly key: string;
	readonly number: number;
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

/**
 * Sends every listener a numbered push at this interval. The number is the count of whole intervals on the machine's
 * monotonic clock, so that all processes of a server, and those that take their place, number alike. A process that stood still
 * leaves numbers out, and makes none up for later.
 */
export function pushEvery(everyMs: number, runtime: Runtime): void {
	if (everyMs === 0) return;
	const numberNow = (): number => Math.floor(monotonicUs() / 1000 / everyMs);
	// The interval that runs already was its predecessor's.
	let last = numberNow();
	const wait = (): void => {
		const leftMs = (last + 1) * everyMs - monotonicUs() / 1000;
		setTimeout(tick, Math.max(1, Math.ceil(leftMs))).unref();
	};
	const tick = (): void => {
		const number = numberNow();
		// A timer may be early by a fraction of a millisecond.
		if (number > last) {
			last = number;
			push(number, runtime);
		}
		wait();
	};
	wait();
}

function push(number: number, runtime: Runtime): void {
	const listeners = [...runtime.listeners()];
	runtime.ledger?.pushed(
		number,
		listeners.map(({ key }) => key),
	);
	for (const listener of listeners) listener.tell({ key: listener.key, number });
}
