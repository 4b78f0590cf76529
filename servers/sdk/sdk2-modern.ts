import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { limits } from '../shared/limits.ts';
import { SubscriptionBus } from './bus.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { admits, newServer } from './v2.ts';

/** Streamable HTTP of 2026-07-28 with SDK v2: `createMcpHandler` behind `toNodeHandler`, a new server for each request. */
export const transport = sdkTransport('sdk2-modern', {
	path: '/mcp',
	admits,
	open(host) {
		const bus = host.flags.pushEveryMs > 0 ? new SubscriptionBus() : undefined;
		const handler = createMcpHandler(() => newServer(host), {
			...(bus && { bus }),
			// One revision only, as the reference server: the default also serves older clients, without sessions.
			legacy: 'reject',
			// 'auto' is the default and the meaning of `--reply json`: JSON, unless a notification comes before the answer.
			responseMode: host.flags.reply === 'json' ? 'auto' : 'sse',
			// The default is 1024; the bound of the reference servers, so that it is not the SDK's own that a run meets.
			maxSubscriptions: host.flags.maxSessions,
			// The default is 15 000; 0 so that an idle stream is idle, as on the reference servers.
			keepAliveMs: host.flags.sseCommentMs,
			// The default, spelled out: as on the reference servers.
			maxRequestBodySize: limits.bodyBytes,
			// No `bus` but where the server pushes: events of one process stay in it. No `onerror`: it would write a line for each refused request.
		});
		const serve = toNodeHandler(handler, {
			// This bound applies before the handler's own.
			maxRequestBodySize: limits.bodyBytes,
			onerror: (error) => process.stderr.write(`request failed: ${error.message}\n`),
		});
		return {
			// The package's own types are looser than exactOptionalPropertyTypes wants.
			serve: (req, res) => serve(req as NodeIncomingMessageLike, res),
			openSessions: 0,
			listeners: () => bus?.listeners() ?? [],
			// Sends every subscription its result, which is its graceful end.
			endStreams: () => handler.close(),
		};
	},
});

if (import.meta.main) await runSdk(transport);
