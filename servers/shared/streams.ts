import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from './limits.ts';
import type { RpcId } from './rpc.ts';

/** Proxies buffer a stream unless told not to. */
const streamHeaders = {
	'Content-Type': 'text/event-stream',
	'Cache-Control': 'no-cache, no-transform',
	'X-Accel-Buffering': 'no',
};

/** What the answer to a POST needs of its stream, resumable or not. */
export type Outlet = Pick<EventStream, 'push' | 'expect' | 'settle' | 'end' | 'flush'>;

/** All held response streams of the process. */
export class EventStreams {
	readonly #open = new Map<ServerResponse, EventStream>();
	/** Streams destroyed because their client did not read. */
	overflows = 0;
	/** Unsent bytes that a stream may hold when the next message comes. */
	readonly bufferBytes: number;
	/** Makes the message that ends a subscription gracefully. Here once, since a text per stream would be held per stream. */
	farewell: (subscription: RpcId) => string = () => '';
	#draining = false;

	constructor(bufferBytes: number = limits.streamBufferBytes) {
		this.bufferBytes = bufferBytes;
	}

	get size(): number {
		return this.#open.size;
	}

	/** Answers with an event stream. Its head leaves with the first message, or with `flush`. */
	open(res: ServerResponse, headers?: Readonly<Record<string, string>>): EventStream {
		res.writeHead(200, headers ? { ...streamHeaders, ...headers } : streamHeaders);
		const { headers: sent } = res.req;
		// Node stops reading where a body waits for its reader, and would not see that the client leaves.
		if (sent['content-length'] !== undefined || sent['transfer-encoding'] !== undefined) res.req.resume();
		// The request lives as long as its answer, but nobody reads its headers again.
		res.req.headers = {};
		res.req.rawHeaders = [];
		const stream = new EventStream(res, this);
		// A client that has left already will not leave again: its stream would be counted for ever.
		if (!res.destroyed) this.#open.set(res, stream);
		return stream;
	}

	/** Whether one of them is what this connection now carries. Looks through all: for what is rare. */
	isOn(socket: Socket): boolean {
		for (const res of this.#open.keys()) if (res.socket === socket) return true;
		return false;
	}

	/** To be told of every answer that is closed, stream or not. */
	forget(res: ServerResponse): void {
		this.#open.delete(res);
	}

	/**
	 * One timer for all streams: a timer each would cost more than the stream.
	 * @param ms 0 = never
	 * @returns the way to stop
	 */
	commentEvery(ms: number): () => void {
		if (ms === 0) return () => undefined;
		const timer = setInterval(() => {
			for (const stream of this.#open.values()) stream.comment();
		}, ms).unref();
		return () => clearInterval(timer);
	}

	/** The streams that are subscriptions. */
	*subscriptions(): Generator<[stream: EventStream, subscription: RpcId]> {
		for (const stream of this.#open.values()) {
			if (stream.subscription !== undefined) yield [stream, stream.subscription];
		}
	}

	/** Ends every stream that waits for nothing; the others end after their last answer. */
	drain(): void {
		this.#draining = true;
		for (const stream of this.#open.values()) stream.endIfIdle();
	}

	get draining(): boolean {
		return this.#draining;
	}
}

/**
 * One held response stream, which is one connection. What outlives the connection is the event log's business, which gives
 * the messages their ids. Nothing else is kept per stream, since thousands are held.
 */
export class EventStream {
	readonly #res: ServerResponse;
	readonly #streams: EventStreams;
	/** Answers still to come on this stream. */
	#pending = 0;
	/** Whose subscription this is; undefined where the stream is none. */
	subscription: RpcId | undefined;

	constructor(res: ServerResponse, streams: EventStreams) {
		this.#res = res;
		this.#streams = streams;
	}

	get pending(): number {
		return this.#pending;
	}

	get closed(): boolean {
		return this.#res.destroyed || this.#res.writableEnded;
	}

	/**
	 * Sends one message; on a closed stream nothing happens.
	 * @param id where the stream can be resumed
	 * @returns a promise where the client lags, settled when it has caught up or is gone
	 */
	push(json: string, id?: string): Promise<void> | undefined {
		return this.send('message', json, id) ? undefined : this.#caughtUp();
	}

	/** @returns false where the client lags */
	send(event: 'message' | 'endpoint', data: string, id?: string): boolean {
		const res = this.#res;
		if (this.closed) return true;
		if (res.writableLength > this.#streams.bufferBytes) {
			this.#streams.overflows++;
			res.destroy();
			return true;
		}
		return res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`);
	}

	/** An empty event: from now on the client knows an id to return with, and how long to wait before it does. */
	prime(id: string, retryMs: number): void {
		if (!this.closed) this.#res.write(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`);
	}

	/** A line that no client sees but every middlebox does. A client that lags needs none. */
	comment(): void {
		if (!this.closed && this.#res.writableLength === 0) this.#res.write(':\n\n');
	}

	/** Announces an answer, so that a drain waits for it. */
	expect(): void {
		this.#pending++;
	}

	/** Sends the announced answer; null where the call was cancelled. */
	settle(json: string | null, id?: string): void {
		this.#pending--;
		if (json !== null) this.send('message', json, id);
		if (this.#streams.draining) this.endIfIdle();
	}

	endIfIdle(): void {
		if (this.#pending > 0 || this.closed) return;
		if (this.subscription !== undefined) this.send('message', this.#streams.farewell(this.subscription));
		this.end();
	}

	end(): void {
		if (!this.closed) this.#res.end();
	}

	/** From now on the stream is held until one side ends it; a server that drains ends it at once. */
	hold(): void {
		this.flush();
		if (this.#streams.draining) this.endIfIdle();
	}

	/** Sends the head now: the client learns that the stream is open though there is nothing to say yet. */
	flush(): void {
		this.#res.flushHeaders();
	}

	/** Runs once when the stream is closed by either side; at once where its client has left already. */
	onClose(then: () => void): void {
		if (this.#res.destroyed) then();
		else this.#res.once('close', then);
	}

	#caughtUp(): Promise<void> {
		const res = this.#res;
		return new Promise((resolve) => {
			const settle = (): void => {
				res.off('drain', settle);
				res.off('close', settle);
				resolve();
			};
			res.once('drain', settle);
			res.once('close', settle);
		});
	}
}
