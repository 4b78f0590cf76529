import { Client, type Dispatcher } from 'undici';
import type { RequestHead } from './line.ts';
import { Line } from './line.ts';

/** A request that is sent over and over, as raw as a client can be: nothing of the answer is looked at. */
export interface BareRequest {
	readonly url: URL;
	readonly headers: readonly string[];
	readonly body: string;
}

/** Counts the answers of a closed loop; stops when told. */
export interface BareLoop {
	answers(): number;
	stop(): void;
}

/** What undici's `dispatch` can do at most: the figure that calibration compares with. */
export function undiciLoop({ url, headers, body }: BareRequest, connections: number): BareLoop {
	let answers = 0;
	let stopped = false;
	const options: Dispatcher.DispatchOptions = { method: 'POST', path: url.pathname, headers: [...headers], body };
	const clients = Array.from({ length: connections }, () => {
		const client = new Client(url.origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
		const handler: Dispatcher.DispatchHandler = {
			onRequestStart() {},
			onResponseStart() {},
			onResponseData() {},
			onResponseEnd() {
				answers++;
				if (!stopped) client.dispatch(options, handler);
			},
			onResponseError(_controller, error) {
				if (!stopped) throw error;
			},
		};
		client.dispatch(options, handler);
		return client;
	});
	return {
		answers: () => answers,
		stop: () => {
			stopped = true;
			for (const client of clients) client.destroy().catch(() => {});
		},
	};
}

/** The connection that the sessions call over, alone: what is left of a call when nothing is built, parsed or recorded. */
export function lineLoop(url: URL, head: RequestHead, body: string, connections: number): BareLoop {
	let answers = 0;
	let stopped = false;
	const lines = Array.from({ length: connections }, () => {
		const line = new Line({ url: url.href }, { connect() {}, stray() {} });
		const asker = {
			answered() {
				answers++;
				if (!stopped) line.ask(head, body, asker);
			},
			failed(error: Error) {
				if (!stopped) throw error;
			},
		};
		line.ask(head, body, asker);
		return line;
	});
	return {
		answers: () => answers,
		stop: () => {
			stopped = true;
			for (const line of lines) line.destroy();
		},
	};
}

/** Opens a connection with undici and makes one request over it; the connection stays open. @returns the way to close it */
export function undiciConnect({ url, headers, body }: BareRequest): Promise<() => void> {
	const client = new Client(url.origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
	return new Promise((resolve, reject) => {
		client.dispatch(
			{ method: 'POST', path: url.pathname, headers: [...headers], body },
			{
				onRequestStart() {},
				onResponseStart() {},
				onResponseData() {},
				onResponseEnd: () => resolve(() => void client.destroy().catch(() => {})),
				onResponseError: (_controller, error) => reject(error),
			},
		);
	});
}
