import { protocolVersions } from '../model/transport.ts';
import { asPush, clientInfo, resultOf } from './json-rpc.ts';
import { StreamableSession } from './streamable.ts';

const protocolVersion = protocolVersions.modern;
const meta = JSON.stringify({
	'io.modelcontextprotocol/protocolVersion': protocolVersion,
	'io.modelcontextprotocol/clientInfo': clientInfo,
	'io.modelcontextprotocol/clientCapabilities': {},
});

/** A client of protocol 2026-07-28: every request stands alone; pushes come on `subscriptions/listen` where it listens. */
export class ModernSession extends StreamableSession {
	/** The headers of the call that is made over and over. */
	#callHeaders: { readonly tool: string; readonly headers: string[] } | undefined;

	protected headersFor(method: string, name?: string): string[] {
		if (name !== undefined && this.#callHeaders?.tool === name) return this.#callHeaders.headers;
		const common = [...this.base, 'mcp-protocol-version', protocolVersion, 'mcp-method', method];
		if (name === undefined) return common;
		const headers = [...common, 'mcp-name', name];
		this.#callHeaders = { tool: name, headers };
		return headers;
	}

	protected override meta(): string {
		return meta;
	}

	/** There is nothing to initialize; a client asks the server what it is, and listens if it wants to. */
	protected async start(): Promise<void> {
		await this.request('server/discover');
		if (!this.endpoint.stream) return;
		const id = ++this.lastId;
		const params = { notifications: { toolsListChanged: true }, _meta: JSON.parse(meta) };
		await this.holdStream(
			{
				method: 'POST',
				headers: this.headersFor('subscriptions/listen'),
				body: JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params }),
			},
			{
				head: (status, isStream) => (status === 200 && isStream ? 'wait' : 'http-status'),
				message: (message) => {
					const push = asPush(message);
					if (push?.method === 'notifications/subscriptions/acknowledged') return 'open';
					// The answer to the subscription is its graceful end; the stream's end that follows says the rest.
					if (push === undefined) resultOf(message, id);
					return push;
				},
			},
		);
	}
}
