/** How every reference server names itself. */
export const serverInfo = { name: 'mcp-transport-bench-reference', version: '0.1.0' };

/** What every reference server can do. */
export const capabilities = { tools: { listChanged: true } };
