import type { EventSourceMessage } from 'eventsource-parser';
import { monotonicUs } from '../clock.ts';
import {
	type Call,
	type Caller,
	type Failure,
	type Reply,
	type Session,
	SessionError,
	type SessionEvents,
	type StrayKind,
} from '../model/session.ts';
import { protocolVersions } from '../model/transport.ts';
import { Channel } from './channel.ts';
import { type Endpoint, placeOf } from './endpoint.ts';
import { EventStream, isEventStream } from './event-stream.ts';
import {
	asPush,
	callBody,
	initializeBody,
	initializedBody,
	isStray,
	parseMessage,
	requestBody,
	resultOf,
	verifyResult,
} from './json-rpc.ts';
import { Line, type RequestHead, requestHead } from './line.ts';
import { Pending } from './pending.ts';

const jsonHeaders = ['content-type', 'application/json'];
/** Each of them took its call's time limit: more than a trial has room for. */
const mostForgone = 10_000;

/**
 * A client of HTTP+SSE (protocol 2024-11-05): one held GET stream that carries every answer, and a second connection
 * for the POSTs. Losing the stream is losing the session: the protocol has no resume, and its events no ids to ask with.
 */
export class SseSession implements Session {
	readonly initialized = true;
	readonly callable = false;
	readonly resumeToken = undefined;
	readonly #endpoint: Endpoint;
	readonly #events: SessionEvents;
	readonly #headers: readonly string[];
	readonly #streamChannel: Channel;
	readonly #line: Line;
	readonly #stream: EventStream;
	/** How to POST; the server tells where in its first event. */
	#postHead: RequestHead | undefined;
	/** Where to POST, until the server has said so. */
	#announced: Pending<string> | undefined;
	#answer: { id: number; pending: Pending<{ result: unknown; bytes: number; atUs: number }> } | undefined;
	#lastId = 0;
	/** Requests that were given up and whose answers have not come. */
	#forgone: Set<number> | undefined;
	#state: 'opening' | 'open' | 'over' = 'opening';

	constructor(endpoint: Endpoint, events: SessionEvents) {
		this.#endpoint = endpoint;
		this.#headers = endpoint.headers;
		this.#events = events;
		this.#streamChannel = new Channel(endpoint, events);
		this.#line = new Line(endpoint, events);
		this.#stream = new EventStream(
			{
				started: (status, headers) => {
					endpoint.jar?.take(headers['set-cookie']);
					return this.#started(status, isEventStream(headers));
				},
				event: (event, bytes) => this.#event(event, bytes),
				ended: (why) => this.#ended(why),
			},
			endpoint.silenceMs,
			endpoint.inbox,
		);
	}

	get retryMs(): number | undefined {
		return this.#stream.return?.retryMs;
	}

	async open(): Promise<void> {
		const announced = new Pending<string>();
		this.#announced = announced;
		this.#streamChannel.send(
			{
				method: 'GET',
				path: placeOf(this.#endpoint).path,
				headers: ['accept', 'text/event-stream', ...this.#headers],
			},
			this.#stream,
		);
		const path = await announced.promise;
		this.#announced = undefined;
		this.#postHead = requestHead(placeOf(this.#endpoint).url, 'POST', path, [...jsonHeaders, ...this.#headers]);
		const id = ++this.#lastId;
		const { result } = await this.#request(id, initializeBody(id, protocolVersions.sse));
		if (typeof result !== 'object' || result === null) throw new SessionError('protocol', 'initialize had no result');
		await this.#send(initializedBody);
		this.#state = 'open';
	}

	call(call: Call, caller: Caller): void {
		this.#call(call).then(
			(reply) => caller.answered(reply),
			(error) => caller.failed(error),
		);
	}

	async #call(call: Call): Promise<Reply> {
		const id = ++this.#lastId;
		const body = callBody(id, call);
		const { result, bytes, atUs } = await this.#request(id, body);
		verifyResult(result, call);
		return { firstByteUs: atUs, bytesIn: bytes, bytesOut: Buffer.byteLength(body) };
	}

	async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
		const id = ++this.#lastId;
		return (await this.#request(id, requestBody(id, method, params))).result;
	}

	abandon(why: Failure): void {
		this.#announced?.reject(new SessionError(why, `opening given up: ${why}`));
		this.#line.abandon(why);
		this.#answer?.pending.reject(new SessionError(why, `call given up: ${why}`));
		this.#forgo();
	}

	/** Reads no more of the stream, as a client that hangs. */
	stall(): void {
		this.#stream.stall();
	}

	/** The id of the last request. */
	get requestId(): number {
		return this.#lastId;
	}

	/** POSTs a message, and hears no more of it than whether it was taken. @throws SessionError */
	async post(body: string): Promise<void> {
		await this.#send(body);
	}

	/** Hands everything that comes on the stream to somebody else, until that one returns true. */
	divert(take: (chunk: Buffer) => boolean): void {
		this.#stream.divert(take);
	}

	async close(): Promise<void> {
		this.destroy();
	}

	destroy(): void {
		this.#state = 'over';
		this.abandon('aborted');
		this.#streamChannel.destroy();
		this.#line.destroy();
	}

	/** Sends a request and waits for its answer on the stream; the POST itself only says that it was accepted. */
	async #request(id: number, body: string): Promise<{ result: unknown; bytes: number; atUs: number }> {
		const pending = new Pending<{ result: unknown; bytes: number; atUs: number }>();
		this.#answer = { id, pending };
		// The stream may answer before the POST is acknowledged, and a failed POST means that no answer will come.
		this.#send(body).catch((error) => pending.reject(error));
		try {
			return await pending.promise;
		} finally {
			if (this.#answer?.id === id) this.#forgo();
		}
	}

	/** Nobody waits for the answer any more. */
	#forgo(): void {
		if (!this.#answer) return;
		this.#forgone ??= new Set();
		if (this.#forgone.size < mostForgone) this.#forgone.add(this.#answer.id);
		this.#answer = undefined;
	}

	/** What an answer is that nobody waits for. If it comes once more, it is doubled. */
	#kindOf(id: unknown): StrayKind | undefined {
		if (typeof id !== 'number' || id <= 0 || id > this.#lastId) return undefined;
		return this.#forgone?.delete(id) ? 'late' : 'doubled';
	}

	async #send(body: string): Promise<void> {
		const head = this.#postHead;
		if (head === undefined || this.#state === 'over') throw new SessionError('no-session', 'the stream is not open');
		const { status } = await this.#line.answerTo(head, body);
		if (status === 202 || status === 200) return;
		if (status !== 404) throw new SessionError('http-status', `POST answered ${status}`, { status });
		this.#ended('session-unknown');
		throw new SessionError('session-unknown', 'POST answered 404', { status });
	}

	#started(status: number, isStream: boolean): boolean {
		if (status === 200 && isStream) return true;
		this.#announced?.reject(
			new SessionError('http-status', `GET answered ${status}${isStream ? '' : ', not an event stream'}`, { status }),
		);
		return false;
	}

	#event(event: EventSourceMessage, bytes: number): void {
		if (event.event === 'endpoint') {
			const { url } = placeOf(this.#endpoint);
			const { origin, pathname, search } = new URL(event.data, url);
			// Official clients refuse it too: credentials would go to somebody else.
			if (origin === url.origin) this.#announced?.resolve(pathname + search);
			else this.#announced?.reject(new SessionError('protocol', `the endpoint is elsewhere: ${origin}`));
			return;
		}
		const answer = this.#answer;
		try {
			const message = parseMessage(event.data);
			const push = asPush(message);
			if (push) this.#events.push(this.#stream.stamped(push));
			else if (isStray(message.id, answer?.id)) this.#events.stray(this.#kindOf(message.id));
			else if (answer) {
				// Taken at once: the same answer may stand a second time in this very chunk.
				this.#answer = undefined;
				answer.pending.resolve({ result: resultOf(message, answer.id), bytes, atUs: monotonicUs() });
			}
		} catch (error) {
			answer?.pending.reject(error as Error);
		}
	}

	#ended(why: Failure): void {
		if (this.#state === 'over') return;
		const wasOpen = this.#state === 'open';
		this.#state = 'over';
		const error = new SessionError(why, `the event stream ended: ${why}`);
		this.#announced?.reject(error);
		this.#answer?.pending.reject(error);
		this.#answer = undefined;
		this.#streamChannel.destroy();
		this.#line.destroy();
		if (wasOpen) this.#events.lost(why);
	}
}
