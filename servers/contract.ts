/**
 * What a server process and whoever starts it agree on. Types only: the harness imports them, a server implements them.
 *
 * - stdout carries one line of JSON when the server accepts connections (`ReadyLine`), and nothing else.
 * - stderr is for people.
 * - SIGTERM drains: no new connections, requests in flight are answered, streams end, exit 0; after `drainMs` exit all the same.
 * - When the process that started it is gone (IPC channel closed, or stdin at its end with `--exit-with-stdin`), it exits.
 * - With `--ledger PATH` it writes down what it does (`LedgerLine`), in a file that survives its death.
 * - Control goes over Node's IPC channel only, never over the public port: one `ControlRequest`, one `ControlReply`.
 */
export interface ReadyLine {
	readonly ready: true;
	/** Where clients connect, e.g. `http://127.0.0.1:3000/mcp`. */
	readonly url: string;
	readonly pid: number;
}

export type ControlRequest =
	/** Force garbage collections until the heap no longer shrinks, then answer with the figures. */
	| { readonly id: number; readonly control: 'collect' }
	/** Answer with the figures as they are. */
	| { readonly id: number; readonly control: 'state' };

/** The figures of one server process. */
export interface ServerState {
	readonly heapUsedBytes: number;
	readonly externalBytes: number;
	/** Event-loop delay since the last question, from `perf_hooks.monitorEventLoopDelay`. */
	readonly loopDelayP99Us: number;
	readonly loopDelayMaxUs: number;
	/** Sessions the server keeps state for. */
	readonly openSessions: number;
	/** Held response streams. */
	readonly openStreams: number;
	/** Tool calls executed since the start. */
	readonly callsExecuted: number;
}

/**
 * A line of the file that `--ledger` names: what the process ran and pushed, in JSON. Instants are µs of the machine's monotonic
 * clock since `--ledger-origin-us`.
 */
export type LedgerLine =
	/** `begun`: a call that takes time has begun to run. `done`: it has run; its answer is sent after this line. */
	| {
			readonly is: 'ran';
			readonly at: number;
			readonly pid: number;
			readonly callId: string;
			readonly stage: 'begun' | 'done';
	  }
	/** A numbered push is about to be sent to the session, or kept for it. */
	| {
			readonly is: 'emitted';
			readonly at: number;
			readonly pid: number;
			readonly key: string;
			readonly number: number;
	  }
	/** The number was reached; the lines before it say who was there. */
	| { readonly is: 'tick'; readonly at: number; readonly pid: number; readonly number: number };

export type ControlReply =
	| { readonly id: number; readonly state: ServerState }
	| { readonly id: number; readonly error: string };
