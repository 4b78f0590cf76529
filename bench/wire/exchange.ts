import type { Dispatcher } from 'undici';
import { monotonicUs } from '../clock.ts';
import type { Failure } from '../model/session.ts';
import { SessionError } from '../model/session.ts';
import { failureOf } from './channel.ts';

/** Answers larger than this are a broken server, not a measurement. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** A complete HTTP answer. `firstByteUs` is on the machine's monotonic clock. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: string;
	readonly bytes: number;
	readonly firstByteUs: number;
}

/** The handler of one request whose whole answer is wanted: a promise of the answer, without streams in between. */
export class Exchange implements Dispatcher.DispatchHandler {
	readonly answer: Promise<Answer>;
	#resolve!: (answer: Answer) => void;
	#reject!: (error: SessionError) => void;
	#controller: Dispatcher.DispatchController | undefined;
	#abandoned: Failure | undefined;
	#status = 0;
	#headers: Answer['headers'] = {};
	#firstByteUs = 0;
	#first: Buffer | undefined;
	#rest: Buffer[] | undefined;
	#bytes = 0;

	constructor() {
		this.answer = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
	}

	/** Gives the request up; the answer rejects with this reason. */
	abandon(why: Failure): void {
		this.#abandoned = why;
		if (this.#controller) this.#controller.abort(new Error(why));
		else this.#reject(new SessionError(why, `request given up: ${why}`));
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		if (this.#abandoned) controller.abort(new Error(this.#abandoned));
	}

	onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
		this.#status = status;
		this.#headers = headers;
		this.#firstByteUs = monotonicUs();
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.#bytes += chunk.length;
		if (this.#bytes > maxAnswerBytes) {
			this.#abandoned = 'protocol';
			controller.abort(new Error('answer too large'));
			return;
		}
		// Nearly every answer is one chunk: no array for it.
		if (this.#first === undefined) this.#first = chunk;
		else {
			this.#rest ??= [this.#first];
			this.#rest.push(chunk);
		}
	}

	onResponseEnd(): void {
		const body = this.#rest ? Buffer.concat(this.#rest) : this.#first;
		this.#resolve({
			status: this.#status,
			headers: this.#headers,
			body: body === undefined ? '' : body.toString('utf8'),
			bytes: this.#bytes,
			firstByteUs: this.#firstByteUs,
		});
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		const why = this.#abandoned ?? failureOf(error);
		this.#reject(new SessionError(why, `request failed: ${error.message}`, { cause: error }));
	}
}
