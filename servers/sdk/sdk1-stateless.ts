import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { limits } from '../shared/limits.ts';
import { statelessServer } from './host-stateless.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { connectedServer } from './v1.ts';

/** Streamable HTTP without sessions with SDK v1, as its `simpleStatelessStreamableHttp` example shows it. */
export const transport = sdkTransport('sdk1-stateless', {
	path: '/mcp',
	// No `admits`: the guards of v1 are for express, so the host's own apply.
	open: (host) =>
		statelessServer(host, {
			transport: () =>
				new StreamableHTTPServerTransport({
					// No `sessionIdGenerator`: that is what makes it stateless.
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
