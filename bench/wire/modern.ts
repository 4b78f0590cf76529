import type { SessionEvents } from '../model/session.ts';
import { protocolVersions } from '../model/transport.ts';
import { asPush, clientInfo, resultOf } from './json-rpc.ts';
import { jsonHeaders, StreamableSession } from './streamable.ts';

const protocolVersion = protocolVersions.modern;
const meta = JSON.stringify({
	'io.modelcontextprotocol/protocolVersion': protocolVersion,
	'io.modelcontextprotocol/clientInfo': clientInfo,
	'io.modelcontextprotocol/clientCapabilities': {},
});
const callHeaders = [
	...jsonHeaders,
	'mcp-protocol-version',
	protocolVersion,
	'mcp-method',
	'tools/call',
	'mcp-name',
	'echo',
];
const listenHeaders = [...jsonHeaders, 'mcp-protocol-version', protocolVersion, 'mcp-method', 'subscriptions/listen'];

/** A client of protocol 2026-07-28: every request stands alone; pushes come on `subscriptions/listen` where it listens. */
export class ModernSession extends StreamableSession {
	readonly #listens: boolean;

	constructor(url: string, events: SessionEvents, listens: boolean) {
		super(url, events);
		this.#listens = listens;
	}

	protected callHeaders(): string[] {
		return callHeaders;
	}

	protected override callMeta(): string {
		return meta;
	}

	/** There is nothing to initialize: a client without a subscription is open at once. */
	protected async start(): Promise<void> {
		if (!this.#listens) return;
		const id = ++this.lastId;
		const params = { notifications: { toolsListChanged: true }, _meta: JSON.parse(meta) };
		await this.holdStream(
			{
				method: 'POST',
				headers: listenHeaders,
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
