import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { PathFault, StreamEnd } from '../model/path-fault.ts';
import type { Connection } from './connection.ts';
import type { NoteCut } from './cut-log.ts';
import type { Exchanged, ExchangeStage, MakeExchangeStage } from './faults/stage.ts';
import { endToEnd } from './headers.ts';

interface Acting {
	readonly key: string;
	readonly stage: ExchangeStage;
}

/** What is said where the proxy answers itself. */
const answers: Readonly<Record<number, readonly [reason: string, body: string]>> = {
	502: ['Bad Gateway', 'Bad gateway: the server did not answer.\n'],
	503: ['Service Unavailable', 'Unavailable: no server is registered.\n'],
	504: ['Gateway Timeout', 'Gateway timeout: the server did not answer in time.\n'],
	524: ['A Timeout Occurred', 'Timeout: the server did not answer in time.\n'],
};

/**
 * One request and its answer on their way through the proxy. The answer flows as it comes, unless a fault holds it: whoever reads
 * slowly makes the server wait.
 */
export class Exchange implements Exchanged {
	readonly req: IncomingMessage;
	readonly res: ServerResponse;
	readonly connection: Connection | undefined;
	readonly startedMs = performance.now();
	/** Servers that refused the connection. */
	readonly tried: number[] = [];
	/** The request to the server. */
	out: ClientRequest | undefined;
	readonly #note: NoteCut;
	#answer: IncomingMessage | undefined;
	#head: { readonly status: number; readonly reason: string | undefined; readonly headers: string[] } | undefined;
	#acting: readonly Acting[] = [];
	#isOver = false;

	constructor(req: IncomingMessage, res: ServerResponse, connection: Connection | undefined, note: NoteCut) {
		this.req = req;
		this.res = res;
		this.connection = connection;
		this.#note = note;
		// What the server sends says when it was sent.
		res.sendDate = false;
		connection?.began(this);
		// Complete or not: a client that is gone needs no answer, and its server is told so.
		res.once('close', () => {
			this.#over();
			if (!res.writableFinished) this.out?.destroy();
			connection?.ended(this);
		});
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	/** The server has begun to answer. */
	get isAnswered(): boolean {
		return this.#answer !== undefined;
	}

	get contentType(): string | undefined {
		return this.#answer?.headers['content-type'];
	}

	/** A fault acts on it from now on. */
	act<F extends PathFault>(key: string, make: MakeExchangeStage<F>, fault: F): void {
		if (this.#isOver || this.connection?.isSilent) return;
		const stage = make(fault, this);
		this.#acting = [...this.#acting, { key, stage }];
		if (this.res.headersSent) stage.answered?.();
	}

	/** The fault is healed: what it holds goes on. */
	release(key: string): void {
		const place = this.#acting.findIndex((each) => each.key === key);
		const stage = this.#acting[place]?.stage;
		if (!stage) return;
		stage.release?.((bytes) => this.#pass(bytes, place + 1));
		stage.stop?.();
		this.#acting = this.#acting.filter((each) => each.key !== key);
		if (this.#answer && !this.#isOver && !this.#holdsHead()) this.#sendHead(true);
	}

	/** The request's headers as they go on. */
	requestHeaders(): string[] {
		const { req } = this;
		const headers = endToEnd(req.rawHeaders, req.headers.connection);
		// A body of unknown length; node:http would send that of a DELETE without any frame.
		if (req.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
		return this.#acting.reduce((passed, { stage }) => stage.requestHead?.(passed) ?? passed, headers);
	}

	/** Payload has flowed, either way. */
	flowed(): void {
		this.connection?.flowed();
	}

	/**
	 * The server's answer: its head, and its body as it comes.
	 * @param added headers that the client is given besides
	 * @param cutShort hears that the server broke off
	 */
	take(answer: IncomingMessage, added: readonly string[], cutShort: () => void): void {
		this.#answer = answer;
		this.flowed();
		answer.on('error', () => {});
		const own = [...endToEnd(answer.rawHeaders, answer.headers.connection), ...added];
		const headers = this.#acting.reduce((passed, { stage }) => stage.answerHead?.(passed) ?? passed, own);
		this.#head = { status: answer.statusCode ?? 502, reason: answer.statusMessage, headers };
		// A stream may be silent for long after its head; a body of known length comes along with it.
		if (!this.#holdsHead() && !this.#sendHead(answer.headers['content-length'] === undefined)) return;
		// A head that waits for the first block is there all the same; one that waits for the end is not.
		if (!this.#acting.some(({ stage }) => stage.holds === 'full')) this.#answered();
		answer.on('data', (bytes: Buffer) => {
			this.flowed();
			this.#pass(bytes, 0);
		});
		answer.once('end', () => this.#finish());
		answer.once('close', () => {
			if (answer.complete || this.#isOver || this.res.destroyed) return;
			// An end without its last chunk: anything else would pass a broken answer off as a whole one.
			cutShort();
			if (!this.connection?.isSilent) this.res.destroy();
		});
	}

	limit(by: string, end: StreamEnd, status: number): void {
		if (this.#isOver || this.connection?.isSilent || this.res.destroyed) return;
		if (end !== 'silent' && this.#answer && !this.#passHeld()) return;
		if (!this.res.headersSent) {
			this.refuse(by, status);
			return;
		}
		// A last chunk is the end of an answer of unknown length only: any other that is not whole can be but broken off.
		const how = end === 'clean' && !this.res.chunkedEncoding ? 'fin' : end;
		this.#noteCut(by, how);
		if (how === 'clean') {
			this.#over();
			this.out?.destroy();
			this.res.end();
			this.flowed();
			return;
		}
		// node:http collects what is written in one turn; an end must not overtake it.
		while (this.res.writableCorked > 0) this.res.uncork();
		// A silent end is silent to the server too.
		if (how === 'silent') this.#stopStages();
		else {
			this.#over();
			this.out?.destroy();
		}
		if (this.connection) this.connection.end(how);
		else this.res.destroy();
	}

	/** The proxy answers itself. */
	refuse(by: string, status: number): void {
		if (this.#isOver) return;
		this.#noteCut(by, status);
		this.#over();
		this.out?.destroy();
		const [reason, body] = answers[status] ?? ['', ''];
		// Named anew: a head that was refused may have left its own words here.
		this.res.writeHead(status, reason, { 'content-type': 'text/plain', 'content-length': body.length });
		this.res.end(body);
		// The rest of an upload goes nowhere, but is read: its client would wait, and its next request never be seen.
		this.req.unpipe();
		this.req.resume();
		this.flowed();
	}

	/**
	 * An answer that waits for its first block is there all the same: what has come of it goes out before it is cut, as nginx does.
	 * @returns false where the head could not be sent
	 */
	#passHeld(): boolean {
		if (this.#acting.some(({ stage }) => stage.holds === 'full')) return true;
		for (const [n, { stage }] of this.#acting.entries()) {
			if (stage.holds === 'head') stage.release?.((bytes) => this.#pass(bytes, n + 1));
		}
		return this.#sendHead(true);
	}

	#holdsHead(): boolean {
		return this.#acting.some(({ stage }) => stage.holds !== undefined);
	}

	/** @returns false for a head that no server may send: the server's fault must not become the path's */
	#sendHead(atOnce: boolean): boolean {
		const head = this.#head;
		if (!head || this.res.headersSent) return true;
		this.#head = undefined;
		try {
			this.res.writeHead(head.status, head.reason, head.headers);
		} catch {
			this.#answer?.destroy();
			this.refuse('no-server', 502);
			return false;
		}
		if (atOnce) this.res.flushHeaders();
		this.#answered();
		return true;
	}

	#answered(): void {
		for (const { stage } of this.#acting) stage.answered?.();
	}

	/** @param from the number of the first stage that they go through */
	#pass(bytes: Buffer, from: number): void {
		if (this.#isOver) return;
		for (let n = from; n < this.#acting.length; n += 1) {
			const { stage } = this.#acting[n] as Acting;
			if (!stage.body) continue;
			stage.body(bytes, (passed) => this.#pass(passed, n + 1));
			return;
		}
		const { res } = this;
		const answer = this.#answer;
		if (!this.#sendHead(false) || res.write(bytes) || !answer) return;
		answer.pause();
		res.once('drain', () => answer.resume());
	}

	/** The answer is whole. */
	#finish(): void {
		if (this.#isOver) return;
		for (const [n, { stage }] of this.#acting.entries()) stage.release?.((bytes) => this.#pass(bytes, n + 1));
		if (this.#isOver || !this.#sendHead(false)) return;
		this.#over();
		this.res.end();
	}

	#over(): void {
		this.#isOver = true;
		this.#stopStages();
	}

	#stopStages(): void {
		for (const { stage } of this.#acting) stage.stop?.();
		this.#acting = [];
	}

	#noteCut(by: string, end: StreamEnd | number): void {
		const idleMs = this.connection?.idleMs ?? 0;
		this.#note({ by, end, lastedMs: performance.now() - this.startedMs, idleMs });
	}
}
