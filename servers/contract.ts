/**
 * What a server process and whoever starts it agree on. Types only: the harness imports them, a server implements them.
 *
 * - stdout carries one line of JSON when the server accepts connections (`ReadyLine`), and nothing else.
 * - stderr is for people.
 * - SIGTERM drains: no new connections, requests in flight are answered, streams end, exit 0; after `drainMs` exit all the same.
 * - When the process that started it is gone (IPC channel closed, or stdin at its end with `--exit-with-stdin`), it exits.
 * - It exits with `MissingExit` where this machine lacks what it needs; the last line on stderr is the sentence that says so.
 * - With `--ledger PATH` it writes down what it does (`LedgerLine`), in a file that survives its death.
 * - Control goes over Node's IPC channel only, never over the public port: one `ControlRequest`, one `ControlReply`.
 */
export interface ReadyLine {
	readonly ready: true;
	/** Where clients connect, e.g. `http://127.0.0.1:3000/mcp`. */
	readonly url: string;
	/** The process that serves: it is the one that is measured. */
	readonly pid: number;
}

export type MissingExit = 3;

export type ControlRequest =
	/** Force garbage collections until the heap no longer shrinks, then answer with the figures. */
	| { readonly id: number; readonly control: 'collect' }
	/** Answer with the figures as they are. */
	| { readonly id: number; readonly control: 'state' }
	/** Send a push of this number to whomever listens, then answer with the figures. */
	| { readonly id: number; readonly control: 'push'; readonly number: number }
	/** Of a server with `--push-when-told`: begin to push now, then answer with the figures. */
	| { readonly id: number; readonly control: 'begin-pushes' }
	/** From now on these tokens, by their `jti`, let nobody in (`on`), or they do again; then answer with the figures. */
	| { readonly id: number; readonly control: 'revoke'; readonly tokens: readonly string[]; readonly on: boolean };

/** The figures of one server process. Those that its runtime does not tell are absent. */
export interface ServerState {
	readonly heapUsedBytes?: number;
	readonly externalBytes?: number;
	/** Event-loop delay since the last question, from `perf_hooks.monitorEventLoopDelay`. */
	readonly loopDelayP99Us?: number;
	readonly loopDelayMaxUs?: number;
	/** Sessions the server keeps state for. */
	readonly openSessions: number;
	/** Held response streams. */
	readonly openStreams: number;
	/** Tool calls executed since the start. */
	readonly callsExecuted: number;
	/** Of a server that bounds what a client may leave unread: how many streams it has destroyed for that. */
	readonly overflows?: number;
	/** Of an answer to `revoke`: since when that holds, in µs of the machine's monotonic clock. */
	readonly revokedUs?: number;
	/** Of a server whose sessions are kept elsewhere: how often that place could not be asked. */
	readonly storeFailures?: number;
}

/**
 * A line of the file that `--ledger` names: what the process ran and pushed, in JSON. Instants are µs of the machine's monotonic
 * clock since `--ledger-origin-us`.
 */
export type LedgerLine =
	/**
	 * `begun`: a call that takes time has begun to run. `done`: it has run; its answer is sent after this line. `stopped`: it was
	 * told that nobody wants its answer, and has stopped.
	 */
	| {
			readonly is: 'ran';
			readonly at: number;
			readonly pid: number;
			readonly callId: string;
			readonly stage: 'begun' | 'done' | 'stopped';
	  }
	/** A numbered push is about to be sent to the session, or kept for it. */
	| {
			readonly is: 'emitted';
			readonly at: number;
			readonly pid: number;
			readonly key: string;
			readonly number: number;
	  }
	/** The number was reached; the lines before it say who was there, or, with `chosen`, for whom alone it is. */
	| {
			readonly is: 'tick';
			readonly at: number;
			readonly pid: number;
			readonly number: number;
			readonly to?: number;
			readonly chosen?: true;
	  }
	/**
	 * The push has been handed to everybody's connection, or kept for whoever asks for it. `at`: all lines before were written, the first
	 * session's turn came. `toUs`: all that was said in that turn
	 * was with the system. `bookUs`: how long this ledger took before `at`.
	 */
	| {
			readonly is: 'sent';
			readonly at: number;
			readonly pid: number;
			readonly number: number;
			readonly toUs: number;
			readonly bookUs: number;
	  };

/**
 * A line of the file that `--usage` names: what a stand-in for a serverless platform ran for one request, written when it is over.
 * Instants are µs as in the ledger.
 */
export interface InvocationLine {
	readonly is: 'invocation';
	/** When it was over: its process was free again, or gone, or the host ended. */
	readonly at: number;
	/** When the request had come. */
	readonly askedUs: number;
	/** When a process had it; equal to `at` where none ever did. */
	readonly fromUs: number;
	readonly platform: 'lambda' | 'cloud-run';
	/** By how much the limits of the platform were divided. */
	readonly factor: number;
	/** The process that ran it; 0 where none did. */
	readonly pid: number;
	/** Of the request that made its process start: how long that took. */
	readonly coldStartMs?: number;
	/** It was there to hold a stream: its length is the session's, and compressed as the limits are. */
	readonly held: boolean;
	/**
	 * - `answered`: to its end. `refused`: no room for it (429), or a request too large (413).
	 * - `timeout`: at the longest duration. `too-large`: the answer was longer than may be. `crashed`: its process ended.
	 * - `left`: the client had gone, and the platform ended it for that. `running`: the host ended first.
	 */
	readonly end: 'answered' | 'refused' | 'timeout' | 'too-large' | 'crashed' | 'left' | 'running';
	/** Of the answer, where one began. */
	readonly status?: number;
	/** When its client had gone, where it went before the end. */
	readonly clientLeftUs?: number;
}

export type ControlReply =
	| { readonly id: number; readonly state: ServerState }
	| { readonly id: number; readonly error: string };
