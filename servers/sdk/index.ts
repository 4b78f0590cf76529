/**
 * The servers built on the official SDK, by name. Titles only: whoever lists them need not load two SDKs.
 * Each lies in `<name>.ts` beside this file.
 */
export const sdkServers = {
	'sdk1-sse': 'HTTP+SSE (2024-11-05), SDK v1',
	'sdk1-stateful': 'Streamable HTTP with sessions, SDK v1',
	'sdk1-stateless': 'Streamable HTTP without sessions, SDK v1',
	'sdk2-sse': 'HTTP+SSE (2024-11-05), SDK v2 (server-legacy)',
	'sdk2-stateful': 'Streamable HTTP with sessions, SDK v2',
	'sdk2-stateless': 'Streamable HTTP without sessions, SDK v2',
	'sdk2-modern': 'Streamable HTTP (2026-07-28), SDK v2',
} as const;

export type SdkServerName = keyof typeof sdkServers;
