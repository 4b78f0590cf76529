/** How a client and a server of the Model Context Protocol talk over HTTP. */
export const transports = ['sse', 'stateful', 'stateless', 'modern'] as const;

/**
 * - `sse`: HTTP+SSE of protocol 2024-11-05; one held GET stream, every message a POST of its own.
 * - `stateful`: Streamable HTTP (2025-03-26 to 2025-11-25) with `Mcp-Session-Id`.
 * - `stateless`: the same endpoint without session ids.
 * - `modern`: protocol 2026-07-28; no initialize, no sessions, pushes through `subscriptions/listen`.
 */
export type Transport = (typeof transports)[number];

/** The protocol revision that the clients of each transport speak. */
export const protocolVersions: Readonly<Record<Transport, string>> = {
	sse: '2024-11-05',
	stateful: '2025-11-25',
	stateless: '2025-11-25',
	modern: '2026-07-28',
};
