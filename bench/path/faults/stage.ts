import type { StreamEnd } from '../../model/path-fault.ts';
import type { Random } from '../../random.ts';

/** Where a stage of a lane passes on what it took: to the next stage, or to the other side. */
export interface Out {
	pass(bytes: Buffer): void;
	/** Nothing follows. */
	end(): void;
	/** So many bytes will never be passed on. */
	drop(count: number): void;
	/** Ends the connection, both ways; `fin` once everything before it was passed on. */
	cut(end: 'fin' | 'rst'): void;
}

/** What a fault does with the bytes of one direction of one connection. */
export interface ByteStage {
	take(bytes: Buffer): void;
	/** No more bytes come; said once. */
	end(): void;
	/** Passes on at once what it holds. It is given nothing more. */
	heal(): void;
	/** The connection is over: no timer survives it. */
	stop(): void;
}

export type MakeByteStage<F> = (fault: F, out: Out, random: Random) => ByteStage;

/** A connection as a fault sees it. */
export interface Watched {
	/** Ends what is under way: an exchange before its answer's head by the status, after it as `end` says; or the connection. */
	limit(by: string, end: StreamEnd, status: number): void;
}

/** What a fault does with a connection from its beginning, or the fault's, to its end. */
export interface ConnectionStage {
	/** Payload has flowed, either way. */
	flowed(): void;
	stop(): void;
}

export type MakeConnectionStage<F> = (fault: F, connection: Watched) => ConnectionStage;

/** A request and its answer, as a fault sees them. */
export interface Exchanged {
	/** Instant (`performance.now()`) of the request's head. */
	readonly startedMs: number;
	/** Of the answer, as the server said it; undefined before its head. */
	readonly contentType: string | undefined;
	/** Before an answer's head it is answered with the status; after it, it ends as `end` says. */
	limit(by: string, end: StreamEnd, status: number): void;
}

/** What a fault does with one exchange. */
export interface ExchangeStage {
	/** Headers that go on: name, value, name, value. */
	requestHead?(headers: string[]): string[];
	answerHead?(headers: string[]): string[];
	/**
	 * The answer's head waits for the first bytes that this stage passes on, or (`full`) counts as not there before its end.
	 */
	readonly holds?: 'head' | 'full';
	/** The answer's head is there. */
	answered?(): void;
	/** Bytes of the answer's body, to be passed on now, later, or never. */
	body?(bytes: Buffer, pass: (bytes: Buffer) => void): void;
	/** The answer is whole, or the fault is healed: what is held goes on. */
	release?(pass: (bytes: Buffer) => void): void;
	/** The exchange is over, or the fault is healed: no timer survives it. */
	stop?(): void;
}

export type MakeExchangeStage<F> = (fault: F, exchange: Exchanged) => ExchangeStage;
