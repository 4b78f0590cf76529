import { type ResumeToken, SessionError, type SessionEvents } from '../model/session.ts';
import type { Endpoint } from './endpoint.ts';
import { asPush, initializeBody, initializedBody } from './json-rpc.ts';
import { agreedVersion, protocolVersion, StreamableSession, versionHeaders } from './streamable.ts';

/** An id that a header can carry; with any other a client asks as if it had none. */
const carried = /^[\x21-\x7e][\x20-\x7e]{0,1023}$/;

/** Streamable HTTP with `Mcp-Session-Id`; holds the GET stream where asked to. */
export class StatefulSession extends StreamableSession {
	#session: string[] = [];
	/** The revision that the server agreed to. */
	#version: string = protocolVersion;
	#headers: string[] = [];
	/** What the life before saw last of the stream. */
	#formerEventId: string | undefined;

	constructor(endpoint: Endpoint, events: SessionEvents, token?: ResumeToken) {
		super(endpoint, events);
		this.sessionId = token?.sessionId;
		this.#version = token?.version ?? protocolVersion;
		const { lastEventId = '' } = token ?? {};
		if (endpoint.resume !== false && carried.test(lastEventId)) this.#formerEventId = lastEventId;
	}

	override get resumeToken(): ResumeToken | undefined {
		if (this.sessionId === undefined) return undefined;
		const lastEventId = this.lastEventId ?? this.#formerEventId;
		return { sessionId: this.sessionId, version: this.#version, ...(lastEventId !== undefined && { lastEventId }) };
	}

	protected headersFor(): string[] {
		return this.#headers;
	}

	protected async start(): Promise<void> {
		if (this.sessionId !== undefined) {
			this.#use(this.sessionId);
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
		if (this.sessionId !== undefined) await this.post('', this.#headers, 'DELETE').catch(() => {});
		await super.close();
	}

	/** Whether the old session still lives: the client asks for its stream again before it initializes anew. */
	async #resumed(): Promise<boolean> {
		try {
			await this.#hold();
			return true;
		} catch (error) {
			if (!(error instanceof SessionError)) throw error;
			if (error.status === 400 && this.#formerEventId !== undefined) {
				// The server no longer keeps what followed the event: that is lost, and the stream goes on from here.
				this.#formerEventId = undefined;
				return this.#resumed();
			}
			if (error.why !== 'session-unknown' || this.endpoint.reinitializes === false) throw error;
			this.sessionId = undefined;
			this.#formerEventId = undefined;
			this.#version = protocolVersion;
			return false;
		}
	}

	#hold(): Promise<void> {
		const after = this.#formerEventId === undefined ? [] : ['last-event-id', this.#formerEventId];
		const headers = ['accept', 'text/event-stream', ...this.#session, ...after, ...this.endpoint.headers];
		return this.holdStream(
			{ method: 'GET', headers },
			{
				head: (status, isStream) => {
					if (status === 200 && isStream) return 'open';
					return status === 404 ? 'session-unknown' : 'http-status';
				},
				message: asPush,
			},
		);
	}

	#use(sessionId: string): void {
		this.sessionId = sessionId;
		this.#session = ['mcp-session-id', sessionId, ...versionHeaders(this.#version)];
		this.#headers = [...this.base, ...this.#session];
	}
}
