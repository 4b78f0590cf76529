import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { monotonicUs } from '../clock.ts';
import type { Failure, Push, Receipt } from '../model/session.ts';
import { failureOf } from './failure.ts';
import type { Addressee, Inbox } from './inbox.ts';
import { type SilenceWatch, silenceWatch, type Watched } from './silence.ts';

/** One event may be this large before the stream counts as broken. */
const maxEventChars = 32 * 1024 * 1024;

/** What a held stream tells its owner. */
export interface StreamEvents {
	/** The answer's head arrived. Return false to refuse it; the stream then ends as `protocol`. */
	started(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): boolean;
	event(event: EventSourceMessage, bytes: number): void;
	/** The stream is over; `ended` is a clean end, `closed` a FIN without one, the other reasons say how it was cut. Called once. */
	ended(why: Failure): void;
}

/** What a stream says of how to come back to it. */
interface Return {
	/** Of the last event that had an id; an empty one takes it back. */
	lastEventId?: string;
	retryMs?: number;
}

/** The handler of a request that is answered by an event stream, held for as long as it lasts. */
export class EventStream implements Dispatcher.DispatchHandler, Watched, Addressee {
	readonly #events: StreamEvents;
	readonly #parser: EventSourceParser;
	#decoder: TextDecoder | undefined;
	#controller: Dispatcher.DispatchController | undefined;
	#diverted: ((chunk: Buffer) => boolean) | undefined;
	#ended = false;
	/** Whether the answer's body has an end of its own, so that a FIN is not it. */
	#hasEnd = false;
	#bytes = 0;
	/** Most streams never say anything of that kind, and keep no place for it. */
	#return: Return | undefined;
	readonly #watch: SilenceWatch | undefined;
	readonly #inbox: Inbox | undefined;
	/** Of what is being read. */
	#receipt: Receipt | undefined;
	heardUs = 0;

	/**
	 * @param silenceMs the stream ends as `silent` when nothing came for so long; absent: it may be silent for ever
	 * @param inbox where what arrives may be kept for later
	 */
	constructor(events: StreamEvents, silenceMs?: number, inbox?: Inbox) {
		this.#events = events;
		this.#inbox = inbox;
		this.#watch = silenceMs === undefined ? undefined : silenceWatch(silenceMs);
		this.#parser = createParser({
			maxBufferSize: maxEventChars,
			onEvent: (event) => {
				const bytes = this.#bytes;
				this.#bytes = 0;
				this.#events.event(event, bytes);
			},
			onId: (id) => {
				this.#return ??= {};
				this.#return.lastEventId = id;
			},
			onRetry: (retryMs) => {
				this.#return ??= {};
				this.#return.retryMs = retryMs;
			},
			onError: (error) => {
				if (error.type === 'max-buffer-size-exceeded') this.end('protocol');
			},
		});
	}

	/** How to come back, as far as the stream said so. */
	get return(): Readonly<Return> | undefined {
		return this.#return;
	}

	/** Ends the stream from our side; `ended` reports this reason. */
	end(why: Failure): void {
		if (this.#ended) return;
		this.#over();
		this.#controller?.abort(new Error(why));
		this.#events.ended(why);
	}

	/**
	 * Reads no more of it, as a client that hangs: at most one more chunk is taken from the socket. What comes after that waits in the
	 * kernel, and then at the server.
	 */
	stall(): void {
		this.#controller?.pause();
	}

	/** Hands everything that comes to somebody else, unparsed, until that one returns true. */
	divert(take: (chunk: Buffer) => boolean): void {
		this.#diverted = take;
	}

	tooSilent(): void {
		this.end('silent');
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		if (this.#ended) controller.abort(new Error('ended'));
	}

	onResponseStart(
		controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		// undici keeps the head as it came for as long as the request lasts: 2 KB of a stream that is held.
		controller.rawHeaders = null;
		this.#hasEnd = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
		if (!this.#events.started(status, headers)) this.end('protocol');
		if (this.#watch && !this.#ended) {
			this.heardUs = monotonicUs();
			this.#watch.add(this);
		}
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (this.#ended) return;
		// Comments are heard too: a heartbeat is nothing else.
		if (this.#watch) this.heardUs = monotonicUs();
		if (this.#inbox?.isOn) this.#inbox.keep(this, chunk);
		else this.#feed(chunk);
	}

	read(chunk: Buffer, receipt: Receipt): void {
		if (this.#ended) return;
		this.#receipt = receipt;
		this.#feed(chunk);
		this.#receipt = undefined;
	}

	/** A push that was just read, with the instant at which it came where that was before. */
	stamped(push: Push): Push {
		return this.#receipt ? { ...push, received: this.#receipt } : push;
	}

	#feed(chunk: Buffer): void {
		this.#bytes += chunk.length;
		if (this.#diverted) {
			if (this.#diverted(chunk)) this.#diverted = undefined;
			return;
		}
		// A character may be split between chunks only where a chunk ends in a byte above 0x7f: a decoder costs memory per
		// stream, so it is made on the first such chunk and kept from then on.
		const last = chunk[chunk.length - 1] ?? 0;
		if (this.#decoder === undefined && last > 0x7f) this.#decoder = new TextDecoder();
		this.#parser.feed(this.#decoder ? this.#decoder.decode(chunk, { stream: true }) : chunk.toString('utf8'));
	}

	onResponseEnd(): void {
		this.#finish(this.#hasEnd ? 'ended' : 'closed');
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.#finish(failureOf(error));
	}

	#finish(why: Failure): void {
		if (this.#ended) return;
		// What came before the end is news, too.
		this.#inbox?.empty();
		this.#over();
		this.#events.ended(why);
	}

	#over(): void {
		this.#ended = true;
		this.#watch?.remove(this);
	}
}

/** Whether an answer's head announces an event stream. */
export function isEventStream(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
	const type = headers['content-type'];
	return typeof type === 'string' && type.startsWith('text/event-stream');
}

/** The events of an answer that arrived whole. */
export function parseEvents(body: string): EventSourceMessage[] {
	const events: EventSourceMessage[] = [];
	const parser = createParser({ onEvent: (event) => events.push(event) });
	parser.feed(body);
	return events;
}
