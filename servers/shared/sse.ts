import type { IncomingMessage, ServerResponse } from 'node:http';
import { Replies } from './http.ts';
import { answer, type Client, hear, initialize, toolsChanged, toolsChangedAs } from './legacy.ts';
import { limits } from './limits.ts';
import { classify, encodeError, errorCode, type RpcRequest } from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { Session, Sessions } from './sessions.ts';
import type { EventStream } from './streams.ts';
import type { Endpoint } from './transport.ts';

const version = '2024-11-05';

/** Where the client of a session sends its messages; the session's id is in the query. */
export const messagesPath = '/messages';

/** HTTP+SSE: every answer travels on the one GET stream of the session, and the session lives as long as that stream. */
export class SseEndpoint implements Endpoint {
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #sessions: Sessions;

	constructor(runtime: Runtime, sessions: Sessions) {
		this.#runtime = runtime;
		this.#replies = new Replies(runtime);
		this.#sessions = sessions;
		runtime.toolsChanged = () => this.#sessions.notify(toolsChanged);
		runtime.listeners = () => this.#sessions.listeners(toolsChangedAs);
	}

	get openSessions(): number {
		return this.#sessions.size;
	}

	handle(req: IncomingMessage, res: ServerResponse, path: string): void {
		if (path === messagesPath) {
			if (req.method === 'POST') this.#post(req, res);
			else this.#replies.notAllowed(res, 'POST');
		} else if (req.method === 'GET') this.#open(req, res);
		else this.#replies.notAllowed(res, 'GET');
	}

	#open(req: IncomingMessage, res: ServerResponse): void {
		const { accept } = req.headers;
		if (accept !== undefined && !accept.includes('text/event-stream') && !accept.includes('*/*')) {
			this.#replies.error(res, 406, errorCode.server, 'Not acceptable: the answer is text/event-stream');
			return;
		}
		const session = this.#sessions.open();
		if (!session) {
			const { maxSessions } = this.#runtime.options;
			this.#replies.error(res, 503, errorCode.server, `All ${maxSessions} sessions are taken`);
			return;
		}
		// A balancer learns who has the session from a header, where it cannot read the stream: an addition to the protocol.
		const named = this.#runtime.options.instance === undefined ? undefined : { 'Mcp-Session-Id': session.id };
		const stream = this.#runtime.streams.open(res, named);
		session.stream = stream;
		stream.send('endpoint', `${messagesPath}?sessionId=${session.id}`);
		stream.onClose(() => this.#sessions.end(session));
		stream.hold();
	}

	#post(req: IncomingMessage, res: ServerResponse): void {
		const id = new URL(req.url ?? '', 'http://localhost').searchParams.get('sessionId');
		if (id === null) {
			this.#replies.error(res, 400, errorCode.server, 'Bad request: the query needs sessionId');
			return;
		}
		this.#replies.read(req, res, (body) => {
			const session = this.#sessions.get(id);
			if (session?.stream) this.#receive(res, body, session, session.stream);
			else this.#replies.error(res, 404, errorCode.sessionUnknown, 'Session not found');
		});
	}

	#receive(res: ServerResponse, body: unknown, session: Session, stream: EventStream): void {
		const message = classify(body);
		if (message.is === 'invalid') {
			this.#replies.error(res, 400, errorCode.invalidRequest, 'Invalid request: not a JSON-RPC message');
			return;
		}
		this.#replies.empty(res, 202);
		if (message.is === 'notification') hear(message.notification, session);
		else if (message.is === 'request') this.#answer(message.request, { version, session }, stream);
	}

	#answer(request: RpcRequest, client: Client, stream: EventStream): void {
		if (request.method === 'initialize') {
			stream.push(initialize(request, [version]));
			return;
		}
		if (stream.pending >= limits.callsPerStream) {
			stream.push(encodeError(request.id, errorCode.server, `More than ${limits.callsPerStream} calls in flight`));
			return;
		}
		const answered = answer(request, client, stream, this.#runtime);
		if (typeof answered === 'string') {
			stream.push(answered);
			return;
		}
		stream.expect();
		void answered.then((json) => stream.settle(json));
	}
}
