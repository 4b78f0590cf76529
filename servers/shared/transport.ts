import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Flags } from './flags.ts';
import type { Runtime } from './runtime.ts';

/** One way to speak MCP over HTTP: all that differs between the servers. */
export interface Transport {
	/** As on the command line. */
	readonly name: string;
	/** One line for the help. */
	readonly title: string;
	/** Where clients connect, e.g. `/mcp`. */
	readonly path: string;
	/** Other paths that belong to it. */
	readonly morePaths?: readonly string[];
	/** Host and Origin guards of its own, which answer 403 themselves and return false; absent: those of `http.ts`. */
	readonly admits?: (req: IncomingMessage, res: ServerResponse) => boolean;
	/**
	 * Whether a request names a session that was opened before; the endpoint refuses it where there is no such session. Absent: there
	 * are none, or a session cannot be told from what it was opened with.
	 */
	readonly isWithinSession?: (req: IncomingMessage, path: string) => boolean;
	/** Whether it can keep its sessions in `runtime.sessionStore`. */
	readonly sharesSessions?: true;
	open(runtime: Runtime, flags: Flags): Endpoint;
}

/** A transport at work. Host, Origin and path are the host's business; the endpoint sees guarded requests only. */
export interface Endpoint {
	/** @param path the request's path without its query */
	handle(req: IncomingMessage, res: ServerResponse, path: string): void;
	/** Sessions the server keeps state for. */
	readonly openSessions: number;
	/** Held response streams, where they are not among `runtime.streams`. */
	readonly openStreams?: number;
	/** Ends the sessions of which this holds, where sessions outlive their streams. */
	endSessions?(which: (session: object) => boolean): void;
	/** Told once that the drain has begun, where `runtime.streams` does not end the streams by itself. */
	drain?(): void;
}
