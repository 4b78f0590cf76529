import { run } from './shared/lifecycle.ts';
import { StreamableEndpoint } from './shared/streamable.ts';
import type { Transport } from './shared/transport.ts';

/** Streamable HTTP without sessions, revisions 2025-03-26 to 2025-11-25: every POST stands alone, GET and DELETE are refused. */
export const transport: Transport = {
	name: 'stateless',
	title: 'Streamable HTTP without sessions (2025-03-26 to 2025-11-25)',
	path: '/mcp',
	open: (runtime) => new StreamableEndpoint(runtime),
};

if (import.meta.main) await run(transport, process.argv.slice(2));
