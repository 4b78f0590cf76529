import { type Call, type Reply, SessionError, type SessionEvents } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import { Channel } from './channel.ts';
import type { Endpoint } from './endpoint.ts';
import { EventStream, isEventStream } from './event-stream.ts';
import { connectTo } from './index.ts';
import { asPush, callBody, parseMessage, resultOf } from './json-rpc.ts';
import { firstByte, PayloadAnswer, PayloadReader, payloadCall } from './payload.ts';
import { Pending } from './pending.ts';
import { SseSession } from './sse.ts';
import { StreamableSession } from './streamable.ts';

/** How a long call ended for its client; `cut`: by the client itself. */
export type LongCallEnd = 'answered' | 'ended' | 'failed' | 'cut';

/** A long call under way. */
export interface LongCall {
	/** Notifications of its progress that have come. */
	readonly progress: number;
	readonly over: Promise<LongCallEnd>;
	/** Sends `notifications/cancelled`. @throws SessionError where the server does not take it */
	cancel(): Promise<void>;
	/** Closes the connection that the answer is to come on. */
	cut(): void;
}

/**
 * A client that does what no ordinary one does: stops reading, asks for more than fits into memory, makes a call that it gives up. It has a
 * session like any other, and sends what is special over connections of its own.
 */
export interface GuestSession {
	/** @throws SessionError */
	open(): Promise<void>;
	/** Reads no more of the held stream. */
	stall(): void;
	/** Asks for a text of this length and verifies it while it comes. @throws SessionError */
	payload(bytes: number): Promise<Reply>;
	/** The same for a client that does not read: on `sse` it is done when the server has taken the request. @throws SessionError */
	ask(bytes: number): Promise<void>;
	work(call: Call): LongCall;
	destroy(): void;
}

/** @throws Error for a transport that no guest speaks */
export function guestSession(transport: Transport, endpoint: Endpoint, events: SessionEvents): GuestSession {
	let progress = 0;
	const counting: SessionEvents = {
		...events,
		push: (push) => {
			if (push.method === 'notifications/progress') progress++;
			events.push(push);
		},
	};
	const session = connectTo(transport, endpoint)(counting);
	if (session instanceof SseSession) return new SseGuest(session, () => progress);
	if (session instanceof StreamableSession) return new StreamableGuest(session, endpoint, events);
	throw new Error(`guests do not speak ${transport}`);
}

/** Ids that the session itself never reaches. */
const firstId = 1_000_000;

class SseGuest implements GuestSession {
	readonly #session: SseSession;
	readonly #progress: () => number;
	#lastId = firstId;

	constructor(session: SseSession, progress: () => number) {
		this.#session = session;
		this.#progress = progress;
	}

	open(): Promise<void> {
		return this.#session.open();
	}

	stall(): void {
		this.#session.stall();
	}

	async payload(bytes: number): Promise<Reply> {
		const id = ++this.#lastId;
		const body = callBody(id, payloadCall(bytes));
		const reader = new PayloadReader();
		const whole = new Pending<void>();
		this.#session.divert((chunk) => {
			try {
				reader.take(chunk);
			} catch (error) {
				whole.reject(error as Error);
				return true;
			}
			if (reader.isWholeEvent) whole.resolve();
			return reader.isWholeEvent;
		});
		this.#session.post(body).catch((error) => whole.reject(error));
		await whole.promise;
		reader.verify(id, bytes, true);
		return { ...firstByte(reader), bytesIn: reader.bytesIn, bytesOut: body.length };
	}

	ask(bytes: number): Promise<void> {
		return this.#session.post(callBody(++this.#lastId, payloadCall(bytes)));
	}

	work(call: Call): LongCall {
		const session = this.#session;
		const before = this.#progress();
		const progress = this.#progress;
		const params = { name: call.tool, arguments: JSON.parse(call.arguments), _meta: { progressToken: 1 } };
		let isCut = false;
		const over = session.request('tools/call', params).then(
			(): LongCallEnd => 'answered',
			(error): LongCallEnd => (isCut ? 'cut' : endOf(error)),
		);
		const requestId = session.requestId;
		return {
			over,
			get progress() {
				return progress() - before;
			},
			cancel: () => session.post(JSON.stringify(cancelled(requestId))),
			cut: () => {
				isCut = true;
				session.destroy();
			},
		};
	}

	destroy(): void {
		this.#session.destroy();
	}
}

class StreamableGuest implements GuestSession {
	readonly #session: StreamableSession;
	readonly #channel: Channel;

	constructor(session: StreamableSession, endpoint: Endpoint, events: SessionEvents) {
		this.#session = session;
		this.#channel = new Channel(endpoint, events);
	}

	open(): Promise<void> {
		return this.#session.open();
	}

	stall(): void {
		this.#session.stall();
	}

	payload(bytes: number): Promise<Reply> {
		const request = this.#session.requestOf(payloadCall(bytes));
		const { requestId: id } = this.#session;
		const answer = new PayloadAnswer({ id, bytes, bytesOut: request.body.length });
		this.#channel.send(request, answer);
		return answer.reply;
	}

	/** Its answer comes on a connection of its own, which this client reads. */
	async ask(bytes: number): Promise<void> {
		await this.payload(bytes);
	}

	work(call: Call): LongCall {
		const over = new Pending<LongCallEnd>();
		let progress = 0;
		const request = this.#session.requestOf(call, 1);
		const { requestId } = this.#session;
		const stream = new EventStream({
			started: (status, headers) => status === 200 && isEventStream(headers),
			event: ({ data }) => {
				if (data === '') return;
				const message = parseMessage(data);
				if (asPush(message)?.method === 'notifications/progress') progress++;
				else if (asPush(message) === undefined) over.resolve(answerOf(() => resultOf(message, requestId)));
			},
			ended: (why) => over.resolve(why === 'aborted' ? 'cut' : why === 'ended' ? 'ended' : 'failed'),
		});
		this.#channel.send(request, stream);
		return {
			over: over.promise,
			get progress() {
				return progress;
			},
			cancel: () => this.#session.notify('notifications/cancelled', cancelled(requestId).params),
			cut: () => stream.end('aborted'),
		};
	}

	destroy(): void {
		this.#channel.destroy();
		this.#session.destroy();
	}
}

function cancelled(requestId: number) {
	return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason: 'no longer wanted' } };
}

function endOf(error: unknown): LongCallEnd {
	return error instanceof SessionError && error.why === 'ended' ? 'ended' : 'failed';
}

function answerOf(result: () => unknown): LongCallEnd {
	try {
		result();
		return 'answered';
	} catch {
		return 'failed';
	}
}
