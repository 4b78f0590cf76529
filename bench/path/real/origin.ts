import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server does in each situation; `ms` is its parameter. */
const behaviours: Readonly<Record<Behaviour, (res: ServerResponse, ms: number) => Promise<void> | void>> = {
	/** One event, and silence. */
	silent: (res) => {
		begin(res).write('data: first\n\n');
	},
	/** One event, and a comment every `ms`, as the SDKs send it. */
	beats: (res, ms) => {
		begin(res).write('data: first\n\n');
		const timer = setInterval(() => res.write(': keepalive\n\n'), ms);
		res.once('close', () => clearInterval(timer));
	},
	/** The head comes after `ms` only. */
	slow: async (res, ms) => {
		await sleep(ms, undefined, { ref: false });
		if (!res.destroyed) res.end('late');
	},
	/** One event at once, another one after `ms`, which is the end. */
	halves: async (res, ms) => {
		begin(res).write('data: first\n\n');
		await sleep(ms, undefined, { ref: false });
		if (!res.destroyed) res.end('data: last\n\n');
	},
};

export type Behaviour = 'silent' | 'beats' | 'slow' | 'halves';

function begin(res: ServerResponse): ServerResponse {
	res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
	res.flushHeaders();
	return res;
}

/** A server whose answers are as late and as silent as their URL says: `/silent`, `/beats?ms=500`. */
export async function startOrigin(): Promise<{ readonly url: string; close(): void }> {
	const server = createServer((req: IncomingMessage, res: ServerResponse) => {
		const { pathname, searchParams } = new URL(req.url ?? '/', 'http://origin');
		const behave = behaviours[pathname.slice(1) as Behaviour];
		if (behave) void behave(res, Number(searchParams.get('ms') ?? 0));
		else res.writeHead(404).end('not here');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
