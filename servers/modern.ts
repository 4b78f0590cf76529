import { run } from './shared/lifecycle.ts';
import { ModernEndpoint } from './shared/modern.ts';
import type { Transport } from './shared/transport.ts';

/** Streamable HTTP without sessions by design, revision 2026-07-28. */
export const transport: Transport = {
	name: 'modern',
	title: 'Streamable HTTP without sessions by design (2026-07-28)',
	path: '/mcp',
	open: (runtime) => new ModernEndpoint(runtime),
};

if (import.meta.main) await run(transport, process.argv.slice(2));
