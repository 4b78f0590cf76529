import type { IncomingMessage, ServerResponse } from 'node:http';
import { withoutEffect } from '../shared/lifecycle.ts';
import { errorCode } from '../shared/rpc.ts';
import { Audience, type Speaker } from './audience.ts';
import type { Host, SdkServer } from './shared.ts';

/** `SSEServerTransport` of either SDK, as far as its host is concerned. */
interface SseTransport {
	readonly sessionId: string;
	onclose?: () => void;
	handlePostMessage(req: IncomingMessage, res: ServerResponse): Promise<void>;
	close(): Promise<void>;
}

export const ssePath = '/sse';
export const messagesPath = '/messages';

/** What differs between the SDKs. */
interface SseWiring<T extends SseTransport> {
	transport(res: ServerResponse): T;
	/** Connects a new server to a transport, which sends the `endpoint` event. */
	connect(transport: T): Promise<Speaker>;
}

/** Hosts `SSEServerTransport` as the SDK's example does: a transport for each stream, found again by its `sessionId`. */
export function sseServer<T extends SseTransport>(
	host: Host,
	{ transport: newTransport, connect }: SseWiring<T>,
): SdkServer {
	const { flags, replies } = host;
	const transports = new Map<string, T>();
	const audience = new Audience(flags);
	if (flags.sseCommentMs > 0) withoutEffect('--sse-comment-ms', 'the SSE transport of the SDK has no keep-alive');
	if (flags.instance !== undefined) withoutEffect('--instance', 'the SSE transport of the SDK makes its own ids');

	async function open(res: ServerResponse): Promise<void> {
		if (transports.size >= flags.maxSessions) {
			return replies.error(res, 503, errorCode.server, `All ${flags.maxSessions} sessions are taken`);
		}
		const transport = newTransport(res);
		transports.set(transport.sessionId, transport);
		transport.onclose = () => {
			transports.delete(transport.sessionId);
			audience.forget(transport.sessionId);
		};
		const speaker = await connect(transport);
		if (transports.has(transport.sessionId)) audience.add(transport.sessionId, speaker, res);
	}

	return {
		async serve(req, res, path) {
			const post = path === messagesPath;
			const method = post ? 'POST' : 'GET';
			if (req.method !== method) return replies.notAllowed(res, method);
			if (!post) return open(res);
			const id = new URL(req.url ?? '', 'http://localhost').searchParams.get('sessionId');
			if (id === null) return replies.error(res, 400, errorCode.server, 'Missing sessionId parameter');
			const transport = transports.get(id);
			if (!transport) return replies.error(res, 404, errorCode.sessionUnknown, 'Session not found');
			return transport.handlePostMessage(req, res);
		},
		get openSessions() {
			return transports.size;
		},
		listeners: () => audience.listeners(),
		endStreams: () => Promise.all([...transports.values()].map((transport) => transport.close())),
	};
}
