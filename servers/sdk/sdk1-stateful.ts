import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { limits } from '../shared/limits.ts';
import { sessionIds } from '../shared/sessions.ts';
import { statefulServer } from './host-stateful.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { connectedServer } from './v1.ts';

/** Streamable HTTP with sessions with SDK v1, as its `simpleStreamableHttp` example shows it. */
export const transport = sdkTransport('sdk1-stateful', {
	path: '/mcp',
	// No `admits`: the guards of v1 are for express, so the host's own apply.
	open: (host) =>
		statefulServer(host, {
			isInitializeRequest,
			transport: (onsessioninitialized) =>
				new StreamableHTTPServerTransport({
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
			// The package's own types are looser than exactOptionalPropertyTypes wants.
			connect: (transport) => connectedServer(host, transport as Transport),
		}),
});

if (import.meta.main) await runSdk(transport);
