import type { IncomingMessage, ServerResponse } from 'node:http';
import { Exchange } from './exchange.ts';
import { acceptsBoth, acceptsStream, header, Replies } from './http.ts';
import { answer, assumedVersion, type Client, hear, initialize, streamableVersions } from './legacy.ts';
import { limits } from './limits.ts';
import { classify, errorCode, type RpcMessage, type RpcRequest } from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Endpoint } from './transport.ts';

/** The one endpoint of Streamable HTTP, 2025-03-26 to 2025-11-25; `stateful` gives it a session table, `stateless` none. */
export class StreamableEndpoint implements Endpoint {
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #sessions: Sessions | undefined;
	readonly #allow: string;

	constructor(runtime: Runtime, sessions?: Sessions) {
		this.#runtime = runtime;
		this.#replies = new Replies(runtime);
		this.#sessions = sessions;
		this.#allow = sessions ? 'GET, POST, DELETE' : 'POST';
	}

	get openSessions(): number {
		return this.#sessions?.size ?? 0;
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		if (req.method === 'POST') this.#post(req, res);
		else if (this.#sessions && req.method === 'GET') this.#get(req, res);
		else if (this.#sessions && req.method === 'DELETE') this.#delete(req, res, this.#sessions);
		else this.#replies.notAllowed(res, this.#allow);
	}

	#post(req: IncomingMessage, res: ServerResponse): void {
		if (!acceptsBoth(req)) {
			const wanted = 'Not acceptable: Accept must list application/json and text/event-stream';
			this.#replies.error(res, 406, errorCode.server, wanted);
			return;
		}
		this.#replies.read(req, res, (body) => this.#receive(req, res, body));
	}

	#receive(req: IncomingMessage, res: ServerResponse, body: unknown): void {
		if (Array.isArray(body)) {
			this.#receiveBatch(req, res, body);
			return;
		}
		const message = classify(body);
		if (message.is === 'invalid') {
			this.#replies.error(res, 400, errorCode.invalidRequest, 'Invalid request: not a JSON-RPC message');
		} else if (message.is === 'request' && message.request.method === 'initialize') {
			this.#initialize(req, res, message.request);
		} else {
			const client = this.#client(req, res);
			if (!client) return;
			if (message.is === 'request') {
				const exchange = new Exchange(this.#runtime, this.#replies, res);
				exchange.answer(answer(message.request, client, exchange, this.#runtime));
			} else {
				if (message.is === 'notification') hear(message.notification, client.session);
				this.#replies.empty(res, 202);
			}
		}
	}

	/** Batches exist in 2025-03-26 only. */
	#receiveBatch(req: IncomingMessage, res: ServerResponse, body: readonly unknown[]): void {
		const client = this.#client(req, res);
		if (!client) return;
		const messages = body.map(classify);
		const wrong = batchFault(client.version, messages);
		if (wrong !== undefined) {
			this.#replies.error(res, 400, errorCode.invalidRequest, `Invalid request: ${wrong}`);
			return;
		}
		const exchange = new Exchange(this.#runtime, this.#replies, res);
		const answers = [];
		for (const message of messages) {
			if (message.is === 'request') answers.push(answer(message.request, client, exchange, this.#runtime));
			else if (message.is === 'notification') hear(message.notification, client.session);
		}
		if (answers.length > 0) exchange.answerAll(answers);
		else this.#replies.empty(res, 202);
	}

	#initialize(req: IncomingMessage, res: ServerResponse, request: RpcRequest): void {
		if (this.#sessions && header(req, 'mcp-session-id') !== undefined) {
			// A live id means a second handshake; an ended one must be dropped by the client before it begins anew.
			if (this.#session(req, res, this.#sessions)) {
				const message = 'Invalid request: the session is already initialized';
				this.#replies.error(res, 400, errorCode.invalidRequest, message, request.id);
			}
			return;
		}
		const answered = initialize(request, streamableVersions);
		if (!this.#sessions || typeof request.params?.protocolVersion !== 'string') {
			new Exchange(this.#runtime, this.#replies, res).answer(answered);
			return;
		}
		const session = this.#sessions.open();
		if (!session) {
			this.#replies.error(res, 503, errorCode.server, `All ${limits.heldClients} sessions are taken`, request.id);
			return;
		}
		new Exchange(this.#runtime, this.#replies, res, { 'Mcp-Session-Id': session.id }).answer(answered);
	}

	#get(req: IncomingMessage, res: ServerResponse): void {
		if (!acceptsStream(req)) {
			this.#replies.error(res, 406, errorCode.server, 'Not acceptable: Accept must list text/event-stream');
			return;
		}
		const session = this.#client(req, res)?.session;
		if (!session) return;
		if (session.stream) {
			this.#replies.error(res, 409, errorCode.server, 'Conflict: the session already has its stream');
			return;
		}
		const stream = this.#runtime.streams.open(res);
		session.stream = stream;
		stream.hold();
		stream.onClose(() => {
			if (session.stream === stream) session.stream = undefined;
		});
	}

	#delete(req: IncomingMessage, res: ServerResponse, sessions: Sessions): void {
		const session = this.#client(req, res)?.session;
		if (!session) return;
		sessions.end(session);
		this.#replies.empty(res, 200);
	}

	/** Who sends the request, by its headers. Where they are wrong the request is answered here. */
	#client(req: IncomingMessage, res: ServerResponse): Client | undefined {
		let session: Session | undefined;
		if (this.#sessions) {
			session = this.#session(req, res, this.#sessions);
			if (!session) return undefined;
		}
		const version = header(req, 'mcp-protocol-version') ?? assumedVersion;
		if (!streamableVersions.includes(version)) {
			const message = `Unsupported protocol version: ${version} (supported: ${streamableVersions.join(', ')})`;
			this.#replies.error(res, 400, errorCode.server, message);
			return undefined;
		}
		return session ? { version, session } : { version };
	}

	#session(req: IncomingMessage, res: ServerResponse, sessions: Sessions): Session | undefined {
		const id = header(req, 'mcp-session-id');
		if (id === undefined) {
			this.#replies.error(res, 400, errorCode.server, 'Bad request: the Mcp-Session-Id header is required');
			return undefined;
		}
		const session = sessions.get(id);
		if (!session) this.#replies.error(res, 404, errorCode.sessionUnknown, 'Session not found');
		return session;
	}
}

function batchFault(version: string, messages: readonly RpcMessage[]): string | undefined {
	if (version !== assumedVersion) return `revision ${version} has no batches`;
	if (messages.length === 0 || messages.length > limits.batchMessages) {
		return `a batch holds 1 to ${limits.batchMessages} messages`;
	}
	if (messages.some((message) => message.is === 'invalid')) return 'the batch holds something else than messages';
	const initializes = messages.some((message) => message.is === 'request' && message.request.method === 'initialize');
	return initializes ? 'initialize must not be part of a batch' : undefined;
}
