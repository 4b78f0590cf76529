import type { IncomingMessage, ServerResponse } from 'node:http';
import { dispatcher, type Place } from '../shared/dispatch.ts';
import { pushEvery } from '../shared/pusher.ts';
import { Runtime } from '../shared/runtime.ts';
import type { Endpoint } from '../shared/transport.ts';
import { FetchRequest, FetchResponse } from './fetch-http.ts';
import type { Settings } from './protocol.ts';

/** What all contexts of the process count together. Numbers and names only: they belong to no request. */
export const totals = { callsExecuted: 0, openStreams: 0 };
/** The sessions that live. */
export const liveSessions = new Set<string>();

/** How each context that holds streams is told of the drain. */
const holding = new Set<() => void>();
let draining = false;

/** Ends what is held, in every context; calls under way are answered first. */
export function drainAll(): void {
	draining = true;
	// Fulfilling a promise is all that one request may do to another.
	for (const tell of holding) tell();
}

/** The longest time a timer can hold. */
const longestMs = 2 ** 31 - 1;

/**
 * What a Node process keeps once, kept for one I/O context: a durable object, or a request of a plain worker. The runtime lets
 * nobody touch the connection of another context.
 */
export class Context {
	readonly #runtime: Runtime;
	readonly #handle: (req: IncomingMessage, res: ServerResponse) => void;
	readonly #settings: Settings;
	readonly #ended: () => void;
	#streams = 0;
	#release: () => void = () => undefined;

	/** @param ended told after a stream has ended */
	constructor(
		settings: Settings,
		place: Place,
		open: (runtime: Runtime) => Endpoint,
		ended: () => void = () => undefined,
	) {
		this.#settings = settings;
		this.#runtime = new Runtime(settings.options, totals);
		this.#handle = dispatcher(place, open(this.#runtime), this.#runtime);
		this.#ended = ended;
	}

	serve(request: Request): Promise<Response> {
		if (draining) this.#drain();
		const req = new FetchRequest(request);
		const res = new FetchResponse(req, (streaming) => this.#hold(streaming, request));
		// It has what the endpoints use, which the tests of the wire show; all of Node's it cannot have.
		this.#handle(req as unknown as IncomingMessage, res as unknown as ServerResponse);
		return res.response;
	}

	#hold(res: FetchResponse, request: Request): void {
		const left = (): void => res.leave();
		request.signal.addEventListener('abort', left, { once: true });
		totals.openStreams++;
		if (this.#streams++ === 0) this.#keepBusy();
		res.once('close', () => {
			request.signal.removeEventListener('abort', left);
			totals.openStreams--;
			if (--this.#streams === 0) this.#release();
			queueMicrotask(this.#ended);
		});
	}

	/** While there are streams: their comments and pushes, and an ear for the drain. */
	#keepBusy(): void {
		const { sseCommentMs, pushEveryMs, clockOffsetUs } = this.#settings;
		const stopComments = this.#runtime.streams.commentEvery(sseCommentMs);
		const stopPushes = pushEvery({ everyMs: pushEveryMs }, this.#runtime, () => Date.now() * 1000 + clockOffsetUs);
		// A request that waits for nothing counts as hung and is cancelled, though its stream is held.
		const waiting = setTimeout(() => undefined, longestMs);
		const { promise, resolve } = Promise.withResolvers<void>();
		void promise.then(() => this.#drain());
		holding.add(resolve);
		this.#release = () => {
			stopComments();
			stopPushes();
			clearTimeout(waiting);
			holding.delete(resolve);
		};
	}

	#drain(): void {
		if (this.#runtime.draining) return;
		this.#runtime.draining = true;
		this.#runtime.streams.drain();
	}
}
