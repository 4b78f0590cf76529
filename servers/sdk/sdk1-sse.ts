import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { messagesPath, ssePath, sseServer } from './host-sse.ts';
import { runSdk, sdkTransport } from './shared.ts';
import { connectedServer } from './v1.ts';

/** HTTP+SSE with SDK v1, as its `simpleSseServer` example shows it. */
export const transport = sdkTransport('sdk1-sse', {
	path: ssePath,
	morePaths: [messagesPath],
	// No `admits`: the guards of v1 are for express, so the host's own apply.
	open: (host) =>
		sseServer(host, {
			// No options: they are the deprecated Host and Origin checks. There is neither a keep-alive nor a body limit to set
			// (4 MiB is built in), and no JSON form: `--reply` and `--sse-comment-ms` have no effect.
			transport: (res) => new SSEServerTransport(messagesPath, res),
			connect: (transport) => connectedServer(host, transport),
		}),
});

if (import.meta.main) await runSdk(transport);
