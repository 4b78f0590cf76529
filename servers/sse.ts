import type { IncomingMessage, ServerResponse } from 'node:http';
import { Replies } from './shared/http.ts';
import { answer, type Client, hear, initialize, toolsChanged, toolsChangedAs } from './shared/legacy.ts';
import { run } from './shared/lifecycle.ts';
import { limits } from './shared/limits.ts';
import { classify, encodeError, errorCode, type RpcRequest } from './shared/rpc.ts';
import type { Runtime } from './shared/runtime.ts';
import { type Session, Sessions } from './shared/sessions.ts';
import type { EventStream } from './shared/streams.ts';
import type { Endpoint, Transport } from './shared/transport.ts';

const version = '2024-11-05';

/** HTTP+SSE: every answer travels on the one GET stream of the session, and the session lives as long as that stream. */
class SseEndpoint implements Endpoint {
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #sessions: Sessions;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
		this.#replies = new Replies(runtime);
		this.#sessions = new Sessions(runtime.options.maxSessions);
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
		const stream = this.#runtime.streams.open(res);
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

const messagesPath = '/messages';

/** HTTP+SSE, revision 2024-11-05. */
export const transport: Transport = {
	name: 'sse',
	title: 'HTTP+SSE (2024-11-05)',
	path: '/sse',
	morePaths: [messagesPath],
	open: (runtime) => new SseEndpoint(runtime),
};

if (import.meta.main) await run(transport, process.argv.slice(2));
