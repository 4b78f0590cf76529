import * as v2 from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as V1Streamable } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { type ServerName, within } from './testing.ts';

/** The official clients of both generations behind one face, so that a test is written once. */

export interface CallOptions {
	readonly onprogress?: (progress: { progress: number }) => void;
	/** Picks an answer up where another client left it. */
	readonly resumptionToken?: string;
	readonly onresumptiontoken?: (token: string) => void;
}

export interface Peer {
	/** The data of the log messages heard so far. */
	readonly heard: readonly unknown[];
	/** The id of the session, where there is one. */
	readonly sessionId: string | undefined;
	toolNames(): Promise<string[]>;
	/** @returns the text of the answer */
	call(name: string, args: object, options?: CallOptions): Promise<unknown>;
	/** However a test ends: an open client reconnects for ever and keeps the test process alive. */
	[Symbol.asyncDispose](): Promise<void>;
}

export interface Sdk {
	readonly name: 'v1' | 'v2';
	readonly servers: readonly ServerName[];
	/** @param sessionId of a session that another client has begun */
	connect(server: ServerName, url: string, sessionId?: string): Promise<Peer>;
}

const me = { name: 'test', version: '1' };
const version = '2025-11-25';
const legacy = ['sse', 'stateful', 'stateless'] as const;

function textOf(result: object): unknown {
	return (result as { content: { text?: unknown }[] }).content[0]?.text;
}

const namesOf = ({ tools }: { tools: { name: string }[] }): string[] => tools.map((tool) => tool.name).sort();

const v1Sdk: Sdk = {
	name: 'v1',
	servers: legacy,
	async connect(server, address, sessionId) {
		const url = new URL(address);
		const client = new V1Client(me);
		const heard: unknown[] = [];
		client.setNotificationHandler(LoggingMessageNotificationSchema, (n) => void heard.push(n.params.data));
		const streamable = new V1Streamable(url, sessionId === undefined ? {} : { sessionId });
		if (sessionId !== undefined) streamable.setProtocolVersion(version);
		// The package's own types are looser than exactOptionalPropertyTypes wants.
		const transport = server === 'sse' ? new V1Sse(url) : (streamable as unknown as V1Sse);
		await within(client.connect(transport), 'connect');
		return {
			heard,
			sessionId: streamable.sessionId,
			toolNames: async () => namesOf(await client.listTools()),
			call: async (name, args, options) =>
				textOf(await client.callTool({ name, arguments: { ...args } }, undefined, options)),
			[Symbol.asyncDispose]: () => client.close(),
		};
	},
};

const v2Sdk: Sdk = {
	name: 'v2',
	servers: [...legacy, 'modern'],
	async connect(server, address, sessionId) {
		const url = new URL(address);
		const client = v2Client(server === 'modern' ? { pin: '2026-07-28' } : 'legacy');
		const heard: unknown[] = [];
		client.setNotificationHandler('notifications/message', (n) => void heard.push(n.params.data));
		const known = sessionId === undefined ? {} : { sessionId, protocolVersion: version };
		const streamable = new v2.StreamableHTTPClientTransport(url, known);
		await within(client.connect(server === 'sse' ? new v2.SSEClientTransport(url) : streamable), 'connect');
		// A modern server sends log messages only to a request that asks for them.
		const _meta = { 'io.modelcontextprotocol/logLevel': 'info' };
		return {
			heard,
			sessionId: streamable.sessionId,
			toolNames: async () => namesOf(await client.listTools()),
			call: async (name, args, options) => {
				const params = { name, arguments: { ...args }, ...(server === 'modern' && { _meta }) };
				return textOf(await client.callTool(params, options));
			},
			[Symbol.asyncDispose]: () => client.close(),
		};
	},
};

/** A v2 client with one way to find the revision. */
export function v2Client(mode: 'auto' | 'legacy' | { pin: string }): v2.Client {
	return new v2.Client(me, { versionNegotiation: { mode } });
}

export const sdks: readonly Sdk[] = [v1Sdk, v2Sdk];
