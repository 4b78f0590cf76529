import type { ServerResponse } from 'node:http';
import { EventStreams } from './streams.ts';

/** Form of an answer to POST that carries no notifications. */
export type Reply = 'json' | 'sse';

/** What one server process keeps whatever its transport: its options, its streams, its counters. */
export class Runtime {
	readonly reply: Reply;
	readonly streams = new EventStreams();
	/** Tool calls executed since the start. */
	callsExecuted = 0;
	/** Set when the drain begins: answers close their connection from then on. */
	draining = false;

	/** Requests that arrived and whose answers are not yet with the system. */
	inFlight = 0;
	readonly #closed: (this: ServerResponse) => void;

	constructor(reply: Reply) {
		this.reply = reply;
		const { streams } = this;
		const runtime = this;
		this.#closed = function () {
			runtime.inFlight--;
			streams.forget(this);
		};
	}

	/** Watches an answer until it is sent or its client has left. One listener for all, so that a held stream stays small. */
	watch(res: ServerResponse): void {
		this.inFlight++;
		res.on('close', this.#closed);
	}
}
