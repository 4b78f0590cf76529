import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { limits } from '../shared/limits.ts';
import { statelessServer } from './host-stateless.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { admits, connectedServer } from './v2.ts';

/** Streamable HTTP without sessions with SDK v2, as the README of `@modelcontextprotocol/node` shows it for node:http. */
export const transport = sdkTransport('sdk2-stateless', {
	path: '/mcp',
	admits,
	open: (host) =>
		statelessServer(host, {
			transport: () =>
				new NodeStreamableHTTPServerTransport({
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
			connect: (transport) => connectedServer(host, transport),
		}),
});

if (import.meta.main) await runSdk(transport);
