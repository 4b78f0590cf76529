import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Host } from './shared.ts';
import type { SdkCaller } from './tools.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** A server of SDK v1 with the shared tools: one for each session, or for each request without sessions. */
function newServer({ info, tools }: Host): McpServer {
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

/** `sendNotification` puts a notification on the stream of its own call, where the reference servers put it too. */
function callerOf({ signal, _meta, sendNotification }: Extra): SdkCaller {
	return {
		signal,
		progressToken: _meta?.progressToken,
		progress: (params) => sendNotification({ method: 'notifications/progress', params }),
		log: (logger, data) =>
			sendNotification({ method: 'notifications/message', params: { level: 'info', logger, data } }),
	};
}
