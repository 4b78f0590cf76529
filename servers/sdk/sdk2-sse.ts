import { SSEServerTransport } from '@modelcontextprotocol/server-legacy/sse';
import { messagesPath, ssePath, sseServer } from './host-sse.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { admits, connectedServer } from './v2.ts';

/** HTTP+SSE with SDK v2: the frozen transport of `server-legacy` under a server of v2. */
export const transport = sdkTransport('sdk2-sse', {
	path: ssePath,
	morePaths: [messagesPath],
	admits,
	open: (host) =>
		sseServer(host, {
			// No options: they are the deprecated Host and Origin checks. There is neither a keep-alive nor a body limit to set
			// (4 MiB is built in), and no JSON form: `--reply` and `--sse-comment-ms` have no effect.
			transport: (res) => new SSEServerTransport(messagesPath, res),
			connect: (transport) => connectedServer(host, transport),
		}),
});

if (import.meta.main) await runSdk(transport);
