import type { IncomingMessage, ServerResponse } from 'node:http';
import { header, type Replies } from '../shared/http.ts';
import { withoutEffect } from '../shared/lifecycle.ts';
import { errorCode } from '../shared/rpc.ts';
import { Audience, type Speaker } from './audience.ts';
import type { Host, SdkServer } from './shared.ts';

/** The Streamable HTTP transport of either SDK with sessions, as far as its host is concerned. */
interface StatefulTransport {
	readonly sessionId?: string | undefined;
	onclose?: (() => void) | undefined;
	handleRequest(req: IncomingMessage, res: ServerResponse, parsedBody?: unknown): Promise<void>;
	closeStandaloneSSEStream(): void;
}

/** What differs between the SDKs. */
interface StatefulWiring<T extends StatefulTransport> {
	isInitializeRequest(body: unknown): boolean;
	transport(onsessioninitialized: (sessionId: string) => void): T;
	/** Connects a new server to a transport. */
	connect(transport: T): Promise<Speaker>;
}

/**
 * Hosts the transport as the SDK's examples do: a transport and a server for each session, kept until a DELETE. The SDK
 * has no expiry of its own, so a client that vanishes leaves its session behind.
 */
export function statefulServer<T extends StatefulTransport>(host: Host, wiring: StatefulWiring<T>): SdkServer {
	const { flags, replies } = host;
	const transports = new Map<string, T>();
	const audience = new Audience(flags);
	if (flags.resumable) withoutEffect('--resumable', 'the SDK server has no event store');
	if (flags.sessionIdleMs > 0) withoutEffect('--session-idle-ms', 'the SDK ends a session on DELETE only');

	async function initialize(req: IncomingMessage, res: ServerResponse): Promise<void> {
		const body = await read(replies, req, res);
		if (!wiring.isInitializeRequest(body)) {
			return replies.error(res, 400, errorCode.server, 'Bad Request: No valid session ID provided');
		}
		if (transports.size >= flags.maxSessions) {
			return replies.error(res, 503, errorCode.server, 'Too many open sessions');
		}
		const transport = wiring.transport((sessionId) => {
			transports.set(sessionId, transport);
			audience.add(sessionId, speaker);
		});
		transport.onclose = () => {
			transports.delete(transport.sessionId ?? '');
			audience.forget(transport.sessionId ?? '');
		};
		const speaker = await wiring.connect(transport);
		await transport.handleRequest(req, res, body);
	}

	return {
		async serve(req, res) {
			if (flags.stream === 'off' && req.method === 'GET') return replies.notAllowed(res, 'POST, DELETE');
			const id = header(req, 'mcp-session-id');
			const transport = id === undefined ? undefined : transports.get(id);
			if (id !== undefined && req.method === 'GET') audience.hears(id, res);
			if (transport) return transport.handleRequest(req, res);
			if (id !== undefined) return replies.error(res, 404, errorCode.sessionUnknown, 'Session not found');
			if (req.method === 'POST') return initialize(req, res);
			return replies.error(res, 400, errorCode.server, 'Bad Request: Mcp-Session-Id header is required');
		},
		get openSessions() {
			return transports.size;
		},
		listeners: () => audience.listeners(),
		async endStreams() {
			for (const transport of transports.values()) transport.closeStandaloneSSEStream();
		},
	};
}

/** The body, parsed; undefined for ever where it was not JSON, for that is answered already. */
function read(replies: Replies, req: IncomingMessage, res: ServerResponse): Promise<unknown> {
	return new Promise((resolve) => replies.read(req, res, resolve));
}
