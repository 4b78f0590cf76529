import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Runtime } from './runtime.ts';

/** One way to speak MCP over HTTP: all that differs between the reference servers. */
export interface Transport {
	/** As on the command line. */
	readonly name: 'sse' | 'stateful' | 'stateless' | 'modern';
	/** One line for the help. */
	readonly title: string;
	/** Where clients connect, e.g. `/mcp`. */
	readonly path: string;
	/** Other paths that belong to it. */
	readonly morePaths?: readonly string[];
	open(runtime: Runtime): Endpoint;
}

/** A transport at work. Host, Origin and path are the host's business; the endpoint sees guarded requests only. */
export interface Endpoint {
	/** @param path the request's path without its query */
	handle(req: IncomingMessage, res: ServerResponse, path: string): void;
	/** Sessions the server keeps state for. */
	readonly openSessions: number;
}
