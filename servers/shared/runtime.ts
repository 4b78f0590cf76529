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

	constructor(reply: Reply) {
		this.reply = reply;
	}
}
