/** What a virtual client must know of a server to speak with it. */
export interface Endpoint {
	readonly url: string;
	/** Whether the client holds the stream on which the transport pushes; `sse` always does, `stateless` has none. */
	readonly stream: boolean;
	/** Sent with every request, as undici takes them: name, value, name, value. Never recorded. */
	readonly headers: readonly string[];
	/** After this the client lets an idle connection go; absent: it waits for the server to do so. */
	readonly idleConnectionMs?: number;
}
