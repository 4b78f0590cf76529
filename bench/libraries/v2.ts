import {
	Client,
	DEFAULT_REQUEST_TIMEOUT_MSEC,
	SSEClientTransport,
	StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { clientInfo, type Hear, headersOf, type Library, type LibraryClient, type Server, textOf } from './client.ts';
import { versionOf } from './version.ts';

const name = '@modelcontextprotocol/client';

/** The client of SDK v2. */
export const library: Library = {
	id: 'v2',
	package: name,
	version: versionOf(name),
	callTimeoutMs: DEFAULT_REQUEST_TIMEOUT_MSEC,
	client: (server, hear) => new V2Client(server, hear),
};

class V2Client implements LibraryClient {
	readonly #client: Client;
	readonly #server: Server;
	readonly #hear: Hear;

	constructor(server: Server, hear: Hear) {
		this.#server = server;
		this.#hear = hear;
		// Without the option this client speaks 2025-11-25 and older; with it, it asks the server first.
		this.#client =
			server.transport === 'modern'
				? new Client(clientInfo, { versionNegotiation: { mode: 'auto' } })
				: new Client(clientInfo);
		this.#client.onerror = (error) => hear('client.onerror', error);
		this.#client.onclose = () => hear('client.onclose');
	}

	async connect(): Promise<void> {
		const url = new URL(this.#server.url);
		const Kind = this.#server.transport === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
		const transport = new Kind(url, headersOf(this.#server));
		await this.#client.connect(transport);
		if (this.#server.transport !== 'modern') return;
		// What the legacy clients hold of themselves, a stream for what the server says unasked, is asked for here.
		const subscription = await this.#client.listen({ toolsListChanged: true });
		void subscription.closed.then((how) => this.#hear('subscription.closed', how));
	}

	async call(tool: string, args: object): Promise<string> {
		return textOf(await this.#client.callTool({ name: tool, arguments: { ...args } }));
	}

	close(): Promise<void> {
		return this.#client.close();
	}
}
