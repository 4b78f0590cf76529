import { SessionError, type SessionEvents } from '../model/session.ts';
import type { Endpoint } from './endpoint.ts';
import { asPush, initializeBody, initializedBody } from './json-rpc.ts';
import { agreedVersion, protocolVersion, StreamableSession, versionHeaders } from './streamable.ts';

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
