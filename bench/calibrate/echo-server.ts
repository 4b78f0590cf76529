/**
 * The server that calibration runs against: it must not be the limit, so it does as little as an honest answer needs. It
 * answers `initialize` and `server/discover`, and every call with the call's own id and text. Requests that begin like the
 * one before are recognized by their bytes; only bodies are parsed. Not a server under test, and no model of one.
 */
import { createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

interface Rpc {
	readonly id?: number;
	readonly method?: string;
	readonly params?: { readonly arguments?: { readonly text?: unknown } };
}

const okHead = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ';
const accepted = 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';
const headEnd = Buffer.from('\r\n\r\n');
const serverInfo = { name: 'calibration', version: '1' };
const hello = {
	initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo },
	'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, serverInfo },
};

function answer(body: string): string {
	const { id, method = '', params } = JSON.parse(body) as Rpc;
	if (id === undefined) return accepted;
	const greeting = hello[method as keyof typeof hello];
	const result = greeting
		? JSON.stringify(greeting)
		: `{"content":[{"type":"text","text":${JSON.stringify(params?.arguments?.text ?? '')}}]}`;
	const text = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
	return `${okHead}${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** One connection: requests one after another, pipelined ones too. */
class Connection {
	readonly #socket: Socket;
	#rest: Buffer = Buffer.alloc(0);
	#head: Buffer | undefined;
	#bodyBytes = 0;

	constructor(socket: Socket) {
		this.#socket = socket;
		socket.on('data', (chunk: Buffer) => this.#take(chunk));
		socket.on('error', () => socket.destroy());
	}

	#take(chunk: Buffer): void {
		let data: Buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		let answers = '';
		for (let bytes = this.#requestBytes(data); bytes > 0 && data.length >= bytes; bytes = this.#requestBytes(data)) {
			answers += answer(data.toString('utf8', bytes - this.#bodyBytes, bytes));
			data = data.subarray(bytes);
		}
		this.#rest = data;
		if (answers !== '') this.#socket.write(answers);
	}

	/** Head and body of the request at the beginning of `data`; 0 while its head is incomplete. */
	#requestBytes(data: Buffer): number {
		const head = this.#head;
		if (head && data.length > head.length && head.compare(data, 0, head.length) === 0) {
			return head.length + this.#bodyBytes;
		}
		const end = data.indexOf(headEnd);
		if (end < 0) return 0;
		this.#head = Buffer.from(data.subarray(0, end + headEnd.length));
		this.#bodyBytes = Number(/content-length: *(\d+)/i.exec(this.#head.toString('latin1'))?.[1] ?? 0);
		return this.#head.length + this.#bodyBytes;
	}
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const server = createServer({ noDelay: true }, (socket) => new Connection(socket));
server.listen({ port: Number(values.port), host: '127.0.0.1', backlog: 4096 }, () => {
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}/mcp`, pid: process.pid }));
});
// What the harness asks any server of its own; nothing of it decides anything here.
process.on('message', ({ id }: { readonly id: number }) => {
	const { heapUsed, external } = process.memoryUsage();
	const figures = { heapUsedBytes: heapUsed, externalBytes: external, loopDelayP99Us: 0, loopDelayMaxUs: 0 };
	process.send?.({ id, state: { ...figures, openSessions: 0, openStreams: 0, callsExecuted: 0 } });
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
