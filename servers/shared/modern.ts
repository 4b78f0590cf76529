import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, Call, callTool, type Dialect } from './calls.ts';
import { Exchange } from './exchange.ts';
import { acceptsBoth, Replies } from './http.ts';
import { capabilities, serverInfo } from './identity.ts';
import { type Listener, pushMember } from './pusher.ts';
import { faultOf, metaKey, modernVersion } from './revision-2026.ts';
import {
	classify,
	encodeError,
	encodeNotification,
	encodeResult,
	errorCode,
	isObject,
	metaOf,
	type RpcId,
	type RpcRequest,
} from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { EventStream, EventStreams } from './streams.ts';
import type { Endpoint } from './transport.ts';

const serverMeta = `"${metaKey.serverInfo}":${JSON.stringify(serverInfo)}`;
const subscriptionMeta = (id: RpcId): string => `"${metaKey.subscriptionId}":${JSON.stringify(id)}`;
/** What every result carries. */
const stamp = `"resultType":"complete","_meta":{${serverMeta}}`;
/** Answers that a client may keep: never stale here, since neither tools nor capabilities change while the process lives. */
const cacheable = `"ttlMs":0,"cacheScope":"private",${stamp}`;
const dialect: Dialect = {
	wrongArgumentsAreResults: true,
	encode: (content, isError) => `{"content":${content}${isError ? ',"isError":true' : ''},${stamp}}`,
};
const toolsChanged = (meta: string): string =>
	encodeNotification('notifications/tools/list_changed', `{"_meta":{${meta}}}`);
const logLevelsWithInfo: ReadonlySet<unknown> = new Set(['debug', 'info']);

/** Ids of subscriptions are the clients', and many have the same: only a server that pushes by number names them. */
const names = new WeakMap<EventStream, string>();
/** Made on first use: some runtimes have no random numbers while a module is loaded. */
let processName: string | undefined;
let lastName = 0;

function* subscribers(streams: EventStreams): Generator<Listener> {
	for (const [stream, id] of streams.subscriptions()) {
		if (stream.closed) continue;
		processName ??= randomUUID().slice(0, 8);
		const key = names.get(stream) ?? `${processName}-${++lastName}`;
		names.set(stream, key);
		const meta = subscriptionMeta(id);
		yield { key, tell: (push) => void stream.send('message', toolsChanged(`${meta},${pushMember(push)}`)) };
	}
}

/** One endpoint, POST only, nothing kept between requests; the server speaks unasked on `subscriptions/listen` alone. */
export class ModernEndpoint implements Endpoint {
	readonly openSessions = 0;
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	#subscriptions = 0;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
		this.#replies = new Replies(runtime);
		runtime.toolsChanged = () => {
			for (const [stream, id] of runtime.streams.subscriptions()) {
				stream.send('message', toolsChanged(subscriptionMeta(id)));
			}
		};
		runtime.listeners = () => subscribers(runtime.streams);
		runtime.streams.farewell = (id) =>
			encodeResult(id, `{"resultType":"complete","_meta":{${subscriptionMeta(id)},${serverMeta}}}`);
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		if (req.method !== 'POST') this.#replies.notAllowed(res, 'POST');
		else if (!acceptsBoth(req)) {
			const wanted = 'Not acceptable: Accept must list application/json and text/event-stream';
			this.#replies.error(res, 406, errorCode.server, wanted);
		} else this.#replies.read(req, res, (body) => this.#receive(req, res, body));
	}

	#receive(req: IncomingMessage, res: ServerResponse, body: unknown): void {
		const message = classify(body);
		if (message.is === 'notification') this.#replies.empty(res, 202);
		else if (message.is !== 'request') {
			const wanted = 'Invalid request: the body must be one JSON-RPC request or notification';
			this.#replies.error(res, 400, errorCode.invalidRequest, wanted);
		} else {
			const { request } = message;
			const fault = faultOf(req, request);
			if (fault) this.#replies.error(res, 400, fault.code, fault.message, request.id, fault.data);
			else this.#serve(res, request);
		}
	}

	#serve(res: ServerResponse, request: RpcRequest): void {
		switch (request.method) {
			case 'tools/call':
				this.#call(res, request);
				break;
			case 'tools/list':
				this.#answer(res, encodeResult(request.id, `{"tools":${this.#runtime.tools.listing},${cacheable}}`));
				break;
			case 'server/discover':
				this.#answer(res, encodeResult(request.id, discovery));
				break;
			case 'subscriptions/listen':
				this.#listen(res, request);
				break;
			default:
				this.#replies.error(
					res,
					404,
					errorCode.methodNotFound,
					`Method not found: ${request.method.slice(0, 100)}`,
					request.id,
				);
		}
	}

	#answer(res: ServerResponse, answer: Answer): void {
		new Exchange(this.#runtime, this.#replies, res).answer(answer);
	}

	#call(res: ServerResponse, request: RpcRequest): void {
		const missing = this.#missingCapability(request);
		if (missing !== undefined) {
			const data = { requiredCapabilities: { [missing]: {} } };
			const message = `Missing client capability: ${missing}`;
			this.#replies.error(res, 400, errorCode.missingCapability, message, request.id, data);
			return;
		}
		const exchange = new Exchange(this.#runtime, this.#replies, res);
		// Log messages come only to a request that asks for them.
		const call = new Call(request, exchange, logLevelsWithInfo.has(metaOf(request.params)[metaKey.logLevel]));
		const answer = callTool(request, call, dialect, this.#runtime);
		// Closing the response is how a client of this revision cancels.
		if (typeof answer !== 'string') res.once('close', () => call.cancel());
		exchange.answer(answer);
	}

	/** What the called tool needs of its client and the client has not declared. */
	#missingCapability({ params }: RpcRequest): string | undefined {
		const needed = this.#runtime.tools.find(params?.name)?.needs;
		if (needed === undefined) return undefined;
		const declared = metaOf(params)[metaKey.clientCapabilities];
		return isObject(declared) && isObject(declared[needed]) ? undefined : needed;
	}

	#listen(res: ServerResponse, { id, params }: RpcRequest): void {
		if (!isObject(params?.notifications)) {
			this.#answer(res, encodeError(id, errorCode.invalidParams, 'Invalid params: notifications is required'));
			return;
		}
		const { maxSessions } = this.#runtime.options;
		if (this.#subscriptions >= maxSessions) {
			this.#answer(res, encodeError(id, errorCode.internal, `All ${maxSessions} subscriptions are taken`));
			return;
		}
		const honored = params.notifications.toolsListChanged === true ? '{"toolsListChanged":true}' : '{}';
		const stream = this.#runtime.streams.open(res);
		stream.subscription = id;
		stream.push(
			encodeNotification(
				'notifications/subscriptions/acknowledged',
				`{"_meta":{${subscriptionMeta(id)}},"notifications":${honored}}`,
			),
		);
		this.#subscriptions++;
		stream.onClose(() => this.#subscriptions--);
		// A subscription to nothing has nothing to wait for.
		if (honored === '{}') stream.endIfIdle();
		else stream.hold();
	}
}

const discovery = `{"supportedVersions":["${modernVersion}"],"capabilities":${JSON.stringify({ ...capabilities, logging: {} })},${cacheable}}`;
