import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvocationLine } from '../contract.ts';
import type { Task } from './environment.ts';
import {
	asksForStream,
	bytesOf,
	eventOf,
	type FunctionAnswer,
	headOf,
	preludeEnd,
	streamedAnswerType,
} from './function-url.ts';
import { answerWith } from './host.ts';
import type { Usage } from './usage.ts';

interface Bounds {
	readonly requestBytes: number;
	readonly answerBytes: number;
	/** Told once when it is over, however it ended. */
	over(): void;
}

/** A longer beginning of a streamed answer is none. */
const preludeBytes = 64 * 1024;

/** A client's request, from its arrival until the function is free again. */
export class Invocation implements Task {
	readonly #req: IncomingMessage;
	readonly #res: ServerResponse;
	readonly #usage: Usage;
	readonly #bounds: Bounds;
	readonly #askedUs: number;
	#body: Buffer = Buffer.alloc(0);
	#coldSinceUs: number | undefined;
	#coldStartMs: number | undefined;
	#fromUs: number | undefined;
	#pid = 0;
	#end: InvocationLine['end'] | undefined;
	#clientLeftUs: number | undefined;
	#isOver = false;
	/** What the client gets last: kept until the function is free, because the invocation is not over before. */
	#last: Buffer | undefined;
	#hasFailed = false;
	/** What the function answered with. */
	#status: number | undefined;
	#isEventStream = false;

	constructor(req: IncomingMessage, res: ServerResponse, usage: Usage, bounds: Bounds) {
		this.#req = req;
		this.#res = res;
		this.#usage = usage;
		this.#bounds = bounds;
		this.#askedUs = usage.now();
		res.on('error', () => {});
		res.once('close', () => {
			if (!res.writableFinished && !this.#isOver) this.#clientLeftUs ??= usage.now();
		});
	}

	/** Whether its client still waits for an answer, and not on a stream. */
	get isWaitedFor(): boolean {
		return !this.#isOver && !this.#res.destroyed && !this.isHeld;
	}

	get isHeld(): boolean {
		return asksForStream(this.#req) && (this.#status ?? 200) < 400;
	}

	/** Reads the request. @returns false where it is too long, or its client left */
	async arrived(): Promise<boolean> {
		const chunks: Buffer[] = [];
		let bytes = 0;
		try {
			for await (const chunk of this.#req) {
				bytes += (chunk as Buffer).length;
				if (bytes <= this.#bounds.requestBytes) chunks.push(chunk as Buffer);
			}
		} catch {
			this.#finish('left');
			return false;
		}
		if (bytes > this.#bounds.requestBytes) {
			this.#say(413, { message: 'Request Too Long' });
			this.#finish('refused');
			return false;
		}
		this.#body = Buffer.concat(chunks);
		return true;
	}

	/** No process may be started for it. */
	throttled(): void {
		this.#say(429, { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User', message: 'Rate Exceeded.' });
		this.#finish('refused');
	}

	startsCold(): void {
		this.#coldSinceUs = this.#usage.now();
	}

	/** The client is cut off; the function runs on. */
	abandon(): void {
		this.#res.destroy();
	}

	event(requestId: string): string {
		return JSON.stringify(eventOf(this.#req, this.#body, requestId));
	}

	begun(pid: number): void {
		this.#pid = pid;
		this.#fromUs = this.#usage.now();
		if (this.#coldSinceUs !== undefined) this.#coldStartMs = (this.#fromUs - this.#coldSinceUs) / 1000;
	}

	async answer(body: IncomingMessage, isStreaming: boolean): Promise<number> {
		try {
			return isStreaming ? await this.#stream(body) : await this.#buffer(body);
		} catch {
			// The function's process ended in the middle of its answer; `over` says so.
			return 400;
		}
	}

	/** What had begun breaks off; else the client is told when it is over, as with any answer. */
	failed(): void {
		this.#hasFailed = true;
		if (this.#res.headersSent) this.#res.destroy();
	}

	over(how: 'done' | 'timeout' | 'crashed'): void {
		if (this.#isOver) return;
		const isSent = this.#res.headersSent;
		if (how === 'done') {
			if (!this.#hasFailed && isSent) this.#res.end(this.#last);
			else if (!isSent) this.#say(502, { message: 'Internal Server Error' });
			this.#finish(this.#end ?? (this.#hasFailed ? 'crashed' : 'answered'));
			return;
		}
		// What had begun breaks off without its last chunk.
		if (isSent) this.#res.destroy();
		else this.#say(502, { message: 'Internal Server Error' });
		this.#finish(this.#end ?? how);
	}

	/** The host ends. */
	leaveRunning(): void {
		this.#res.destroy();
		this.#finish('running');
	}

	async #buffer(body: IncomingMessage): Promise<number> {
		const chunks: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of body) {
			bytes += (chunk as Buffer).length;
			if (bytes <= this.#bounds.answerBytes) chunks.push(chunk as Buffer);
		}
		if (bytes > this.#bounds.answerBytes) {
			this.#end = 'too-large';
			this.failed();
			return 413;
		}
		const answer: FunctionAnswer = JSON.parse(Buffer.concat(chunks).toString());
		const { status, headers } = headOf(answer);
		this.#status = status;
		if (this.#res.destroyed) return 202;
		this.#last = bytesOf(answer);
		this.#res.writeHead(status, { ...headers, 'content-length': String(this.#last.length) });
		return 202;
	}

	/** Passes on what comes, but for the piece that came last: a client that has all must find the function free. */
	async #stream(body: IncomingMessage): Promise<number> {
		let left = this.#bounds.answerBytes;
		let head: Buffer | undefined = Buffer.alloc(0);
		const isWhole = body.headers['content-type'] !== streamedAnswerType;
		if (isWhole) {
			head = undefined;
			this.#begin({ headers: { 'content-type': 'application/octet-stream' } });
		}
		for await (const piece of body) {
			let chunk = piece as Buffer;
			if (head) {
				head = Buffer.concat([head, chunk]);
				const at = head.indexOf(preludeEnd);
				if (at < 0 && head.length < preludeBytes) continue;
				if (at < 0) throw new Error('the answer has no head');
				this.#begin(JSON.parse(head.subarray(0, at).toString()) as FunctionAnswer);
				chunk = head.subarray(at + preludeEnd.length);
				head = undefined;
			}
			left -= chunk.length;
			if (left < 0) this.#tooLong();
			else await this.#pass(chunk);
		}
		if (body.trailers['lambda-runtime-function-error-type'] !== undefined) this.failed();
		return 202;
	}

	#begin(answer: FunctionAnswer): void {
		const { status, headers } = headOf(answer);
		this.#status = status;
		this.#isEventStream = String(headers['content-type']).startsWith('text/event-stream');
		if (this.#res.destroyed) return;
		this.#res.writeHead(status, headers);
		if (this.#isEventStream) this.#res.flushHeaders();
	}

	#tooLong(): void {
		this.#end = 'too-large';
		this.#last = undefined;
		this.#res.destroy();
	}

	/** Waits where the client lags; one that left is none to wait for. */
	async #pass(chunk: Buffer): Promise<void> {
		const res = this.#res;
		if (res.destroyed || chunk.length === 0) return;
		const before = this.#isEventStream ? chunk : this.#last;
		if (!this.#isEventStream) this.#last = chunk;
		if (!before || res.write(before)) return;
		await new Promise<void>((resolve) => {
			const go = (): void => {
				res.off('drain', go).off('close', go);
				resolve();
			};
			res.on('drain', go).on('close', go);
		});
	}

	#say(status: number, body: object): void {
		if (!this.#res.headersSent && !this.#res.destroyed) answerWith(this.#res, status, body);
	}

	#finish(end: InvocationLine['end']): void {
		if (this.#isOver) return;
		const isHeld = this.isHeld;
		this.#isOver = true;
		const { headersSent, statusCode } = this.#res;
		this.#usage.write({
			askedUs: this.#askedUs,
			fromUs: this.#fromUs ?? this.#usage.now(),
			pid: this.#pid,
			...(this.#coldStartMs !== undefined && { coldStartMs: this.#coldStartMs }),
			held: isHeld && end !== 'refused',
			end,
			...(headersSent && { status: statusCode }),
			...(this.#clientLeftUs !== undefined && { clientLeftUs: this.#clientLeftUs }),
		});
		this.#bounds.over();
	}
}
