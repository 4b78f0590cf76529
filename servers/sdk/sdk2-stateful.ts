import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { isInitializeRequest } from '@modelcontextprotocol/server';
import { limits } from '../shared/limits.ts';
import { sessionIds } from '../shared/sessions.ts';
import { statefulServer } from './host-stateful.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { admits, connectedServer } from './v2.ts';

/** Streamable HTTP with sessions with SDK v2, as the documentation of `NodeStreamableHTTPServerTransport` shows it. */
export const transport = sdkTransport('sdk2-stateful', {
	path: '/mcp',
	admits,
	open: (host) =>
		statefulServer(host, {
			isInitializeRequest,
			transport: (onsessioninitialized) =>
				new NodeStreamableHTTPServerTransport({
					sessionIdGenerator: sessionIds(host.flags.instance),
					onsessioninitialized,
					// The SDK's own default is false, an event stream for each answer: `--reply sse`. Its JSON form drops what a call
					// notifies before its answer.
					enableJsonResponse: host.flags.reply === 'json',
					// The default is 15 000; 0 so that an idle stream is idle, as on the reference servers.
					keepAliveMs: host.flags.sseCommentMs,
					// The default, spelled out: as on the reference servers.
					maxRequestBodySize: limits.bodyBytes,
					// No `eventStore`: nothing is resumable, hence no priming event and no `retryInterval`.
				}),
			connect: (transport) => connectedServer(host, transport),
		}),
});

if (import.meta.main) await runSdk(transport);
