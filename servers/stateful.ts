import { run } from './shared/lifecycle.ts';
import { Sessions, sessionIds } from './shared/sessions.ts';
import { SharedSessions } from './shared/shared-sessions.ts';
import { StreamableEndpoint } from './shared/streamable.ts';
import type { Transport } from './shared/transport.ts';

/** Streamable HTTP with `Mcp-Session-Id`, revisions 2025-03-26 to 2025-11-25. A session lives until DELETE, its idle time or the process ends. */
export const transport: Transport = {
	name: 'stateful',
	title: 'Streamable HTTP with sessions (2025-03-26 to 2025-11-25)',
	path: '/mcp',
	sharesSessions: true,
	isWithinSession: ({ headers }) => headers['mcp-session-id'] !== undefined,
	open: (runtime) => {
		const { sessionStore } = runtime;
		const { maxSessions, sessionIdleMs, instance } = runtime.options;
		const newId = sessionIds(instance);
		const sessions = sessionStore
			? new SharedSessions(maxSessions, newId, sessionStore)
			: new Sessions(maxSessions, sessionIdleMs, newId);
		return new StreamableEndpoint(runtime, sessions);
	},
};

if (import.meta.main) await run(transport, process.argv.slice(2));
