import { EventEmitter } from 'node:events';
import { limits } from '../shared/limits.ts';

/**
 * What the endpoints use of Node's request and response, made of a `Request` and into a `Response`: so the same code answers in
 * a worker as in a Node process.
 */

export class FetchRequest {
	readonly method: string;
	/** Path and query. */
	readonly url: string;
	headers: Record<string, string>;
	rawHeaders: string[] = [];
	readonly #request: Request;
	#onData: (chunk: Buffer) => void = () => undefined;
	#destroyed = false;

	constructor(request: Request) {
		const { pathname, search } = new URL(request.url);
		this.method = request.method;
		this.url = pathname + search;
		this.headers = Object.fromEntries(request.headers);
		this.#request = request;
	}

	/** Hears the body, which is read once somebody waits for its end. */
	on(event: 'data', then: (chunk: Buffer) => void): this;
	on(event: 'end', then: () => void): this;
	on(event: 'data' | 'end', then: ((chunk: Buffer) => void) & (() => void)): this {
		if (event === 'data') this.#onData = then;
		else void this.#read(then);
		return this;
	}

	destroy(): void {
		this.#destroyed = true;
	}

	/** The runtime hears of a client that leaves whether or not its body was read. */
	resume(): void {}

	async #read(end: () => void): Promise<void> {
		try {
			const { body } = this.#request;
			// In one piece where it is short: a stream read piece by piece costs a turn of the runtime for each.
			if (Number(this.headers['content-length']) <= limits.bodyBytes) {
				this.#onData(Buffer.from(await this.#request.arrayBuffer()));
			} else {
				for await (const chunk of body ?? []) {
					if (this.#destroyed) return;
					this.#onData(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
				}
			}
		} catch {
			// The client left before the end of its body: nobody waits for an answer.
			return;
		}
		end();
	}
}

/** Unsent bytes beyond which `write` says that the client lags; as in Node. */
const highWaterMark = 16 * 1024;
const encoder = new TextEncoder();

/** Events: `close` once it is sent or its client is known to have left, `drain` when a client that lagged has caught up. */
export class FetchResponse extends EventEmitter {
	readonly req: FetchRequest;
	/** Fulfils when the head is known. */
	readonly response: Promise<Response>;
	shouldKeepAlive = true;
	destroyed = false;
	writableEnded = false;
	readonly #streams: (res: FetchResponse) => void;
	readonly #head = Promise.withResolvers<Response>();
	#status = 200;
	#headers = new Headers();
	#controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	#lags = false;

	/** @param streams told when the answer becomes a stream, before its head leaves */
	constructor(req: FetchRequest, streams: (res: FetchResponse) => void) {
		super();
		this.req = req;
		this.#streams = streams;
		this.response = this.#head.promise;
	}

	get writableLength(): number {
		return this.#controller ? Math.max(0, highWaterMark - (this.#controller.desiredSize ?? highWaterMark)) : 0;
	}

	writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
		this.#status = status;
		for (const [name, value] of Object.entries(headers)) {
			// The runtime counts the bytes of the body itself.
			if (name !== 'Content-Length') this.#headers.set(name, String(value));
		}
		return this;
	}

	write(text: string): boolean {
		const controller = this.#open();
		controller.enqueue(encoder.encode(text));
		this.#lags = (controller.desiredSize ?? 1) <= 0;
		return !this.#lags;
	}

	flushHeaders(): void {
		this.#open();
	}

	end(text?: string): void {
		if (this.writableEnded || this.destroyed) return;
		this.writableEnded = true;
		if (this.#controller) this.#controller.close();
		else this.#head.resolve(new Response(text ?? null, { status: this.#status, headers: this.#headers }));
		queueMicrotask(() => this.emit('close'));
	}

	/** Cuts the connection. */
	destroy(): void {
		if (this.destroyed || this.writableEnded) return;
		const cut = new Error('The answer was cut.');
		if (this.#controller) this.#controller.error(cut);
		else this.#head.reject(cut);
		this.leave();
	}

	/** The client is gone. */
	leave(): void {
		if (this.destroyed || this.writableEnded) return;
		this.destroyed = true;
		this.emit('close');
	}

	#open(): ReadableStreamDefaultController<Uint8Array> {
		if (this.#controller) return this.#controller;
		let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
		const body = new ReadableStream<Uint8Array>(
			{
				start: (made) => {
					controller = made;
				},
				pull: () => {
					if (!this.#lags) return;
					this.#lags = false;
					this.emit('drain');
				},
				cancel: () => this.leave(),
			},
			{ highWaterMark, size: (chunk) => chunk?.byteLength ?? 0 },
		);
		// `start` runs inside of the constructor.
		this.#controller = controller as unknown as ReadableStreamDefaultController<Uint8Array>;
		this.#streams(this);
		this.#head.resolve(new Response(body, { status: this.#status, headers: this.#headers }));
		return this.#controller;
	}
}
