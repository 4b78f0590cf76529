import {
	type Call,
	type Caller,
	type Failure,
	type Push,
	type ResumeToken,
	type Session,
	SessionError,
	type SessionEvents,
} from '../model/session.ts';
import { protocolVersions } from '../model/transport.ts';
import { Channel } from './channel.ts';
import { type Endpoint, placeOf } from './endpoint.ts';
import { EventStream, isEventStream, parseEvents, type StreamEvents } from './event-stream.ts';
import { asPush, callBody, type Message, parseMessage, requestBody, resultOf, verifyResult } from './json-rpc.ts';
import { type Asker, Line, type RequestHead, requestHead } from './line.ts';
import { Pending } from './pending.ts';
import type { Answer } from './response.ts';

/** What a client of Streamable HTTP before 2026-07-28 asks for. */
export const protocolVersion = protocolVersions.stateful;
const jsonHeaders = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'] as const;

/** A call as plain HTTP. */
export interface CallRequest {
	readonly method: 'POST';
	/** With its query. */
	readonly path: string;
	/** Name, value, name, value. */
	readonly headers: readonly string[];
	readonly body: string;
}

/** What the three Streamable clients share: one endpoint, a POST per message, and at most one held stream. */
export abstract class StreamableSession implements Session, Asker {
	initialized = false;
	readonly callable = true;
	/** Of a server that gave one. */
	protected sessionId: string | undefined;
	protected readonly endpoint: Endpoint;
	protected readonly events: SessionEvents;
	protected readonly path: string;
	/** The headers that every POST has. */
	protected readonly base: string[];
	protected lastId = 0;
	readonly #line: Line;
	/** The call in flight. Its id is the last one: a session makes one request at a time. */
	#call: Call | undefined;
	#caller: Caller | undefined;
	/** The head of the call that is made over and over, and the headers it was made of. */
	#callHead: RequestHead | undefined;
	#callHeaders: readonly string[] | undefined;
	#streamChannel: Channel | undefined;
	#stream: EventStream | undefined;
	#streamOpened: Pending<void> | undefined;
	#state: 'opening' | 'open' | 'over' = 'opening';

	constructor(endpoint: Endpoint, events: SessionEvents) {
		this.endpoint = endpoint;
		this.base = [...jsonHeaders, ...endpoint.headers];
		this.path = placeOf(endpoint).path;
		this.events = events;
		this.#line = new Line(endpoint, events);
	}

	/** The headers of a POST once the session is open; `name` is the tool, where the method has one. */
	protected abstract headersFor(method: string, name?: string): string[];
	protected abstract start(): Promise<void>;
	/** What every request carries in `_meta`, as JSON. */
	protected meta(): string | undefined {
		return undefined;
	}

	get resumeToken(): ResumeToken | undefined {
		return undefined;
	}

	get retryMs(): number | undefined {
		return this.#stream?.return?.retryMs;
	}

	/** Of the last event of the held stream that had an id. */
	protected get lastEventId(): string | undefined {
		return this.#stream?.return?.lastEventId;
	}

	async open(): Promise<void> {
		await this.start();
		this.#state = 'open';
		this.#streamOpened = undefined;
	}

	call(call: Call, caller: Caller): void {
		const id = ++this.lastId;
		const body = callBody(id, call, this.meta());
		this.#call = call;
		this.#caller = caller;
		this.#line.ask(this.#headOfCall(call.tool), body, this);
	}

	/** The answer to the call in flight. */
	answered(answer: Answer, bytesOut: number): void {
		const { call, caller } = this.#taken();
		try {
			this.accept(answer);
			verifyResult(this.result(answer, this.lastId), call);
		} catch (error) {
			// An answer of another call: a second one was sent for it, and every answer that follows would be one behind.
			if (error instanceof SessionError && error.why === 'wrong-answer') this.#line.drop();
			caller.failed(error);
			return;
		}
		caller.answered({ firstByteUs: answer.firstByteUs, bytesIn: answer.bytes, bytesOut });
	}

	/** The call in flight has no answer. */
	failed(error: SessionError): void {
		this.#taken().caller.failed(error);
	}

	#taken(): { call: Call; caller: Caller } {
		const [call, caller] = [this.#call, this.#caller];
		if (!call || !caller) throw new Error('no call is in flight');
		this.#call = undefined;
		this.#caller = undefined;
		return { call, caller };
	}

	/** The id of the last request. */
	get requestId(): number {
		return this.lastId;
	}

	/**
	 * What `call` would send next, for a client of another kind that repeats it.
	 * @param progressToken asks for notifications of the call's progress
	 */
	requestOf(call: Call, progressToken?: number): CallRequest {
		const meta = this.meta();
		const asked = { ...JSON.parse(meta ?? '{}'), progressToken };
		const body = callBody(++this.lastId, call, progressToken === undefined ? meta : JSON.stringify(asked));
		return { method: 'POST', path: this.path, headers: [...this.headersFor('tools/call', call.tool)], body };
	}

	/** Sends a notification. @throws SessionError where the server does not take it */
	async notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
		await this.post(JSON.stringify({ jsonrpc: '2.0', method, params }), this.headersFor(method));
	}

	async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
		const id = ++this.lastId;
		const body = requestBody(id, method, params, this.meta());
		return this.result(await this.post(body, this.headersFor(method)), id);
	}

	abandon(why: Failure): void {
		this.#line.abandon(why);
		this.#streamOpened?.reject(new SessionError(why, `opening given up: ${why}`));
	}

	/** Reads no more of the held stream, as a client that hangs; nothing where it holds none. */
	stall(): void {
		this.#stream?.stall();
	}

	async close(): Promise<void> {
		this.destroy();
	}

	destroy(): void {
		this.#state = 'over';
		this.abandon('aborted');
		this.#line.destroy();
		this.#streamChannel?.destroy();
	}

	/** @throws SessionError where no complete answer came, or its status is not a success */
	protected async post(body: string, headers: string[], method = 'POST'): Promise<Answer> {
		const answer = await this.#line.answerTo(requestHead(placeOf(this.endpoint).url, method, this.path, headers), body);
		this.accept(answer);
		return answer;
	}

	/** @throws SessionError where the status of an answer is not a success */
	protected accept({ status, body }: Answer): void {
		if (status >= 200 && status < 300) return;
		if (status === 404 && this.sessionId !== undefined) {
			const { reinitializes = true, stream } = this.endpoint;
			if (reinitializes) this.sessionId = undefined;
			// A client that never begins anew goes on asking; the stream it holds has an end of its own.
			if (reinitializes || !stream) this.lose('session-unknown');
			throw new SessionError('session-unknown', 'the server answered 404 for the session', { status });
		}
		throw new SessionError('http-status', `the server answered ${status}: ${body.slice(0, 120)}`, { status });
	}

	/** The result of request `id` in an answer that is JSON or a short event stream; pushes on the way are passed on. */
	protected result(answer: Answer, id: number): unknown {
		if (!isEventStream(answer.headers)) return resultOf(parseMessage(answer.body), id);
		let last: Message | undefined;
		for (const event of parseEvents(answer.body)) {
			if (event.data === '') continue;
			const message = parseMessage(event.data);
			const push = asPush(message);
			if (push) this.events.push(push);
			else last = message;
		}
		if (last === undefined) throw new SessionError('protocol', 'the answer stream held no answer');
		return resultOf(last, id);
	}

	/** Opens the stream on which the server pushes; resolves once `ready` accepts its head or its first message. */
	protected holdStream(
		request: { method: 'GET' | 'POST'; headers: string[]; body?: string },
		on: {
			head(status: number, isStream: boolean): Failure | 'wait' | 'open';
			message(message: Message): Push | 'open' | undefined;
		},
	): Promise<void> {
		const opened = new Pending<void>();
		this.#streamOpened = opened;
		this.#streamChannel ??= this.#channel();
		// Only the field keeps the promise: a stream that is open needs it no more, and is held for long.
		const reject = (error: Error) => this.#streamOpened?.reject(error);
		const events: StreamEvents = {
			started: (status, headers) => {
				this.endpoint.jar?.take(headers['set-cookie']);
				const verdict = on.head(status, isEventStream(headers));
				if (verdict === 'open') this.#streamOpened?.resolve();
				else if (verdict !== 'wait') reject(new SessionError(verdict, `the stream answered ${status}`, { status }));
				return verdict === 'open' || verdict === 'wait';
			},
			event: (event) => {
				if (event.data === '') return;
				try {
					const read = on.message(parseMessage(event.data));
					if (read === 'open') this.#streamOpened?.resolve();
					else if (read) this.events.push(stream.stamped(read));
				} catch (error) {
					reject(error as Error);
				}
			},
			ended: (why) => {
				reject(new SessionError(why, `the stream ended: ${why}`));
				this.lose(why);
			},
		};
		const stream = new EventStream(events, this.endpoint.silenceMs, this.endpoint.inbox);
		this.#stream = stream;
		const { method, headers, body } = request;
		this.#streamChannel.send({ method, path: this.path, headers, body: body ?? null }, this.#stream);
		return opened.promise;
	}

	#headOfCall(tool: string): RequestHead {
		const headers = this.headersFor('tools/call', tool);
		if (this.#callHead === undefined || headers !== this.#callHeaders) {
			this.#callHeaders = headers;
			this.#callHead = requestHead(placeOf(this.endpoint).url, 'POST', this.path, headers);
		}
		return this.#callHead;
	}

	#channel(): Channel {
		return new Channel(this.endpoint, this.events);
	}

	/** Says once that the session or its stream is gone; while it is still being opened, the opening fails instead. */
	protected lose(why: Failure): void {
		if (this.#state !== 'open') return;
		this.#state = 'over';
		this.#streamChannel?.destroy();
		this.events.lost(why);
	}
}

const knownVersions: ReadonlySet<unknown> = new Set(['2025-03-26', '2025-06-18', '2025-11-25']);

/** The revision that a server answers initialize with. @throws SessionError where it is none of Streamable HTTP's */
export function agreedVersion(result: unknown): string {
	const version = (result as { protocolVersion?: unknown } | undefined)?.protocolVersion;
	if (knownVersions.has(version)) return version as string;
	throw new SessionError('protocol', `the server wants protocol version ${JSON.stringify(version)}`);
}

/** The header came with 2025-06-18; before, a server need not know it. */
export function versionHeaders(version: string): string[] {
	return version === '2025-03-26' ? [] : ['mcp-protocol-version', version];
}
