import { run } from './shared/lifecycle.ts';
import { Sessions, sessionIds } from './shared/sessions.ts';
import { messagesPath, SseEndpoint } from './shared/sse.ts';
import type { Transport } from './shared/transport.ts';

/** HTTP+SSE, revision 2024-11-05. */
export const transport: Transport = {
	name: 'sse',
	title: 'HTTP+SSE (2024-11-05)',
	path: '/sse',
	morePaths: [messagesPath],
	isWithinSession: (_req, path) => path === messagesPath,
	open: (runtime) => {
		const { maxSessions, instance } = runtime.options;
		return new SseEndpoint(runtime, new Sessions(maxSessions, 0, sessionIds(instance)));
	},
};

if (import.meta.main) await run(transport, process.argv.slice(2));
