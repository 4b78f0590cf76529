import type { ServerResponse } from 'node:http';
import type { Answer, Sink } from './calls.ts';
import { ResumableStream, type SessionLog } from './event-log.ts';
import type { Replies } from './http.ts';
import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';
import type { Outlet } from './streams.ts';

/**
 * One POST with a request and its answer: JSON, unless a notification comes first or `--reply sse` is set; then an event
 * stream that ends with the answer. A batch (2025-03-26) has several answers.
 */
export class Exchange implements Sink {
	readonly #runtime: Runtime;
	readonly #replies: Replies;
	readonly #res: ServerResponse;
	readonly #headers: Readonly<Record<string, string>> | undefined;
	readonly #log: SessionLog | undefined;
	#stream: Outlet | undefined;

	/** @param log makes the stream of the answer resumable */
	constructor(
		runtime: Runtime,
		replies: Replies,
		res: ServerResponse,
		headers?: Readonly<Record<string, string>>,
		log?: SessionLog,
	) {
		this.#runtime = runtime;
		this.#replies = replies;
		this.#res = res;
		this.#headers = headers;
		this.#log = log;
	}

	push(json: string): Promise<void> | undefined {
		return this.#open().push(json);
	}

	/** Sends the only answer now or when it is there. */
	answer(answer: Answer): void {
		if (typeof answer === 'string') {
			this.#finish(answer);
			return;
		}
		if (this.#runtime.options.reply === 'sse') this.#open().flush();
		void answer.then((json) => this.#finish(json));
	}

	/** Sends the answers of a batch: each as soon as it is there on a stream, all together as JSON. */
	answerAll(answers: readonly Answer[]): void {
		const sent = answers.map(async (answer) => {
			const json = await answer;
			if (json === null || (this.#runtime.options.reply === 'json' && this.#stream === undefined)) return json;
			this.push(json);
			return null;
		});
		void Promise.all(sent).then((left) => {
			const jsons = left.filter((json) => json !== null);
			// Beyond this V8 cannot hold the text, and nobody can want it: the connection ends without an answer.
			if (jsons.reduce((sum, json) => sum + json.length, 0) > limits.answerChars) {
				this.#res.destroy();
				return;
			}
			if (this.#stream === undefined) this.#finish(jsons.length > 0 ? `[${jsons.join()}]` : null);
			else {
				for (const json of jsons) this.push(json);
				this.#finish(null);
			}
		});
	}

	disconnect(): void {
		// Only a client that knows priming has an id to return with.
		if (!this.#log?.primes) return;
		const stream = this.#open();
		if (stream instanceof ResumableStream) stream.disconnect();
	}

	#open(): Outlet {
		if (this.#stream === undefined) {
			const connection = this.#runtime.streams.open(this.#res, this.#headers);
			// A client that left before the first event has no id to return with.
			const resumable = this.#res.destroyed ? undefined : this.#log?.openStream();
			this.#stream = resumable ?? connection;
			// The drain must not end this stream before its answer.
			this.#stream.expect();
			resumable?.attach(connection);
		}
		return this.#stream;
	}

	#finish(json: string | null): void {
		// A client that left gets nothing, and its call has run all the same: leaving does not cancel before 2026-07-28.
		// Where it may return, the stream keeps the answer for it.
		if (this.#res.destroyed && !(this.#stream instanceof ResumableStream)) return;
		if (this.#stream !== undefined || (json !== null && this.#runtime.options.reply === 'sse')) {
			const stream = this.#open();
			stream.settle(json);
			stream.end();
		} else if (json !== null) this.#replies.json(this.#res, 200, json, this.#headers);
		// A cancelled call has no answer, but its POST must end.
		else this.#replies.empty(this.#res, 204);
	}
}
