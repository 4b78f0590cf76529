import { limits } from './limits.ts';
import type { EventStream, Outlet } from './streams.ts';

/** What a process keeps so that broken streams can be resumed. Exists with `--resumable` only. */

/** One message as it was sent. */
interface StoredEvent {
	readonly stream: ResumableStream;
	/** Its place among all events of the session. */
	readonly seq: number;
	readonly json: string;
	readonly bytes: number;
}

/** How much may be kept; see `limits`. */
export type Bounds = Readonly<
	Record<'resumableStreams' | 'eventsPerSession' | 'eventBytesPerSession' | 'events' | 'eventBytes', number>
>;

/** What an event costs beside its text. */
const bytesPerEvent = 128;

/** The events of all sessions, bounded as a whole: the session that was silent longest gives way first. */
export class EventStore {
	readonly retryMs: number;
	readonly bounds: Bounds;
	#events = 0;
	#bytes = 0;
	/** Both ends of a chain of the logs that hold events, in the order of their last one. */
	#silentest: SessionLog | undefined;
	#latest: SessionLog | undefined;

	constructor(retryMs: number, bounds: Bounds = limits) {
		this.retryMs = retryMs;
		this.bounds = bounds;
	}

	get events(): number {
		return this.#events;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** @param primes whether the client knows empty events with an id */
	openLog(primes: boolean): SessionLog {
		return new SessionLog(this, primes);
	}

	/** Takes note of an event just stored, and makes room for it elsewhere. */
	added(log: SessionLog, bytes: number): void {
		this.#events++;
		this.#bytes += bytes;
		if (this.#latest !== log) {
			this.unlink(log);
			log.older = this.#latest;
			if (this.#latest) this.#latest.newer = log;
			else this.#silentest = log;
			this.#latest = log;
		}
		const { events, eventBytes } = this.bounds;
		while (this.#events > events || this.#bytes > eventBytes) this.#silentest?.dropOldest();
	}

	removed(bytes: number): void {
		this.#events--;
		this.#bytes -= bytes;
	}

	/** Takes a log that holds no event any more, or changes its place, out of the chain. */
	unlink(log: SessionLog): void {
		if (log.older) log.older.newer = log.newer;
		else if (this.#silentest === log) this.#silentest = log.newer;
		if (log.newer) log.newer.older = log.older;
		else if (this.#latest === log) this.#latest = log.older;
		log.older = undefined;
		log.newer = undefined;
	}
}

/** The streams of one session and what they sent last. */
export class SessionLog {
	readonly primes: boolean;
	older: SessionLog | undefined;
	newer: SessionLog | undefined;
	/** The stream on which the server speaks unasked; there from its first GET on. */
	own: ResumableStream | undefined;
	readonly #store: EventStore;
	/** Oldest first. */
	readonly #events: StoredEvent[] = [];
	readonly #streams = new Map<number, ResumableStream>();
	#bytes = 0;
	#lastSeq = 0;
	#lastStream = 0;
	#unanswered = 0;
	#closed = false;

	constructor(store: EventStore, primes: boolean) {
		this.#store = store;
		this.primes = primes;
	}

	get retryMs(): number {
		return this.#store.retryMs;
	}

	/** @returns a stream for one answer; undefined where too many wait for theirs */
	openStream(): ResumableStream | undefined {
		if (this.#unanswered >= this.#store.bounds.resumableStreams) return undefined;
		this.#unanswered++;
		return this.#add();
	}

	/** The session's own stream, which never ends while the session lives. */
	ownStream(): ResumableStream {
		this.own ??= this.#add();
		return this.own;
	}

	/**
	 * Finds what a client has missed.
	 * @returns undefined where the id is none of this session's, or what followed it is no longer kept
	 */
	after(lastEventId: string): { stream: ResumableStream; missed: readonly StoredEvent[] } | undefined {
		const [, number, text] = /^(\d{1,15})-(\d{1,15})$/.exec(lastEventId) ?? [];
		const stream = this.#streams.get(Number(number));
		const seq = Number(text);
		if (!stream || seq < stream.lost || seq > this.#lastSeq) return undefined;
		return { stream, missed: this.#events.filter((event) => event.stream === stream && event.seq > seq) };
	}

	/** @returns the id for an event that is not kept */
	nextId(stream: ResumableStream): string {
		return `${stream.number}-${++this.#lastSeq}`;
	}

	/** Keeps a message. */
	append(stream: ResumableStream, json: string): string {
		const id = this.nextId(stream);
		const seq = this.#lastSeq;
		const bytes = Buffer.byteLength(json) + bytesPerEvent;
		const { eventsPerSession, eventBytesPerSession } = this.#store.bounds;
		if (this.#closed || bytes > eventBytesPerSession) {
			stream.lost = seq;
			return id;
		}
		this.#events.push({ stream, seq, json, bytes });
		this.#bytes += bytes;
		stream.kept++;
		this.#store.added(this, bytes);
		while (this.#events.length > eventsPerSession || this.#bytes > eventBytesPerSession) this.dropOldest();
		return id;
	}

	dropOldest(): void {
		const event = this.#events.shift();
		if (!event) return;
		const { stream, seq, bytes } = event;
		this.#bytes -= bytes;
		this.#store.removed(bytes);
		if (this.#events.length === 0) this.#store.unlink(this);
		stream.lost = seq;
		stream.kept--;
		this.#forgetSpent(stream);
	}

	/** A stream has had its answer. */
	answered(stream: ResumableStream): void {
		this.#unanswered--;
		this.#forgetSpent(stream);
	}

	/** The session is over. */
	close(): void {
		this.#closed = true;
		while (this.#events.length > 0) this.dropOldest();
	}

	#add(): ResumableStream {
		const stream = new ResumableStream(this, this.#lastStream++);
		this.#streams.set(stream.number, stream);
		return stream;
	}

	#forgetSpent(stream: ResumableStream): void {
		if (stream.ended && stream.kept === 0) this.#streams.delete(stream.number);
	}
}

/** A stream that outlives its connections. */
export class ResumableStream implements Outlet {
	readonly number: number;
	/** Its newest event that is no longer kept; who has not seen it cannot be served. */
	lost = 0;
	/** How many of its events are kept. */
	kept = 0;
	ended = false;
	readonly #log: SessionLog;
	#connection: EventStream | undefined;
	#pending = 0;

	constructor(log: SessionLog, number: number) {
		this.#log = log;
		this.number = number;
	}

	/** Begins, or begins anew without a replay, on a connection. */
	attach(connection: EventStream): void {
		if (this.#log.primes) connection.prime(this.#log.nextId(this), this.#log.retryMs);
		this.#carryOn(connection);
	}

	/** Carries on where the client left. A connection that the server still believes in ends: the client knows better. */
	resume(connection: EventStream, missed: readonly StoredEvent[]): void {
		for (const { json, seq } of missed) connection.send('message', json, `${this.number}-${seq}`);
		this.#carryOn(connection);
		if (this.ended) connection.end();
	}

	/** Sends the client away until it returns by itself. */
	disconnect(): void {
		this.#connection?.end();
		this.#connection = undefined;
	}

	push(json: string): Promise<void> | undefined {
		const id = this.#log.append(this, json);
		return this.#connection?.push(json, id);
	}

	/** As `push`, without a promise of a client that lags: nobody waits for it. */
	tell(json: string): void {
		const id = this.#log.append(this, json);
		this.#connection?.send('message', json, id);
	}

	expect(): void {
		this.#pending++;
		this.#connection?.expect();
	}

	settle(json: string | null): void {
		this.#pending--;
		const id = json === null ? undefined : this.#log.append(this, json);
		this.#connection?.settle(json, id);
	}

	end(): void {
		this.ended = true;
		this.#log.answered(this);
		this.#connection?.end();
	}

	flush(): void {
		this.#connection?.flush();
	}

	#carryOn(connection: EventStream): void {
		const former = this.#connection;
		this.#connection = connection;
		former?.end();
		for (let count = 0; count < this.#pending; count++) connection.expect();
		connection.onClose(() => {
			if (this.#connection === connection) this.#connection = undefined;
		});
	}
}
