import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Flags } from '../shared/flags.ts';
import { header, Replies } from '../shared/http.ts';
import { serverInfo } from '../shared/identity.ts';
import { run, withoutEffect } from '../shared/lifecycle.ts';
import { limits } from '../shared/limits.ts';
import type { Listener } from '../shared/pusher.ts';
import { errorCode } from '../shared/rpc.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Endpoint, Transport } from '../shared/transport.ts';
import { type SdkServerName, sdkServers } from './index.ts';
import { SdkTools } from './tools.ts';

/** What the process around an SDK server gives to it. */
export interface Host {
	/** How the server names itself to its clients. */
	readonly info: { readonly name: string; readonly version: string };
	readonly flags: Flags;
	readonly replies: Replies;
	readonly tools: SdkTools;
}

/** One way to wire the SDK, as its documentation shows it. */
export interface SdkServer {
	/** Serves one request; a rejection is answered with 500. */
	serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<unknown>;
	/** Sessions the server keeps state for. */
	readonly openSessions: number;
	/** Who can be told something unasked; absent: nobody. */
	listeners?(): Iterable<Listener>;
	/** Ends the held streams; called when nothing else is under way. */
	endStreams(): Promise<unknown>;
}

/** What differs between two SDK servers: where they listen, and how the SDK is wired. */
export interface SdkWiring extends Pick<Transport, 'path' | 'morePaths' | 'admits'> {
	open(host: Host): SdkServer;
}

/** How often a drain looks whether all calls are answered. */
const quietCheckMs = 10;

/** Makes a server of the SDK's a transport like those of the reference servers: same process, same control, same flags. */
export function sdkTransport(name: SdkServerName, { open, ...paths }: SdkWiring): Transport {
	return {
		...paths,
		name,
		title: sdkServers[name],
		open(runtime, flags) {
			if (flags.streamBufferBytes !== undefined && flags.streamBufferBytes < limits.streamBufferBytes) {
				withoutEffect('--stream-buffer-bytes', 'the SDK does not bound what a stream holds');
			}
			const tools = new SdkTools(runtime);
			const replies = new Replies(runtime);
			const info = { name: `mcp-transport-bench-${name}`, version: serverInfo.version };
			return new SdkEndpoint(open({ info, flags, replies, tools }), runtime, replies, tools);
		},
	};
}

/** Runs an SDK server from its own file. */
export function runSdk(transport: Transport): Promise<void> {
	return run(transport, process.argv.slice(2), 'servers/sdk');
}

/** Hosts one SDK server on bare node:http: counts its held streams, and drains it without cutting a call. */
class SdkEndpoint implements Endpoint {
	readonly #server: SdkServer;
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #tools: SdkTools;
	/** Responses under way, held streams among them. */
	readonly #open = new Set<ServerResponse>();
	/** One listener for all, so that a held stream costs what the SDK costs and little else. */
	readonly #forget: (this: ServerResponse) => void;

	constructor(server: SdkServer, runtime: Runtime, replies: Replies, tools: SdkTools) {
		this.#server = server;
		this.#runtime = runtime;
		this.#replies = replies;
		this.#tools = tools;
		runtime.listeners = () => server.listeners?.() ?? [];
		const open = this.#open;
		this.#forget = function () {
			open.delete(this);
		};
	}

	get openSessions(): number {
		return this.#server.openSessions;
	}

	get openStreams(): number {
		// A refused request (405, 409) asked for a stream too, until its answer has left.
		return this.#held().filter((res) => res.headersSent && res.statusCode === 200).length;
	}

	handle(req: IncomingMessage, res: ServerResponse, path: string): void {
		this.#open.add(res);
		res.once('close', this.#forget);
		if (this.#runtime.draining) {
			res.shouldKeepAlive = false;
			if (asksForStream(req)) {
				this.#replies.error(res, 503, errorCode.server, 'The server drains');
				return;
			}
		}
		this.#server.serve(req, res, path).catch((error: unknown) => this.#failed(res, error));
	}

	/** Ends the streams as soon as every call and every other request is answered. */
	drain(): void {
		// Their clients must not send another request on a connection that is about to close.
		for (const res of this.#open) if (!res.headersSent) res.shouldKeepAlive = false;
		const check = setInterval(() => {
			if (this.#tools.running > 0 || this.#open.size > this.#held().length) return;
			clearInterval(check);
			this.#server.endStreams().catch((error: unknown) => process.stderr.write(`drain: ${String(error)}\n`));
		}, quietCheckMs);
	}

	#held(): ServerResponse[] {
		return [...this.#open].filter(({ req }) => asksForStream(req));
	}

	#failed(res: ServerResponse, error: unknown): void {
		// The SDK throws here what is a fault of the wiring or of itself: a client's faults it answers.
		process.stderr.write(
			`request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
		);
		if (res.headersSent) res.destroy();
		else this.#replies.error(res, 500, errorCode.internal, 'Internal server error');
	}
}

/** Whether the answer, if it is not refused, is a stream that lasts until one side ends it. */
function asksForStream(req: IncomingMessage): boolean {
	return req.method === 'GET' || header(req, 'mcp-method') === 'subscriptions/listen';
}
