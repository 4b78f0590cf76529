import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './calls.ts';
import { EventStore, type SessionLog } from './event-log.ts';
import { Exchange } from './exchange.ts';
import { acceptsBoth, acceptsStream, header, Replies } from './http.ts';
import {
	answer,
	assumedVersion,
	type Client,
	hear,
	initialize,
	knowsPriming,
	negotiated,
	streamableVersions,
	toolsChanged,
	toolsChangedAs,
} from './legacy.ts';
import { limits } from './limits.ts';
import { classify, encodeError, errorCode, type RpcId, type RpcMessage, type RpcRequest } from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { Session, Sessions } from './sessions.ts';
import { SharedSessions } from './shared-sessions.ts';
import type { EventStream } from './streams.ts';
import type { Endpoint } from './transport.ts';

const storeAway = 'The session store does not answer; try again later';

/** The one endpoint of Streamable HTTP, 2025-03-26 to 2025-11-25; `stateful` gives it a session table, `stateless` none. */
export class StreamableEndpoint implements Endpoint {
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #sessions: Sessions | undefined;
	/** Whether GET opens a stream. */
	readonly #streams: boolean;
	readonly #store: EventStore | undefined;
	readonly #allow: string;
	/** The session table, where other processes serve the same sessions. */
	readonly #shared: SharedSessions | undefined;

	constructor(runtime: Runtime, sessions?: Sessions) {
		this.#runtime = runtime;
		this.#replies = new Replies(runtime);
		this.#sessions = sessions;
		if (sessions instanceof SharedSessions) this.#shared = sessions;
		const { stream, resumable, retryMs } = runtime.options;
		this.#streams = sessions !== undefined && stream === 'on';
		if (sessions && resumable) this.#store = new EventStore(retryMs);
		if (sessions) {
			runtime.toolsChanged = () => sessions.notify(toolsChanged);
			runtime.listeners = () => sessions.listeners(toolsChangedAs);
		}
		this.#allow = [...(this.#streams ? ['GET'] : []), 'POST', ...(sessions ? ['DELETE'] : [])].join(', ');
	}

	get openSessions(): number {
		return this.#sessions?.size ?? 0;
	}

	endSessions(which: (session: object) => boolean): void {
		this.#sessions?.endWhere(which);
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		const id = this.#shared && header(req, 'mcp-session-id');
		if (!this.#shared || id === undefined) {
			this.#dispatch(req, res);
			return;
		}
		this.#shared.admit(id).then(
			(hasRoom) => {
				if (hasRoom) this.#dispatch(req, res);
				else this.#full(res);
			},
			() => this.#away(res),
		);
	}

	#dispatch(req: IncomingMessage, res: ServerResponse): void {
		if (req.method === 'POST') this.#post(req, res);
		else if (this.#streams && req.method === 'GET') this.#get(req, res);
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
				const exchange = this.#exchange(res, client);
				exchange.answer(this.#answer(message.request, client, exchange));
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
		const exchange = this.#exchange(res, client);
		const answers = [];
		for (const message of messages) {
			if (message.is === 'request') answers.push(this.#answer(message.request, client, exchange));
			else if (message.is === 'notification') hear(message.notification, client.session);
		}
		if (answers.length > 0) exchange.answerAll(answers);
		else this.#replies.empty(res, 202);
	}

	/** What the request asks the session to remember is known to every process before it is answered. */
	#answer(request: RpcRequest, client: Client, exchange: Exchange): Answer {
		const answered = answer(request, client, exchange, this.#runtime);
		if (!this.#shared || !client.session || request.method !== 'logging/setLevel') return answered;
		return this.#shared.publish(client.session).then(
			() => answered,
			() => encodeError(request.id, errorCode.server, storeAway),
		);
	}

	#exchange(res: ServerResponse, { session }: Client): Exchange {
		return new Exchange(this.#runtime, this.#replies, res, undefined, session?.log);
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
		const asked = request.params?.protocolVersion;
		if (!this.#sessions || typeof asked !== 'string') {
			new Exchange(this.#runtime, this.#replies, res).answer(answered);
			return;
		}
		const session = this.#sessions.open();
		if (!session) {
			this.#full(res, request.id);
			return;
		}
		this.#runtime.gate?.adopt(session, res);
		// What was agreed counts, not the header of a later request, which some clients leave at an older revision.
		session.log = this.#store?.openLog(knowsPriming(negotiated(asked, streamableVersions)));
		const headers = { 'Mcp-Session-Id': session.id };
		const greet = () => new Exchange(this.#runtime, this.#replies, res, headers, session.log).answer(answered);
		if (!this.#shared) {
			greet();
			return;
		}
		this.#shared.publish(session).then(greet, () => {
			this.#shared?.end(session);
			this.#away(res, request.id);
		});
	}

	#full(res: ServerResponse, id: RpcId | null = null): void {
		const { maxSessions } = this.#runtime.options;
		this.#replies.error(res, 503, errorCode.server, `All ${maxSessions} sessions are taken`, id);
	}

	#away(res: ServerResponse, id: RpcId | null = null): void {
		this.#replies.error(res, 503, errorCode.server, storeAway, id);
	}

	#get(req: IncomingMessage, res: ServerResponse): void {
		if (!acceptsStream(req)) {
			this.#replies.error(res, 406, errorCode.server, 'Not acceptable: Accept must list text/event-stream');
			return;
		}
		const session = this.#client(req, res)?.session;
		if (!session) return;
		const lastEventId = header(req, 'last-event-id');
		if (session.log && lastEventId !== undefined) this.#resume(res, session, session.log, lastEventId);
		else if (session.stream) {
			this.#replies.error(res, 409, errorCode.server, 'Conflict: the session already has its stream');
		} else {
			const stream = this.#holdOwn(res, session);
			session.log?.ownStream().attach(stream);
			stream.hold();
		}
	}

	/** Opens the stream on which the server speaks unasked. */
	#holdOwn(res: ServerResponse, session: Session): EventStream {
		const stream = this.#runtime.streams.open(res);
		session.stream = stream;
		stream.onClose(() => {
			if (session.stream === stream) session.stream = undefined;
		});
		return stream;
	}

	/** Carries on any stream of the session, its own or that of an answer. */
	#resume(res: ServerResponse, session: Session, log: SessionLog, lastEventId: string): void {
		const found = log.after(lastEventId);
		if (!found) {
			const message = 'Last-Event-ID is unknown, or what followed it is no longer kept';
			this.#replies.error(res, 400, errorCode.server, message);
			return;
		}
		const { stream, missed } = found;
		const connection = stream === log.own ? this.#holdOwn(res, session) : this.#runtime.streams.open(res);
		stream.resume(connection, missed);
		connection.hold();
	}

	#delete(req: IncomingMessage, res: ServerResponse, sessions: Sessions): void {
		const session = this.#client(req, res)?.session;
		if (!session) return;
		if (!this.#shared) {
			sessions.end(session);
			this.#replies.empty(res, 200);
			return;
		}
		this.#shared.retire(session).then(
			() => this.#replies.empty(res, 200),
			() => this.#away(res),
		);
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
