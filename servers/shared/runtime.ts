import type { ServerResponse } from 'node:http';
import type { Gate } from './auth.ts';
import type { PushLog } from './changes.ts';
import type { Ledger } from './ledger.ts';
import type { Listener } from './pusher.ts';
import type { SessionStore } from './session-store.ts';
import { EventStreams } from './streams.ts';
import { benchTools, type ToolTable } from './tools.ts';

/** Form of an answer to POST that carries no notifications. */
export type Reply = 'json' | 'sse';

/** How a server behaves on the wire. */
export interface Options {
	readonly reply: Reply;
	/** `stateful`: whether GET opens a stream or is refused. */
	readonly stream: 'on' | 'off';
	/** `stateful`: whether streams carry event ids and can be resumed. */
	readonly resumable: boolean;
	/** How long a client of a resumable stream is told to wait before it reconnects. */
	readonly retryMs: number;
	/** Sessions, or subscriptions where there are no sessions; more are refused. */
	readonly maxSessions: number;
	/** `stateful`: how long a session may be idle before it ends; 0 = for ever. */
	readonly sessionIdleMs: number;
	/** Stands at the end of the ids of sessions; absent: nothing does. */
	readonly instance?: number;
	/** Unsent bytes that a stream may hold when the next message comes; more destroys it. Absent: as `limits.ts` says. */
	readonly streamBufferBytes?: number;
	/** Each numbered push is longer by so many bytes; absent: by none. */
	readonly pushBytes?: number;
}

/** What is counted; several runtimes may count together. */
export interface Counts {
	/** Tool calls executed since the start. */
	callsExecuted: number;
}

/** What one server process keeps whatever its transport: its options, its streams, its tools, its counters. */
export class Runtime {
	readonly options: Options;
	readonly streams: EventStreams;
	tools: ToolTable = benchTools;
	/** Tells every client that listens that the list of tools has changed. Set by the endpoint. */
	toolsChanged: () => void = () => undefined;
	/** Who can be told something unasked. Set by the endpoint. */
	listeners: () => Iterable<Listener> = () => [];
	/** What ran and was pushed; undefined unless it is asked for. */
	ledger: Ledger | undefined;
	/** The numbers that were pushed of late, for clients that poll; undefined unless the server pushes. */
	pushLog: PushLog | undefined;
	/** Where sessions are kept for other processes too; undefined unless it is asked for. */
	sessionStore: SessionStore | undefined;
	/** Who asks for tokens; undefined where nobody needs one. */
	gate: Gate | undefined;
	readonly counts: Counts;
	/** Set when the drain begins: answers close their connection from then on. */
	draining = false;

	/** Requests that arrived and whose answers are not yet with the system. */
	inFlight = 0;
	readonly #closed: (this: ServerResponse) => void;

	constructor(options: Options, counts: Counts = { callsExecuted: 0 }) {
		this.options = options;
		this.counts = counts;
		this.streams = new EventStreams(options.streamBufferBytes);
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
