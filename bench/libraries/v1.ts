import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { DEFAULT_REQUEST_TIMEOUT_MSEC } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { clientInfo, type Hear, headersOf, type Library, type LibraryClient, type Server, textOf } from './client.ts';
import { versionOf } from './version.ts';

const name = '@modelcontextprotocol/sdk';

/** The client of SDK v1. It knows no revision later than 2025-11-25. */
export const library: Library = {
	id: 'v1',
	package: name,
	version: versionOf(name),
	callTimeoutMs: DEFAULT_REQUEST_TIMEOUT_MSEC,
	client: (server, hear) => new V1Client(server, hear),
};

class V1Client implements LibraryClient {
	readonly #client = new Client(clientInfo);
	readonly #server: Server;

	constructor(server: Server, hear: Hear) {
		this.#server = server;
		this.#client.onerror = (error) => hear('client.onerror', error);
		this.#client.onclose = () => hear('client.onclose');
	}

	async connect(): Promise<void> {
		const url = new URL(this.#server.url);
		const Kind = this.#server.transport === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
		// The package's own types are looser than exactOptionalPropertyTypes wants.
		const transport = new Kind(url, headersOf(this.#server)) as Transport;
		await this.#client.connect(transport);
	}

	async call(tool: string, args: object): Promise<string> {
		return textOf(await this.#client.callTool({ name: tool, arguments: { ...args } }));
	}

	close(): Promise<void> {
		return this.#client.close();
	}
}
