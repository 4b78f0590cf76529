/**
 * The server that calibration runs against: it must not be the limit, so it does as little as an honest answer needs. It
 * answers `initialize` and `server/discover`, and every call with the call's own id and text. Requests that begin like the
 * one before are recognized by their bytes, and calls by their shape. Not a server under test, and no model of one.
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

/** A call as the sessions write it, whose text needs no escapes: the only shape that comes often. */
const plainCall =
	/^\{"jsonrpc":"2\.0","id":(\d+),"method":"tools\/call","params":\{"name":"echo","arguments":\{"text":"([\w-]*)"\}\}\}$/;

function answer(body: string): string {
	const plain = plainCall.exec(body);
	if (plain) {
		const text = `{"jsonrpc":"2.0","id":${plain[1]},"result":{"content":[{"type":"text","text":"${plain[2]}"}]}}`;
		return `${okHead}${text.length}\r\n\r\n${text}`;
	}
	const { id, method = '', params } = JSON.parse(body) as Rpc;
	if (id === undefined) return accepted;
	const greeting = hello[method as keyof typeof hello];
	const result = greeting
		? JSON.stringify(greeting)
		: `{"content":[{"type":"text","text":${JSON.stringify(params?.arguments?.text ?? '')}}]}`;
	const text = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
	return `${okHead}${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** One connection. A request that comes alone and begins like the one before is answered without looking at its head. */
class Connection {
	readonly #socket: Socket;
	#rest: Buffer | undefined;
	#head: Buffer | undefined;
	#bodyBytes = 0;

	constructor(socket: Socket) {
		this.#socket = socket;
	}

	take(buffer: Buffer, size: number): void {
		const head = this.#head;
		if (!this.#rest && head && size === head.length + this.#bodyBytes && head.compare(buffer, 0, head.length) === 0) {
			this.#socket.write(answer(buffer.toString('latin1', head.length, size)), 'latin1');
			return;
		}
		this.#takeSlowly(Buffer.concat([this.#rest ?? Buffer.alloc(0), buffer.subarray(0, size)]));
	}

	/** Requests in pieces, several at once, with another head, or with characters beyond ASCII. */
	#takeSlowly(given: Buffer): void {
		let data = given;
		for (;;) {
			const end = data.indexOf(headEnd);
			if (end < 0) break;
			const head = data.subarray(0, end + headEnd.length);
			const bodyBytes = Number(/content-length: *(\d+)/i.exec(head.toString('latin1'))?.[1] ?? 0);
			const bytes = head.length + bodyBytes;
			if (data.length < bytes) break;
			const body = data.toString('utf8', head.length, bytes);
			// The way of the fast encoding is for those bodies only that are the same in it.
			this.#head = body.length === bodyBytes ? Buffer.from(head) : undefined;
			this.#bodyBytes = bodyBytes;
			this.#socket.write(answer(body));
			data = data.subarray(bytes);
		}
		this.#rest = data.length > 0 ? data : undefined;
	}
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const server = createServer({ noDelay: true }, (socket) => {
	const connection = new Connection(socket);
	socket.on('error', () => socket.destroy());
	socket.on('data', (chunk: Buffer) => connection.take(chunk, chunk.length));
});
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
