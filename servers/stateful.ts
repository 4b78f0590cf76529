import { run } from './shared/lifecycle.ts';
import { Sessions } from './shared/sessions.ts';
import { StreamableEndpoint } from './shared/streamable.ts';
import type { Transport } from './shared/transport.ts';

/** Streamable HTTP with `Mcp-Session-Id`, revisions 2025-03-26 to 2025-11-25. A session lives until DELETE, its idle time or the process ends. */
export const transport: Transport = {
	name: 'stateful',
	title: 'Streamable HTTP with sessions (2025-03-26 to 2025-11-25)',
	path: '/mcp',
	open: (runtime) => {
		const { maxSessions, sessionIdleMs } = runtime.options;
		return new StreamableEndpoint(runtime, new Sessions(maxSessions, sessionIdleMs));
	},
};

if (import.meta.main) await run(transport, process.argv.slice(2));
