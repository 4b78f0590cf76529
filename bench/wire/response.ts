import { HTTPParser } from 'http-parser-js';
import { monotonicUs } from '../clock.ts';
import { SessionError } from '../model/session.ts';

/** Answers larger than this are a broken server, not a measurement. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** An answer may have this much around its body, such as heads, trailers and sizes of chunks, and this many times the body. */
const maxFramingBytes = 128 * 1024;
const framingPerByte = 8;
/** Pieces of a body are joined when there are more: a piece costs more than a byte. */
const mostPieces = 1000;

/** Headers by lower-case name; several of one name are joined as HTTP allows, and those that set cookies by line ends. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A complete HTTP answer. `firstByteUs` is on the machine's monotonic clock. */
export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly body: string;
	/** Of the body. */
	readonly bytes: number;
	readonly firstByteUs: number;
	/** How long the connection may stay idle for the next request: 0 where it carries no other, undefined where the server does not say. */
	readonly keepAliveMs: number | undefined;
}

/** A head that was parsed, to be recognized when the next answer has the same. */
interface KnownHead {
	readonly raw: Buffer;
	readonly bodyBytes: number;
	readonly status: number;
	readonly headers: Headers;
	readonly keepAliveMs: number | undefined;
}

/**
 * Reads the answers of one connection. An answer that arrives in one piece, with a head that is byte for byte the one
 * before, which on a kept-alive connection is nearly every answer, needs no parsing of HTTP; all others go through
 * http-parser-js.
 */
export class ResponseReader {
	#known: KnownHead | undefined;
	#parsing: Parsing | undefined;

	/** Whether more followed the last answer than was asked for: the connection is out of step. */
	hasSurplus = false;
	/** Whether what followed begins as an answer that is a success: the same call was answered twice. */
	isDoubled = false;

	/**
	 * @param size how many bytes of the buffer are the chunk; the buffer may be overwritten afterwards
	 * @returns the answer, once it is complete
	 * @throws SessionError `protocol` when it is not HTTP, or too large
	 */
	read(buffer: Buffer, size: number): Answer | undefined {
		const known = this.#known;
		if (known && this.#parsing === undefined) {
			const headBytes = known.raw.length;
			if (size === headBytes + known.bodyBytes && known.raw.compare(buffer, 0, headBytes) === 0) {
				const { status, headers, bodyBytes, keepAliveMs } = known;
				const body = buffer.toString('utf8', headBytes, size);
				return { status, headers, body, bytes: bodyBytes, firstByteUs: monotonicUs(), keepAliveMs };
			}
		}
		const isWhole = this.#parsing === undefined;
		this.#parsing ??= new Parsing();
		const answer = this.#parsing.take(Buffer.from(buffer.subarray(0, size)));
		if (!answer) return undefined;
		const { hasLength } = this.#parsing;
		this.hasSurplus = this.#parsing.hasSurplus;
		this.isDoubled = this.#parsing.isDoubled;
		this.#parsing = undefined;
		const { status, headers, bytes, keepAliveMs } = answer;
		this.#known =
			isWhole && hasLength && keepAliveMs !== 0 && !this.hasSurplus
				? { raw: Buffer.from(buffer.subarray(0, size - bytes)), bodyBytes: bytes, status, headers, keepAliveMs }
				: undefined;
		return answer;
	}

	/** The connection has ended. @returns the answer, where its end is the end of the connection */
	finish(): Answer | undefined {
		const answer = this.#parsing?.finish();
		this.#parsing = undefined;
		return answer;
	}
}

const successHead = 'HTTP/1.1 2';

/** Whether an answer that is a success begins here. Another one may be the server's word on an idle connection, such as 408. */
export function beginsSuccess(bytes: Buffer, from: number, to: number): boolean {
	return bytes.toString('latin1', from, Math.min(to, from + successHead.length)) === successHead;
}

/** One answer on its way through the parser. */
class Parsing {
	hasLength = false;
	hasSurplus = false;
	isDoubled = false;
	readonly #parser = strictParser();
	readonly #firstByteUs = monotonicUs();
	#body: Buffer[] = [];
	#bytes = 0;
	#received = 0;
	/** Where in its chunk the answer ended. */
	#endedAt = 0;
	#head: { status: number; headers: Headers; keepAliveMs: number | undefined } | undefined;
	#answer: Answer | undefined;

	constructor() {
		this.#parser[HTTPParser.kOnHeadersComplete] = (head) => this.#onHead(head);
		this.#parser[HTTPParser.kOnBody] = (chunk, offset, length) => this.#onBody(chunk.subarray(offset, offset + length));
		this.#parser[HTTPParser.kOnMessageComplete] = () => this.#onEnd();
	}

	take(chunk: Buffer): Answer | undefined {
		this.#received += chunk.length;
		const read = this.#parser.execute(chunk);
		if (typeof read !== 'number' && !this.#answer) throw new SessionError('protocol', `not HTTP: ${read.message}`);
		if (this.#bytes > maxAnswerBytes) throw new SessionError('protocol', 'answer too large');
		if (this.#received - this.#bytes > maxFramingBytes + framingPerByte * this.#bytes) {
			throw new SessionError('protocol', 'too much around an answer');
		}
		if (this.#answer && this.#endedAt < chunk.length) {
			this.hasSurplus = true;
			this.isDoubled = beginsSuccess(chunk, this.#endedAt, chunk.length);
		}
		return this.#answer;
	}

	finish(): Answer | undefined {
		this.#parser.finish();
		return this.#answer;
	}

	#onHead({ statusCode, headers, shouldKeepAlive }: ParsedHead): void {
		if (this.#answer) return;
		const named = headersOf(headers);
		const length = named['content-length'];
		if (length !== undefined && !/^\d+$/.test(length)) throw new SessionError('protocol', 'a length that is no number');
		if (Number(length ?? 0) > maxAnswerBytes) throw new SessionError('protocol', 'answer too large');
		this.hasLength = named['content-length'] !== undefined && named['transfer-encoding'] === undefined;
		const keepAliveMs = shouldKeepAlive ? hintedMs(named['keep-alive']) : 0;
		this.#head = { status: statusCode, headers: named, keepAliveMs };
	}

	#onBody(chunk: Buffer): void {
		this.#bytes += chunk.length;
		if (this.#bytes > maxAnswerBytes) return;
		this.#body.push(chunk);
		if (this.#body.length > mostPieces) this.#body = [Buffer.concat(this.#body)];
	}

	#onEnd(): void {
		const head = this.#head;
		// 1xx is word that the answer is on its way.
		if (!head || head.status < 200 || this.#answer) return;
		this.#endedAt = stateOf(this.#parser).offset;
		const body = Buffer.concat(this.#body).toString('utf8');
		this.#answer = { ...head, body, bytes: this.#bytes, firstByteUs: this.#firstByteUs };
	}
}

/** The parts of http-parser-js beside its published ones that are used; its version is pinned. */
interface ParserState {
	/** How much of the chunk was read. */
	offset: number;
	state: string;
	body_bytes: number | null;
	consumeLine(): string | undefined;
	BODY_CHUNKHEAD(): void;
}

function stateOf(parser: InstanceType<typeof HTTPParser>): ParserState {
	return parser as unknown as ParserState;
}

/** A parser that takes as the size of a chunk what is one, and nothing else: the package takes `zz` for 0 and goes back for `-5`. */
function strictParser(): InstanceType<typeof HTTPParser> {
	const parser = new HTTPParser(HTTPParser.RESPONSE);
	stateOf(parser).BODY_CHUNKHEAD = function (this: ParserState): void {
		const line = this.consumeLine();
		if (line === undefined) return;
		if (!/^[0-9a-f]{1,8}[ \t]*(;.*)?$/i.test(line)) throw new Error('no size of a chunk');
		this.body_bytes = Number.parseInt(line, 16);
		this.state = this.body_bytes === 0 ? 'BODY_CHUNKTRAILERS' : 'BODY_CHUNK';
	};
	return parser;
}

/** What the parser tells of a head. */
interface ParsedHead {
	readonly statusCode: number;
	readonly headers: readonly string[];
	readonly shouldKeepAlive: boolean;
}

function headersOf(raw: readonly string[]): Headers {
	const headers: Record<string, string> = {};
	for (let n = 0; n < raw.length; n += 2) {
		const name = (raw[n] as string).toLowerCase();
		const value = raw[n + 1] as string;
		// A date in a cookie has a comma of its own.
		const between = name === 'set-cookie' ? '\n' : ', ';
		headers[name] = headers[name] === undefined ? value : `${headers[name]}${between}${value}`;
	}
	return headers;
}

/** `timeout=5` of a Keep-Alive header, in ms. */
function hintedMs(keepAlive: string | undefined): number | undefined {
	const seconds = keepAlive === undefined ? undefined : /(?:^|[,\s])timeout=(\d+)/.exec(keepAlive)?.[1];
	return seconds === undefined ? undefined : Number(seconds) * 1000;
}
