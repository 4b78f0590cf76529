import { createServer, type Server, type Socket } from 'node:net';

/** A request larger than this, head or body, is none of the harness's. */
const maxBytes = 1024 * 1024;
const headEnd = Buffer.from('\r\n\r\n');
const lengthHeader = /\r\ncontent-length: *(\d+)/i;

export interface Request {
	readonly method: string;
	/** With its query. */
	readonly path: string;
	readonly body: string;
	readonly socket: Socket;
}

/**
 * HTTP/1.1 with kept-alive connections over bare TCP, as much of it as the harness's clients speak: bodies have a length, and
 * requests of a connection come one after another. Anything else ends the connection.
 */
export function serveHttp(handle: (request: Request) => void): Server {
	return createServer({ noDelay: true }, (socket) => {
		let buffered: Buffer = Buffer.alloc(0);
		socket.on('data', (chunk: Buffer) => {
			buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
			try {
				for (let end = take(buffered, socket, handle); end > 0; end = take(buffered, socket, handle)) {
					buffered = buffered.subarray(end);
				}
			} catch (error) {
				process.stderr.write(`known-answer: ${(error as Error).message}\n`);
				socket.destroy();
			}
		});
		// A client may go at any time; what it was owed is lost with it.
		socket.on('error', () => socket.destroy());
	});
}

/** Handles the first request if it is complete. @returns where it ends, 0 while it is not complete. @throws Error */
function take(buffered: Buffer, socket: Socket, handle: (request: Request) => void): number {
	if (buffered.length === 0) return 0;
	if (buffered.length > maxBytes) throw new Error(`a request is larger than ${maxBytes} bytes`);
	const at = buffered.indexOf(headEnd);
	if (at < 0) return 0;
	const head = buffered.toString('latin1', 0, at);
	const from = at + headEnd.length;
	const end = from + Number(lengthHeader.exec(head)?.[1] ?? 0);
	if (buffered.length < end) return 0;
	const [method, path, version] = head.slice(0, head.indexOf('\r\n') >>> 0).split(' ');
	if (!method || !path || version !== 'HTTP/1.1') throw new Error(`not a request: ${head.slice(0, 80)}`);
	handle({ method, path, body: buffered.toString('utf8', from, end), socket });
	return end;
}

export const emptyAnswer = (status: string): string => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`;

export const streamHead =
	'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\nconnection: close\r\n\r\n';

/** An answer with a body, in the two parts that may be sent apart. */
export function jsonAnswer(body: string): { readonly head: string; readonly body: string } {
	const bytes = Buffer.byteLength(body);
	return { head: `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`, body };
}
