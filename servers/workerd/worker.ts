import { DurableObject, type ObjectNamespace, type ObjectState } from 'cloudflare:workers';
import { ModernEndpoint } from '../shared/modern.ts';
import type { Runtime } from '../shared/runtime.ts';
import { Sessions } from '../shared/sessions.ts';
import { messagesPath, SseEndpoint } from '../shared/sse.ts';
import { StreamableEndpoint } from '../shared/streamable.ts';
import type { Endpoint } from '../shared/transport.ts';
import { Context, drainAll, liveSessions, totals } from './context.ts';
import type { Settings, TransportName, WorkerReply, WorkerRequest } from './protocol.ts';

interface Env {
	readonly settings: Settings;
	/** One object for each session; absent where there are none. */
	readonly sessions?: ObjectNamespace;
}

/** How a transport lives in workers. */
interface Wiring {
	readonly path: string;
	readonly morePaths?: readonly string[];
	open(runtime: Runtime, sessions: Sessions): Endpoint;
	/** Whose request it is: a session's name, `new` for one that may begin a session, undefined for nobody's. */
	session?(request: Request): string | 'new' | undefined;
}

const wirings: Readonly<Record<TransportName, Wiring>> = {
	sse: {
		path: '/sse',
		morePaths: [messagesPath],
		open: (runtime, sessions) => new SseEndpoint(runtime, sessions),
		session: ({ method, url }) => {
			const { pathname, searchParams } = new URL(url);
			if (method === 'GET' && pathname === '/sse') return 'new';
			return (method === 'POST' && pathname === messagesPath && searchParams.get('sessionId')) || undefined;
		},
	},
	stateful: {
		path: '/mcp',
		open: (runtime, sessions) => new StreamableEndpoint(runtime, sessions),
		session: ({ method, headers }) => headers.get('Mcp-Session-Id') ?? (method === 'POST' ? 'new' : undefined),
	},
	stateless: { path: '/mcp', open: (runtime) => new StreamableEndpoint(runtime) },
	modern: { path: '/mcp', open: (runtime) => new ModernEndpoint(runtime) },
};

/** What is no name of ours needs no object to be unknown. */
const nameForm = /^[0-9a-f-]{36}$/;

/** The object that a request belongs to, or undefined where it is answered without one. */
function objectFor(
	request: Request,
	{ settings, sessions }: Env,
): { fetch(request: Request): Promise<Response> } | undefined {
	const whose = wirings[settings.transport].session?.(request);
	if (whose === undefined || sessions === undefined) return undefined;
	if (whose === 'new' && liveSessions.size >= settings.options.maxSessions) return undefined;
	const name = whose === 'new' ? crypto.randomUUID() : whose;
	return nameForm.test(name) ? sessions.get(sessions.idFromName(name)) : undefined;
}

export default {
	fetch(request: Request, env: Env): Promise<Response> {
		const object = objectFor(request, env);
		if (object) return object.fetch(request);
		// Where the transport has sessions, this is a server that knows none and has no place for one.
		const { settings } = env;
		const wiring = wirings[settings.transport];
		return new Context(settings, wiring, (runtime) => wiring.open(runtime, new Sessions(0))).serve(request);
	},
};

/** What of a session outlives its object's time in memory. */
interface Kept {
	readonly logs: boolean;
}

/**
 * One session and its stream. `sse` keeps nothing: its session is its stream. A session of `stateful` is in the object's
 * storage, because the runtime forgets an object that had no request and no stream for some 10 s.
 */
export class SessionObject extends DurableObject<Env> {
	readonly #name: string;
	readonly #sessions: Sessions;
	readonly #context: Context;
	readonly #stores: boolean;
	#kept: Kept | undefined;

	constructor(state: ObjectState, env: Env) {
		super(state, env);
		const { settings } = env;
		const wiring = wirings[settings.transport];
		this.#name = state.id.name ?? '';
		this.#sessions = new Sessions(1, 0, () => this.#name);
		this.#stores = settings.transport === 'stateful';
		const open = (runtime: Runtime): Endpoint => wiring.open(runtime, this.#sessions);
		this.#context = new Context(settings, wiring, open, () => void this.#keep());
		if (this.#stores) void state.blockConcurrencyWhile(() => this.#remember());
	}

	async fetch(request: Request): Promise<Response> {
		const response = await this.#context.serve(request);
		await this.#keep();
		return response;
	}

	async #remember(): Promise<void> {
		this.#kept = await this.ctx.storage.get<Kept>('session');
		const session = this.#kept && this.#sessions.open();
		if (session && this.#kept) session.logs = this.#kept.logs;
		if (session) liveSessions.add(this.#name);
	}

	/** Brings the storage and the count of sessions up to what the endpoint has done. */
	async #keep(): Promise<void> {
		const session = this.#sessions.get(this.#name);
		if (session) liveSessions.add(this.#name);
		else liveSessions.delete(this.#name);
		if (!this.#stores || session?.logs === this.#kept?.logs) return;
		this.#kept = session && { logs: session.logs };
		if (this.#kept) await this.ctx.storage.put('session', this.#kept);
		else await this.ctx.storage.deleteAll();
	}
}

/** The host's channel: one request for the life of the process, lines of JSON in both directions. */
export const control = {
	fetch({ body }: Request): Response {
		const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
		void answerAll(body ?? new ReadableStream(), writable.getWriter());
		return new Response(readable);
	},
};

async function answerAll(asked: ReadableStream, replies: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
	const encoder = new TextEncoder();
	let partial = '';
	for await (const text of asked.pipeThrough(new TextDecoderStream())) {
		const lines = (partial + text).split('\n');
		partial = lines.pop() ?? '';
		for (const line of lines) await replies.write(encoder.encode(`${JSON.stringify(answer(JSON.parse(line)))}\n`));
	}
	await replies.close();
}

function answer({ id, control }: WorkerRequest): WorkerReply {
	if (control === 'drain') drainAll();
	if (control === 'collect') globalThis.gc?.();
	return { id, state: { ...totals, openSessions: liveSessions.size } };
}
