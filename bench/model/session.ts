/** Why a call, a connection or a session did not go as wished. Literal reasons, never free text. */
export type Failure =
	| 'refused' // nothing listens: the request cannot have run
	| 'connect-timeout' // no connection within the limit: the request was never sent
	| 'reset' // RST
	| 'closed' // FIN before the answer, or the held stream, was complete
	| 'timeout' // no answer within the call's limit, or the kernel found that the other side had fallen silent
	| 'no-session' // the client had no open session when the call was due; nothing was sent
	| 'session-unknown' // 404 for a session id: the server refused the call
	| 'http-status' // another status that is not a success
	| 'rpc-error' // a JSON-RPC error, or a result marked isError
	| 'wrong-answer' // an answer whose id or content does not belong to the call
	| 'aborted' // the harness gave up on purpose (drain, interrupt)
	| 'no-ports' // the machine had no local port or descriptor left
	| 'protocol' // the server broke the transport's rules
	| 'ended' // a held stream came to its proper end: the server said goodbye
	| 'silent'; // a held stream on which nothing was heard for as long as the client has patience

/**
 * What became of a call. A cut connection leaves it `unknown`: only the server's own ledger can say whether it ran.
 */
export type Outcome =
	| { readonly is: 'ok' }
	| { readonly is: 'failed'; readonly why: Failure }
	| { readonly is: 'unknown'; readonly why: Failure };

export const ok: Outcome = { is: 'ok' };

/** Failures after which the server certainly did not run the call, or did and answered with an error. */
const certain: ReadonlySet<Failure> = new Set([
	'refused',
	'connect-timeout',
	'no-session',
	'session-unknown',
	'http-status',
	'rpc-error',
	'wrong-answer',
	'no-ports',
]);

/** The outcome of a call that ended with this failure. */
export function outcomeOf(why: Failure): Outcome {
	return certain.has(why) ? { is: 'failed', why } : { is: 'unknown', why };
}

/** Thrown by every operation of a session; carries the reason as a word. */
export class SessionError extends Error {
	readonly why: Failure;
	/** Of the HTTP answer that was the failure, where one was. */
	readonly status: number | undefined;
	constructor(why: Failure, message: string, options?: ErrorOptions & { readonly status?: number }) {
		super(message, options);
		this.name = 'SessionError';
		this.why = why;
		this.status = options?.status;
	}
}

/** One tool call. */
export interface Call {
	/** Unique within a trial, e.g. `0-1742`: worker, number. */
	readonly id: string;
	/** The number of the call within its worker. */
	readonly seq: number;
	readonly tool: string;
	/** The tool's arguments as the text of a JSON object. */
	readonly arguments: string;
	/** The text that must come back; absent where only the id and the success of an answer can be checked. */
	readonly expect?: string | undefined;
	/** Told the text of a good answer, before the caller is told that it came. Nothing about it is trusted. */
	readonly hear?: ((text: unknown) => void) | undefined;
}

/** A verified answer: its id and its content belong to the call. */
export interface Reply {
	/** When the first byte of the answer arrived, on the machine’s clock; absent where the transport cannot tell it apart. */
	readonly firstByteUs?: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
}

/** Who made a call. One of the two is called, once, at the earliest while `Session.call` runs. */
export interface Caller {
	answered(reply: Reply): void;
	/** The error's `why` decides the outcome (`outcomeOf`). */
	failed(error: unknown): void;
}

/** Makes one call, for whoever makes few. @throws SessionError */
export function callOnce(session: Session, call: Call): Promise<Reply> {
	return new Promise((answered, failed) => session.call(call, { answered, failed }));
}

/** A message that the server sent unasked. */
export interface Push {
	readonly method: string;
	readonly params: unknown;
	/** Where what arrives is only noted at first, and looked at later. */
	readonly received?: Receipt;
}

/** When something was read from its connection. */
export interface Receipt {
	/** On the machine's monotonic clock. */
	readonly atUs: number;
	/** For how long others had been read before it in the same turn of the loop: it was there, and had to wait. Absent: nobody asked. */
	readonly waitedUs?: number;
}

/** An answer that nobody waits for: `late` where its call had been given up, `doubled` where it had been answered. */
export type StrayKind = 'late' | 'doubled';

/** What a session tells its owner as it happens. Callbacks, because a swarm holds tens of thousands of sessions. */
export interface SessionEvents {
	/** A TCP connection was attempted. */
	connect(ok: boolean): void;
	push(push: Push): void;
	/** An answer arrived that nobody waits for; without a kind where it cannot be told whose it is. */
	stray(kind?: StrayKind): void;
	/** An answer said `Connection: close`: the server lets the connection go. */
	closing?(): void;
	/** The session, or the stream it must hold, ended without having been closed by us. Called at most once. */
	lost(why: Failure): void;
}

/** What the next life of a client needs to take up what the last one had, where the transport has sessions. */
export interface ResumeToken {
	readonly sessionId: string;
	/** The revision that was agreed upon. */
	readonly version?: string;
	/** Of the last event of the held stream that had an id. */
	readonly lastEventId?: string;
}

/**
 * One virtual client on one transport, for one life: a lost session is replaced by a new object.
 * It owns its connections; no two sessions share one. One call is in flight at a time.
 */
export interface Session {
	/** Does all that a client must do before its first call. @throws SessionError */
	open(): Promise<void>;
	/** Makes a call; its caller is told what became of it. No promise: this runs as often as the generator is fast. */
	call(call: Call, caller: Caller): void;
	/** Any other request, such as `tools/list`. @returns its result. @throws SessionError */
	request(method: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>;
	/** Gives up what is in flight, the opening or the call, which then fails for this reason. */
	abandon(why: Failure): void;
	/** Ends the session as a polite client does (DELETE where the transport has it). Never throws. */
	close(): Promise<void>;
	/** Drops the connections at once, as a client that vanishes. */
	destroy(): void;
	/** Whether `open` had to send `initialize`; a client that resumed a session did not. */
	readonly initialized: boolean;
	/** Whether calls may still be tried after `lost`: true where they do not depend on the held stream. */
	readonly callable: boolean;
	readonly resumeToken: ResumeToken | undefined;
	/** What the server asked for with the last `retry:` of the held stream; absent: nothing. */
	readonly retryMs?: number | undefined;
}

/** Makes sessions of one target for a swarm; `client` is the number of the virtual client, the same in all its lives. */
export type Connect = (events: SessionEvents, resumeToken?: ResumeToken, client?: number) => Session;
