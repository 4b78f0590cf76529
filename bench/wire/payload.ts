import type { Dispatcher } from 'undici';
import { monotonicUs } from '../clock.ts';
import { type Call, type Reply, SessionError } from '../model/session.ts';
import { isEventStream, parseEvents } from './event-stream.ts';
import { failureOf } from './failure.ts';
import { parseMessage, resultOf, verifyResult } from './json-rpc.ts';
import { Pending } from './pending.ts';

/** Where the text of an answer begins. */
const opening = '"text":"';
/** What stands around the text may be this long. */
const mostAroundChars = 64 * 1024;
const quote = 0x22;
const pattern = Buffer.alloc(64 * 1024, 'x');

/**
 * Reads an answer of the tool `payload`, as JSON or as an event, while it comes: its text is compared with what it must be and not kept, so
 * that ten megabytes take no more memory than one kilobyte, and the time that is measured is not that of a parser.
 */
export class PayloadReader {
	firstByteUs: number | undefined;
	/** Of the answer, with what stands around its text. */
	bytesIn = 0;
	#textBytes = 0;
	#around = '';
	/** How much of `#around` stands before the text. */
	#before = 0;
	#state: 'before' | 'text' | 'after' = 'before';

	/** @throws SessionError `wrong-answer` where the text is another, `protocol` where too much stands around it */
	take(chunk: Buffer): void {
		this.firstByteUs ??= monotonicUs();
		this.bytesIn += chunk.length;
		let at = 0;
		if (this.#state === 'before') at = this.#begin(chunk);
		if (this.#state === 'text') at = this.#compare(chunk, at);
		if (this.#state === 'after') this.#keep(chunk.toString('latin1', at));
	}

	/** Whether it is an event, and all of it was read. */
	get isWholeEvent(): boolean {
		return this.#state === 'after' && /\r?\n\r?\n$/.test(this.#around);
	}

	/** @returns how long the text was. @throws SessionError where it is no answer to this request with a text of that length */
	verify(id: number, bytes: number, isStream: boolean): number {
		const json = isStream ? parseEvents(this.#around).at(-1)?.data : this.#around;
		verifyResult(resultOf(parseMessage(json ?? ''), id), {
			id: '',
			seq: 0,
			tool: 'payload',
			arguments: '',
			expect: '',
		});
		if (this.#textBytes === bytes) return bytes;
		throw new SessionError('wrong-answer', `the text has ${this.#textBytes} bytes, expected ${bytes}`);
	}

	/** @returns where in the chunk the text begins */
	#begin(chunk: Buffer): number {
		const before = this.#around.length;
		this.#keep(chunk.toString('latin1'));
		const found = this.#around.indexOf(opening, Math.max(0, before - opening.length));
		if (found < 0) return chunk.length;
		this.#before = found + opening.length;
		this.#around = this.#around.slice(0, this.#before);
		this.#state = 'text';
		return this.#before - before;
	}

	/** @returns where in the chunk the text ends */
	#compare(chunk: Buffer, from: number): number {
		const found = chunk.indexOf(quote, from);
		const end = found < 0 ? chunk.length : found;
		for (let at = from; at < end; at += pattern.length) {
			const length = Math.min(pattern.length, end - at);
			if (chunk.compare(pattern, 0, length, at, at + length) !== 0) {
				throw new SessionError('wrong-answer', 'the text holds something else than was asked for');
			}
		}
		this.#textBytes += end - from;
		if (found >= 0) this.#state = 'after';
		return end;
	}

	/** Whatever the first chunk holds is looked through for the text, however long it is. */
	#keep(text: string): void {
		this.#around += text;
		const isLong = this.#around.length - (this.#state === 'before' ? text.length : 0) > mostAroundChars;
		if (isLong) throw new SessionError('protocol', 'too much around the text of an answer');
	}
}

/** The handler of a POST whose answer is read so. */
export class PayloadAnswer implements Dispatcher.DispatchHandler {
	readonly #done = new Pending<Reply>();
	readonly #reader = new PayloadReader();
	readonly #asked: { readonly id: number; readonly bytes: number; readonly bytesOut: number };
	#isStream = false;

	constructor(asked: { readonly id: number; readonly bytes: number; readonly bytesOut: number }) {
		this.#asked = asked;
	}

	/** Rejects with a SessionError. */
	get reply(): Promise<Reply> {
		return this.#done.promise;
	}

	onRequestStart(): void {}

	onResponseStart(
		controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		this.#isStream = isEventStream(headers);
		if (status === 200) return;
		this.#fail(controller, new SessionError('http-status', `the server answered ${status}`, { status }));
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (this.#done.settled) return;
		try {
			this.#reader.take(chunk);
		} catch (error) {
			this.#fail(controller, error as Error);
		}
	}

	onResponseEnd(): void {
		const { id, bytes, bytesOut } = this.#asked;
		try {
			this.#reader.verify(id, bytes, this.#isStream);
			this.#done.resolve({ ...firstByte(this.#reader), bytesIn: this.#reader.bytesIn, bytesOut });
		} catch (error) {
			this.#done.reject(error as Error);
		}
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.#done.reject(new SessionError(failureOf(error), 'no complete answer came', { cause: error }));
	}

	#fail(controller: Dispatcher.DispatchController, error: Error): void {
		this.#done.reject(error);
		controller.abort(error);
	}
}

export function firstByte({ firstByteUs }: PayloadReader): Pick<Reply, 'firstByteUs'> {
	return firstByteUs === undefined ? {} : { firstByteUs };
}

/** A call of the tool `payload`. */
export function payloadCall(bytes: number): Call {
	return { id: 'payload', seq: 0, tool: 'payload', arguments: `{"bytes":${bytes}}` };
}
