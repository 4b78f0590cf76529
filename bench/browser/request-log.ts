import { existsSync, readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as a server wrote it down when it came. */
export interface Seen {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
}

/** Names a request in its URL, so that it is found in any record. It is no secret. */
export function probed(url: string, probe: string, more: Readonly<Record<string, string>> = {}): string {
	const named = new URL(url);
	for (const [name, value] of Object.entries({ probe, ...more })) named.searchParams.set(name, value);
	return named.href;
}

/** The requests of this probe, but for those that a browser sends ahead to ask whether it may. */
export function withProbe(seen: readonly Seen[], probe: string): readonly Seen[] {
	return seen.filter(
		({ method, url }) => method !== 'OPTIONS' && new URLSearchParams(url.split('?', 2)[1]).get('probe') === probe,
	);
}

/** What the reference server wrote down so far. */
export function readRequestLog(path: string): readonly Seen[] {
	if (!existsSync(path)) return [];
	// The last line may not be whole yet.
	const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => JSON.parse(line) as Seen);
}
