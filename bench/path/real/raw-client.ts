import { connect } from 'node:net';
import { monotonicUs } from '../../clock.ts';

/** How an answer went, as its bytes and its connection show it. */
export interface RawAnswer {
	/**
	 * A status of an error that the proxy gave; or how the answer ended: `clean` by its last chunk or its announced length, `fin` and
	 * `rst` before that; `open`: it had not ended when the watch was over.
	 */
	readonly outcome: number | 'clean' | 'fin' | 'rst' | 'open';
	/** From the request to that end; of `open`: to the end of the watch. */
	readonly endMs: number;
	/** From the request to the first byte of the body; absent where none came. */
	readonly bodyMs?: number;
	/** From the request to the last byte that came. */
	readonly lastByteMs: number;
}

/** Asks once over a connection of its own, and watches what comes for at most so long. Never rejects. */
export function askRaw(url: string, watchMs: number): Promise<RawAnswer> {
	const { hostname, port, host, pathname, search } = new URL(url);
	return new Promise((resolve) => {
		const socket = connect(Number(port), hostname);
		const sinceMs = watch();
		let text = '';
		let bodyMs: number | undefined;
		let lastByteMs = 0;
		const done = (outcome: RawAnswer['outcome']) => {
			clearTimeout(timer);
			socket.destroy();
			const { status } = readHead(text);
			const answered = status >= 500 ? status : outcome;
			resolve({ outcome: answered, endMs: sinceMs(), ...(bodyMs !== undefined && { bodyMs }), lastByteMs });
		};
		const timer = setTimeout(() => done('open'), watchMs);
		socket.setEncoding('latin1').on('data', (chunk: string) => {
			text += chunk;
			lastByteMs = sinceMs();
			const { body, isWhole } = readHead(text);
			if (body.length > 0) bodyMs ??= lastByteMs;
			if (isWhole) done('clean');
		});
		socket.on('end', () => done('fin')).on('error', () => done('rst'));
		socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
	});
}

function watch(): () => number {
	const startUs = monotonicUs();
	return () => Math.round((monotonicUs() - startUs) / 1000);
}

/** What of an answer has come: its status, its body as it is written, and whether that is all. */
function readHead(text: string): { readonly status: number; readonly body: string; readonly isWhole: boolean } {
	const end = text.indexOf('\r\n\r\n');
	if (end < 0) return { status: 0, body: '', isWhole: false };
	const head = text.slice(0, end);
	const body = text.slice(end + 4);
	const length = /^content-length: *(\d+)/im.exec(head)?.[1];
	const isWhole = length === undefined ? /(^|\r\n)0\r\n\r\n$/.test(body) : body.length >= Number(length);
	return { status: Number(head.split(' ')[1]), body, isWhole };
}
