import type { RequestFacts } from './balance.ts';

export const sessionHeader = 'mcp-session-id';
/** The cookie by which a proxy knows which server a client belongs to: a name that nginx can have in that of a variable. */
export const stickyCookie = 'mcp_bench_server';
const inQuery = /[?&]session_?id=([^&#]+)/i;

/** The id of the session that a request belongs to, where it names one: in the header, or for HTTP+SSE in the query. */
export function sessionIdOf({ url = '', headers }: Pick<RequestFacts, 'url' | 'headers'>): string | undefined {
	const named = headers[sessionHeader];
	return typeof named === 'string' ? named : sessionIdIn(url);
}

/** The id in a path with its query. */
export function sessionIdIn(path: string): string | undefined {
	return inQuery.exec(path)?.[1];
}
