import type { IncomingMessage, ServerResponse } from 'node:http';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';
import { McpServer, type ServerContext, type Transport } from '@modelcontextprotocol/server';
import type { Host } from './shared.ts';
import type { SdkCaller } from './tools.ts';

/** A server of SDK v2 with the shared tools: one for each session, or for each request without sessions. */
export function newServer({ info, tools }: Host): McpServer {
	const server = new McpServer(info, { capabilities: { logging: {} } });
	tools.register(server, callerOf);
	return server;
}

/** The same, connected to the transport that it will speak on. */
export async function connectedServer(host: Host, transport: Transport): Promise<McpServer> {
	const server = newServer(host);
	await server.connect(transport);
	return server;
}

function callerOf({ mcpReq }: ServerContext): SdkCaller {
	return {
		signal: mcpReq.signal,
		progressToken: mcpReq._meta?.progressToken,
		progress: (params) => mcpReq.notify({ method: 'notifications/progress', params }),
		// `log` knows the level that the client asked for: of the session before 2026-07-28, of the request since.
		log: (logger, data) => mcpReq.log('info', data, logger),
	};
}

const hostIsLocal = localhostHostValidation();
const originIsLocal = localhostOriginValidation();

/** The guards that SDK v2 documents for bare node:http; they answer 403 themselves. */
export function admits(req: IncomingMessage, res: ServerResponse): boolean {
	return hostIsLocal(req, res) && originIsLocal(req, res);
}
