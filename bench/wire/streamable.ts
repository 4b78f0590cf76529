import {
	type Call,
	type Failure,
	type Push,
	type Reply,
	type Session,
	SessionError,
	type SessionEvents,
} from '../model/session.ts';
import { protocolVersions } from '../model/transport.ts';
import { Channel } from './channel.ts';
import type { Endpoint } from './endpoint.ts';
import { EventStream, isEventStream, parseEvents } from './event-stream.ts';
import { type Answer, Exchange } from './exchange.ts';
import {
	asPush,
	callBody,
	initializeBody,
	initializedBody,
	type Message,
	parseMessage,
	requestBody,
	resultOf,
	verifyResult,
} from './json-rpc.ts';
import { Pending } from './pending.ts';

const protocolVersion = protocolVersions.stateful;
const jsonHeaders = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'] as const;

/** What the three Streamable clients share: one endpoint, a POST per message, and at most one held stream. */
export abstract class StreamableSession implements Session {
	initialized = false;
	readonly callable = true;
	resumeToken: string | undefined;
	protected readonly endpoint: Endpoint;
	protected readonly url: URL;
	protected readonly events: SessionEvents;
	protected readonly path: string;
	/** The headers that every POST has. */
	protected readonly base: string[];
	protected lastId = 0;
	readonly #postChannel: Channel;
	#streamChannel: Channel | undefined;
	#stream: EventStream | undefined;
	#streamOpened: Pending<void> | undefined;
	#exchange: Exchange | undefined;
	#state: 'opening' | 'open' | 'over' = 'opening';

	constructor(endpoint: Endpoint, events: SessionEvents) {
		this.endpoint = endpoint;
		this.base = [...jsonHeaders, ...endpoint.headers];
		this.url = new URL(endpoint.url);
		this.path = this.url.pathname + this.url.search;
		this.events = events;
		this.#postChannel = this.#channel();
	}

	/** The headers of a POST once the session is open; `name` is the tool, where the method has one. */
	protected abstract headersFor(method: string, name?: string): string[];
	protected abstract start(): Promise<void>;
	/** What every request carries in `_meta`, as JSON. */
	protected meta(): string | undefined {
		return undefined;
	}

	async open(): Promise<void> {
		await this.start();
		this.#state = 'open';
	}

	async call(call: Call): Promise<Reply> {
		const id = ++this.lastId;
		const body = callBody(id, call, this.meta());
		const answer = await this.post(body, this.headersFor('tools/call', call.tool));
		verifyResult(this.result(answer, id), call);
		return { firstByteUs: answer.firstByteUs, bytesIn: answer.bytes, bytesOut: Buffer.byteLength(body) };
	}

	async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
		const id = ++this.lastId;
		const body = requestBody(id, method, params, this.meta());
		return this.result(await this.post(body, this.headersFor(method)), id);
	}

	abandon(why: Failure): void {
		this.#exchange?.abandon(why);
		this.#streamOpened?.reject(new SessionError(why, `opening given up: ${why}`));
	}

	async close(): Promise<void> {
		this.destroy();
	}

	destroy(): void {
		this.#state = 'over';
		this.abandon('aborted');
		this.#postChannel.destroy();
		this.#streamChannel?.destroy();
	}

	/** @throws SessionError where no complete answer came, or its status is not a success */
	protected async post(body: string, headers: string[], method = 'POST'): Promise<Answer> {
		const exchange = new Exchange();
		this.#exchange = exchange;
		this.#postChannel.send({ method, path: this.path, headers, body: body === '' ? null : body }, exchange);
		const answer = await exchange.answer;
		this.#exchange = undefined;
		if (answer.status >= 200 && answer.status < 300) return answer;
		if (answer.status === 404 && this.resumeToken !== undefined) {
			this.resumeToken = undefined;
			this.lose('session-unknown');
			throw new SessionError('session-unknown', 'the server answered 404 for the session');
		}
		throw new SessionError('http-status', `the server answered ${answer.status}: ${answer.body.slice(0, 120)}`);
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
		this.#stream = new EventStream({
			started: (status, headers) => {
				const verdict = on.head(status, isEventStream(headers));
				if (verdict === 'open') opened.resolve();
				else if (verdict !== 'wait') opened.reject(new SessionError(verdict, `the stream answered ${status}`));
				return verdict === 'open' || verdict === 'wait';
			},
			event: (event) => {
				if (event.data === '') return;
				try {
					const read = on.message(parseMessage(event.data));
					if (read === 'open') opened.resolve();
					else if (read) this.events.push(read);
				} catch (error) {
					opened.reject(error as Error);
				}
			},
			ended: (why) => {
				opened.reject(new SessionError(why, `the stream ended: ${why}`));
				this.lose(why);
			},
		});
		const { method, headers, body } = request;
		this.#streamChannel.send({ method, path: this.path, headers, body: body ?? null }, this.#stream);
		return opened.promise;
	}

	#channel(): Channel {
		return new Channel(this.url.origin, (ok) => this.events.connect(ok), this.endpoint.idleConnectionMs);
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
function agreedVersion(result: unknown): string {
	const version = (result as { protocolVersion?: unknown } | undefined)?.protocolVersion;
	if (knownVersions.has(version)) return version as string;
	throw new SessionError('protocol', `the server wants protocol version ${JSON.stringify(version)}`);
}

/** The header came with 2025-06-18; before, a server need not know it. */
function versionHeaders(version: string): string[] {
	return version === '2025-03-26' ? [] : ['mcp-protocol-version', version];
}

/** Streamable HTTP without session ids: nothing is held but, for a while, a kept-alive connection. */
export class StatelessSession extends StreamableSession {
	#headers: string[] = [];

	protected headersFor(): string[] {
		return this.#headers;
	}

	protected async start(): Promise<void> {
		const id = ++this.lastId;
		const agreed = agreedVersion(this.result(await this.post(initializeBody(id, protocolVersion), this.base), id));
		this.#headers = [...this.base, ...versionHeaders(agreed)];
		this.initialized = true;
		await this.post(initializedBody, this.#headers);
	}
}

/** Streamable HTTP with `Mcp-Session-Id`; holds the GET stream where asked to. */
export class StatefulSession extends StreamableSession {
	#session: string[] = [];
	/** The revision that the server agreed to. */
	#version: string = protocolVersion;
	#headers: string[] = [];

	constructor(endpoint: Endpoint, events: SessionEvents, resumeToken?: string) {
		super(endpoint, events);
		this.resumeToken = resumeToken;
	}

	protected headersFor(): string[] {
		return this.#headers;
	}

	protected async start(): Promise<void> {
		if (this.resumeToken !== undefined) {
			this.#use(this.resumeToken);
			if (!this.endpoint.stream || (await this.#resumed())) return;
		}
		const id = ++this.lastId;
		const answer = await this.post(initializeBody(id, protocolVersion), this.base);
		this.#version = agreedVersion(this.result(answer, id));
		const token = answer.headers['mcp-session-id'];
		if (typeof token !== 'string') throw new SessionError('protocol', 'initialize gave no Mcp-Session-Id');
		this.#use(token);
		this.initialized = true;
		await this.post(initializedBody, this.#headers);
		if (this.endpoint.stream) await this.#hold();
	}

	override async close(): Promise<void> {
		const had = this.resumeToken !== undefined;
		if (had) await this.post('', this.#headers, 'DELETE').catch(() => {});
		await super.close();
	}

	/** Whether the old session still lives: the client asks for its stream again before it initializes anew. */
	async #resumed(): Promise<boolean> {
		try {
			await this.#hold();
			return true;
		} catch (error) {
			if (!(error instanceof SessionError) || error.why !== 'session-unknown') throw error;
			this.resumeToken = undefined;
			return false;
		}
	}

	#hold(): Promise<void> {
		return this.holdStream(
			{ method: 'GET', headers: ['accept', 'text/event-stream', ...this.#session, ...this.endpoint.headers] },
			{
				head: (status, isStream) => {
					if (status === 200 && isStream) return 'open';
					return status === 404 ? 'session-unknown' : 'http-status';
				},
				message: asPush,
			},
		);
	}

	#use(token: string): void {
		this.resumeToken = token;
		this.#session = ['mcp-session-id', token, ...versionHeaders(this.#version)];
		this.#headers = [...this.base, ...this.#session];
	}
}
