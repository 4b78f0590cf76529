import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { http } from '../builtins.ts';
import { monotonicUs } from '../clock.ts';
import { type Failure, SessionError } from '../model/session.ts';
import { type Endpoint, placeOf, probeWhenSilent } from './endpoint.ts';
import { failureOf } from './failure.ts';
import { type Answer, beginsSuccess, ResponseReader } from './response.ts';

const connectWithinMs = 10_000;
/** After this an idle connection is let go where neither side says otherwise. */
const longestIdleMs = 60_000;

/** Every line of the process reads into this one buffer: a chunk is used up before the loop reads the next. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** What became of a request; one of the two is called, once. */
export interface Asker {
	/** @param bytesOut of the request's body */
	answered(answer: Answer, bytesOut: number): void;
	failed(error: SessionError): void;
}

/** What a line needs to know of where it goes and how. */
type LineEndpoint = Pick<Endpoint, 'url' | 'idleConnectionMs' | 'sourceAddress' | 'tcpKeepAliveMs' | 'jar' | 'traffic'>;

/** What a line tells beside what became of its requests. */
export interface LineEvents {
	/** A TCP connection was attempted. */
	connect(ok: boolean): void;
	/** An answer arrived that nobody asked for; the connection is given up after it. Late ones cannot come on it any more. */
	stray(kind?: 'doubled'): void;
	/** An answer said `Connection: close`. */
	closing?(): void;
}

/** All of a request but its length and its body, made once for requests that differ in the body only. */
export type RequestHead = string & { readonly requestHead: unique symbol };

/** @throws SessionError `protocol` for a name or a value that HTTP does not allow, such as a session id with a line break */
export function requestHead(url: URL, method: string, path: string, headers: readonly string[]): RequestHead {
	let head = `${method} ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
	for (let n = 0; n < headers.length; n += 2) {
		const [name = '', value = ''] = headers.slice(n, n + 2);
		try {
			http.validateHeaderName(name);
			http.validateHeaderValue(name, value);
		} catch (cause) {
			throw new SessionError('protocol', `HTTP does not allow this value of the header ${name}`, { cause });
		}
		head += `${name}: ${value}\r\n`;
	}
	return head as RequestHead;
}

interface Request {
	readonly head: RequestHead;
	readonly body: string;
	readonly asker: Asker;
	/** Of the body. */
	readonly bytes: number;
}

/**
 * One connection for requests whose answers are wanted whole: requests go out one after another, each as one write, and an
 * idle connection stays open until either side lets it go. Nothing is ever retried: what became of a request is for the
 * caller to know. A held stream, or anything else that is not such a request, is undici's work (`Channel`).
 */
export class Line {
	readonly #endpoint: LineEndpoint;
	readonly #events: LineEvents;
	#socket: Socket | undefined;
	#reader = new ResponseReader();
	/** The request that was sent, or waits for the connection. */
	#current: Request | undefined;
	#waiting: Request[] | undefined;
	#connected = false;
	#destroyed = false;
	/** When the connection became idle, on the machine's clock, and after how long it is let go. */
	#idleSinceUs = 0;
	#idleLimitMs = 0;
	#idleTimer: NodeJS.Timeout | undefined;

	constructor(endpoint: LineEndpoint, events: LineEvents) {
		this.#endpoint = endpoint;
		this.#events = events;
	}

	/** Sends a request, after those before it were answered. */
	ask(head: RequestHead, body: string, asker: Asker): void {
		const request: Request = { head, body, asker, bytes: Buffer.byteLength(body) };
		if (this.#destroyed) asker.failed(givenUp('aborted'));
		else if (this.#current === undefined) this.#begin(request);
		else if (this.#waiting) this.#waiting.push(request);
		else this.#waiting = [request];
	}

	/** As `ask`, with a promise of the answer. @throws SessionError */
	answerTo(head: RequestHead, body: string): Promise<Answer> {
		return new Promise((answered, failed) => this.ask(head, body, { answered, failed }));
	}

	/** Gives up what is in flight or waits; it fails for this reason. */
	abandon(why: Failure): void {
		if (this.#current) this.#end(givenUp(why));
	}

	/** Gives the connection up, and what is in flight on it; the next request has another. */
	drop(): void {
		if (this.#current) this.#end(givenUp('closed'));
		else this.#disconnect();
	}

	/** Cuts the connection at once and for good; what is in flight fails as `aborted`. Never throws. */
	destroy(): void {
		this.#destroyed = true;
		this.#end(givenUp('aborted'));
	}

	#begin(request: Request): void {
		this.#current = request;
		if (this.#socket === undefined) {
			try {
				this.#connect();
			} catch (error) {
				this.#end(asSessionError(error));
			}
		} else if (this.#connected) this.#write(this.#socket, request);
	}

	#connect(): void {
		const { sourceAddress } = this.#endpoint;
		const { protocol, hostname, port } = placeOf(this.#endpoint).url;
		const from = sourceAddress === undefined ? {} : { localAddress: sourceAddress };
		const host = hostname.replace(/^\[|\]$/g, '');
		const onChunk = (size: number, buffer: Buffer) => this.#read(socket, buffer, size);
		let socket: Socket;
		if (protocol === 'https:') {
			socket = connectSecurely({
				...from,
				host,
				port: Number(port || 443),
				...(isIP(host) === 0 && { servername: host }),
			});
			socket.on('data', (chunk: Buffer) => onChunk(chunk.length, chunk));
		} else {
			const callback = (size: number, buffer: Uint8Array) => {
				onChunk(size, buffer as Buffer);
				return true;
			};
			socket = connect({
				...from,
				host,
				port: Number(port || 80),
				noDelay: true,
				onread: { buffer: readBuffer, callback },
			});
		}
		this.#socket = socket;
		this.#endpoint.traffic?.count(socket);
		socket.setTimeout(connectWithinMs, () =>
			this.#failed(socket, new SessionError('connect-timeout', 'no connection')),
		);
		socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => this.#onConnected(socket));
		socket.on('error', (error) => this.#failed(socket, asSessionError(error)));
		socket.on('end', () => this.#onEnd(socket));
		socket.on('close', () => this.#onEnd(socket));
	}

	#onConnected(socket: Socket): void {
		if (socket !== this.#socket) return;
		socket.setTimeout(0);
		probeWhenSilent(socket, this.#endpoint.tcpKeepAliveMs);
		this.#connected = true;
		this.#events.connect(true);
		if (this.#current) this.#write(socket, this.#current);
	}

	#write(socket: Socket, request: Request): void {
		const cookie = this.#endpoint.jar?.headerFor(request.head.split(' ', 2)[1] ?? '');
		write(socket, request, cookie === undefined ? '' : `cookie: ${cookie}\r\n`);
	}

	#read(socket: Socket, buffer: Buffer, size: number): void {
		if (socket !== this.#socket) return;
		if (!this.#current) {
			this.#disconnect();
			this.#events.stray(beginsSuccess(buffer, 0, size) ? 'doubled' : undefined);
			return;
		}
		let answer: Answer | undefined;
		try {
			answer = this.#reader.read(buffer, size);
		} catch (error) {
			this.#end(asSessionError(error));
		}
		if (!answer) return;
		// Out of step the connection can carry no other answer that one could trust.
		if (this.#reader.hasSurplus) {
			const { isDoubled } = this.#reader;
			this.#disconnect();
			this.#events.stray(isDoubled ? 'doubled' : undefined);
		}
		this.#answered(answer);
	}

	#answered(answer: Answer): void {
		const asked = this.#current as Request;
		this.#endpoint.jar?.take(answer.headers['set-cookie']);
		this.#current = undefined;
		if (answer.keepAliveMs === 0) {
			this.#disconnect();
			if (saysClose(answer.headers.connection)) this.#events.closing?.();
		}
		// The next of those that wait goes first, so that what the asker sends now stands behind them.
		const next = this.#waiting?.shift();
		if (next) this.#begin(next);
		asked.asker.answered(answer, asked.bytes);
		if (this.#current === undefined && this.#socket) this.#becomeIdle(answer);
	}

	/** The server has ended the connection. */
	#onEnd(socket: Socket): void {
		if (socket !== this.#socket) return;
		const answer = this.#current && this.#reader.finish();
		if (answer) {
			this.#disconnect();
			this.#answered(answer);
		} else this.#failed(socket, new SessionError('closed', 'the server closed the connection'));
	}

	#failed(socket: Socket, error: SessionError): void {
		if (socket !== this.#socket) return;
		if (!this.#connected) this.#events.connect(false);
		this.#end(error);
	}

	/** Cuts the connection; whoever asked is told why, and whoever waits too. */
	#end(error: SessionError): void {
		const asked = [...(this.#current ? [this.#current] : []), ...(this.#waiting ?? [])];
		this.#current = undefined;
		this.#waiting = undefined;
		this.#disconnect();
		for (const { asker } of asked) asker.failed(error);
	}

	#disconnect(): void {
		const socket = this.#socket;
		this.#socket = undefined;
		this.#connected = false;
		this.#reader = new ResponseReader();
		clearTimeout(this.#idleTimer);
		this.#idleTimer = undefined;
		socket?.destroy();
	}

	/** One timer per connection, that looks when it fires whether there was work meanwhile: calls do not pay for it. */
	#becomeIdle({ keepAliveMs, firstByteUs }: Answer): void {
		this.#idleSinceUs = firstByteUs;
		const { idleConnectionMs = longestIdleMs } = this.#endpoint;
		this.#idleLimitMs = Math.min(idleConnectionMs, keepAliveMs ?? idleConnectionMs);
		this.#idleTimer ??= setTimeout(() => this.#lookIdle(), this.#idleLimitMs);
	}

	#lookIdle(): void {
		this.#idleTimer = undefined;
		if (this.#current) return;
		const leftMs = this.#idleLimitMs - (monotonicUs() - this.#idleSinceUs) / 1000;
		if (leftMs <= 0) this.#disconnect();
		else this.#idleTimer = setTimeout(() => this.#lookIdle(), Math.ceil(leftMs));
	}
}

function write(socket: Socket, { head, body, bytes }: Request, cookieLine: string): void {
	// One write of one string: Latin-1 is the fast encoding, and the same bytes where the body is ASCII.
	if (bytes === body.length) {
		socket.write(`${head}${cookieLine}content-length: ${bytes}\r\n\r\n${body}`, 'latin1');
		return;
	}
	socket.cork();
	socket.write(`${head}${cookieLine}content-length: ${bytes}\r\n\r\n`, 'latin1');
	socket.write(body, 'utf8');
	socket.uncork();
}

/** A connection also ends where an answer has no other end, or by an old version of HTTP: that is no word of the server's. */
function saysClose(connection = ''): boolean {
	return /(?:^|,)\s*close\s*(?:,|$)/i.test(connection);
}

function givenUp(why: Failure): SessionError {
	return new SessionError(why, `request given up: ${why}`);
}

function asSessionError(error: unknown): SessionError {
	if (error instanceof SessionError) return error;
	return new SessionError(failureOf(error), `request failed: ${(error as Error).message}`, { cause: error });
}
