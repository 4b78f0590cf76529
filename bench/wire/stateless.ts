import { initializeBody, initializedBody } from './json-rpc.ts';
import { agreedVersion, protocolVersion, StreamableSession, versionHeaders } from './streamable.ts';

/** Streamable HTTP without session ids: nothing is held but, for a while, a kept-alive connection. */
export class StatelessSession extends StreamableSession {
	#headers: string[] = [];

	protected headersFor(): string[] {
		return this.#headers;
	}

	protected async start(): Promise<void> {
		const id = ++this.lastId;
		const agreed = agreedVersion(this.result(await this.post(initializeBody(id, protocolVersion), this.base), id));
		this.#headers = [...this.base, ...versionHeaders(agreed)];
		this.initialized = true;
		await this.post(initializedBody, this.#headers);
	}
}
