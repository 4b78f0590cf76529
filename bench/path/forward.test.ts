import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backends } from './backends.ts';
import { Forwarder } from './forward.ts';
import { Front } from './front.ts';

/** Longer than anything here takes; what must not come is waited for much shorter. */
const patienceMs = 10_000;
const silenceMs = 300;

/** Whether connections are led through lanes, as where faults may act on their bytes. */
let throughLanes = false;

/** Tests that hold for connections of either kind. */
function section(name: string, tests: () => void): void {
	for (const way of [false, true]) {
		describe(`${name}, ${way ? 'through lanes' : 'as it comes'}`, { concurrency: true }, () => {
			before(() => {
				throughLanes = way;
			});
			tests();
		});
	}
}

interface Setting extends AsyncDisposable {
	readonly front: Front;
	readonly backends: Backends;
	readonly forwarder: Forwarder;
	readonly url: string;
}

async function listening(server: Server | TcpServer): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as { port: number }).port;
}

/** A balancer before servers that behave so. */
async function balancerBefore(...handlers: readonly RequestListener[]): Promise<Setting> {
	return balancerFor(handlers.map((handler) => createServer(handler)));
}

async function balancerFor(servers: readonly (Server | TcpServer)[]): Promise<Setting> {
	const ports = await Promise.all(servers.map(listening));
	const backends = new Backends();
	backends.replace(ports.map((port) => ({ hostname: '127.0.0.1', port })));
	const nothing = () => {};
	const forwarder = new Forwarder(backends, { note: nothing, began: nothing, ended: nothing });
	const connections = { note: nothing, throughLanes, came: nothing, went: nothing };
	const front = new Front((req, res) => forwarder.handle(req, res), connections);
	await front.listen(0);
	return {
		front,
		backends,
		forwarder,
		url: front.url,
		async [Symbol.asyncDispose]() {
			await front.down(true);
			for (const server of servers) {
				server.close();
				if ('closeAllConnections' in server) server.closeAllConnections();
			}
		},
	};
}

/** A client's own connection and request, so that every event can be seen. */
function send(
	url: string,
	options: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
) {
	const { body, ...rest } = options;
	const out = request(url, { agent: false, ...rest });
	const answer = new Promise<IncomingMessage>((resolve, reject) => out.once('response', resolve).once('error', reject));
	out.on('error', () => {});
	out.end(body);
	return { out, answer };
}

/** How a body ended: whole, or cut. */
async function endOf(answer: IncomingMessage): Promise<'whole' | 'cut'> {
	answer.on('error', () => {}).resume();
	if (!answer.closed) await new Promise((resolve) => answer.once('close', resolve));
	return answer.complete ? 'whole' : 'cut';
}

const firstChunk = (answer: IncomingMessage) =>
	new Promise<string>((resolve) => answer.once('data', (chunk: Buffer) => resolve(chunk.toString())));

async function until(holds: () => boolean): Promise<void> {
	const giveUp = performance.now() + patienceMs;
	while (!holds()) {
		assert.ok(performance.now() < giveUp, 'waited in vain');
		await sleep(5);
	}
}

const echo: RequestListener = (req, res) => {
	res.writeHead(200, { 'x-method': req.method ?? '', 'x-path': req.url ?? '', 'x-seen': JSON.stringify(req.headers) });
	req.pipe(res);
};
const named =
	(name: string): RequestListener =>
	(_req, res) =>
		void res.end(name);

section('what passes', () => {
	test('method, path, headers and body, both ways; headers of one connection do not', async () => {
		await using setting = await balancerBefore(echo);
		const headers = { 'x-own': 'yes', connection: 'close, x-hop', 'x-hop': 'no', te: 'trailers' };
		const body = 'ü'.repeat(100_000);
		const answer = await send(setting.url, { method: 'POST', path: '/mcp?a=1', headers, body }).answer;
		assert.equal(answer.headers['x-path'], '/mcp?a=1');
		const seen = JSON.parse(String(answer.headers['x-seen'])) as Record<string, string>;
		assert.deepEqual(
			[seen['x-own'], seen['x-hop'], seen.te, seen.connection],
			['yes', undefined, undefined, 'keep-alive'],
		);
		assert.equal(seen.host, new URL(setting.url).host);
		assert.equal(answer.rawHeaders.filter((name) => name.toLowerCase() === 'date').length, 1);
		const chunks: Buffer[] = [];
		for await (const chunk of answer) chunks.push(chunk as Buffer);
		assert.equal(Buffer.concat(chunks).toString(), body);
	});

	test('a body of unknown length, also where the method usually has none', async () => {
		await using setting = await balancerBefore(echo);
		for (const method of ['POST', 'DELETE']) {
			const headers = { 'transfer-encoding': 'chunked' };
			const answer = await send(setting.url, { method, headers, body: 'some' }).answer;
			assert.equal(await firstChunk(answer), 'some');
			assert.equal(await endOf(answer), 'whole');
		}
	});

	test('an answer without a body, and an error of the server’s', async () => {
		await using setting = await balancerBefore((req, res) => {
			res.statusCode = req.url === '/none' ? 204 : 404;
			res.end(req.url === '/none' ? undefined : 'no such session');
		});
		assert.equal((await fetch(`${setting.url}none`)).status, 204);
		const missing = await fetch(`${setting.url}other`);
		assert.deepEqual([missing.status, await missing.text()], [404, 'no such session']);
	});
});

section('what flows', () => {
	test('an event stream at once, head and events, and its clean end', async () => {
		let go = (_step: 'event' | 'end') => {};
		await using setting = await balancerBefore((_req, res) => {
			res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
			go = (step) => (step === 'event' ? void res.write('data: 1\n\n') : void res.end());
		});
		const answer = await send(setting.url, {}).answer;
		const chunk = firstChunk(answer);
		go('event');
		assert.equal(await chunk, 'data: 1\n\n');
		const end = endOf(answer);
		go('end');
		assert.equal(await end, 'whole');
	});

	test('a slow reader makes the server wait: the balancer holds no whole body', async () => {
		let sentBytes = 0;
		let isDone = false;
		const chunk = Buffer.alloc(2 ** 18);
		const most = 400 * chunk.length;
		await using setting = await balancerBefore((_req, res) => {
			const more = (): void => {
				while (sentBytes < most) {
					sentBytes += chunk.length;
					if (!res.write(chunk)) return void res.once('drain', more);
				}
				isDone = true;
				res.end();
			};
			more();
		});
		const answer = await send(setting.url, {}).answer;
		let last = -1;
		while (sentBytes !== last) {
			last = sentBytes;
			await sleep(silenceMs);
		}
		assert.ok(!isDone && sentBytes < most / 2, `${sentBytes} of ${most} bytes were taken from the server`);
		assert.equal(await endOf(answer), 'whole');
		assert.equal(sentBytes, most);
	});

	test('one connection to a server serves request after request', async () => {
		const server = createServer(named('a'));
		let connections = 0;
		server.on('connection', () => {
			connections += 1;
		});
		await using setting = await balancerFor([server]);
		for (let n = 0; n < 5; n += 1) await (await fetch(setting.url)).text();
		assert.equal(connections, 1);
		assert.equal(setting.forwarder.counts.requests, 5);
	});
});

section('what breaks', () => {
	for (const end of ['FIN', 'RST'] as const) {
		test(`a server that ends an answer by ${end} in the middle: the client’s is cut too`, async () => {
			await using setting = await balancerBefore((_req, res) => {
				res.writeHead(200, { 'content-type': 'text/event-stream' });
				res.write('data: 1\n\n', () => (end === 'FIN' ? res.socket?.end() : res.socket?.resetAndDestroy()));
			});
			assert.equal(await endOf(await send(setting.url, {}).answer), 'cut');
			assert.equal(setting.forwarder.counts.answersCut, 1);
		});
	}

	test('a server that breaks off before its answer: 502, and nothing is sent twice', async () => {
		let asked = 0;
		const reset: RequestListener = (req) => {
			asked += 1;
			req.socket.resetAndDestroy();
		};
		await using setting = await balancerBefore(reset, reset);
		const answer = await send(setting.url, { method: 'POST', body: '{}' }).answer;
		assert.equal(answer.statusCode, 502);
		assert.deepEqual([asked, setting.forwarder.counts.badGateways], [1, 1]);
	});

	test('a server that refuses: the next one gets the whole request; none left: 502; none registered: 503', async () => {
		const gone = createTcpServer();
		const port = await listening(gone);
		await new Promise((resolve) => gone.close(resolve));
		await using setting = await balancerBefore(echo);
		const alive = setting.backends.at(0);
		assert.ok(alive);
		const dead = { hostname: '127.0.0.1', port };
		setting.backends.replace([dead, alive]);
		for (let n = 0; n < 4; n += 1) {
			const answer = await send(setting.url, { method: 'POST', body: 'whole' }).answer;
			assert.equal(await firstChunk(answer), 'whole');
		}
		setting.backends.replace([dead]);
		assert.equal((await send(setting.url, { method: 'POST', body: '{}' }).answer).statusCode, 502);
		setting.backends.register(0, false);
		assert.equal((await send(setting.url, {}).answer).statusCode, 503);
		const { badGateways, unserved } = setting.forwarder.counts;
		assert.deepEqual([badGateways, unserved], [1, 1]);
	});

	test('a client that leaves: its server is told, before an answer and in its middle', async () => {
		let started = 0;
		let left = 0;
		await using setting = await balancerBefore((req, res) => {
			started += 1;
			res.once('close', () => {
				left += 1;
			});
			if (req.url === '/streams') res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
		});
		const waiting = send(setting.url, { path: '/waits' });
		waiting.answer.catch(() => {});
		await until(() => started === 1);
		waiting.out.destroy();
		await until(() => left === 1);
		const streaming = send(setting.url, { path: '/streams' });
		await streaming.answer;
		streaming.out.destroy();
		await until(() => left === 2);
		await until(() => setting.front.openConnections === 0);
	});
});

section('affinity', () => {
	const three = ['a', 'b', 'c'];

	test('a session by its header goes where it was made, from every connection', async () => {
		await using setting = await balancerBefore(
			...three.map(
				(name): RequestListener =>
					(req, res) => {
						if (req.headers['mcp-session-id'] === undefined) res.setHeader('Mcp-Session-Id', `made by ${name}`);
						res.end(name);
					},
			),
		);
		const ask = async (session?: string) => {
			const headers: Record<string, string> = session === undefined ? {} : { 'Mcp-Session-Id': session };
			const answer = await send(setting.url, { method: 'POST', headers, body: '{}' }).answer;
			return { by: await firstChunk(answer), session: String(answer.headers['mcp-session-id']) };
		};
		const opened = [await ask(), await ask(), await ask(), await ask()];
		assert.deepEqual(
			opened.map(({ by }) => by),
			['a', 'b', 'c', 'a'],
		);
		for (const { by, session } of [...opened, ...opened.toReversed()]) assert.equal((await ask(session)).by, by);
	});

	test('a session of HTTP+SSE goes where its stream is, by whatever the server calls it', async () => {
		const endpoints = ['/messages?sessionId=', '/x/y?session_id=', 'http://elsewhere:1/z?s='];
		await using setting = await balancerBefore(
			...three.map(
				(name, n): RequestListener =>
					(req, res) => {
						if (req.method !== 'GET') return void res.end(name);
						res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
						// In pieces, after a comment: as servers may.
						res.write(': hello\n\nevent: endp');
						setTimeout(() => res.write(`oint\ndata: ${endpoints[n]}${name}${req.url?.slice(1)}\n\n`), 10);
					},
			),
		);
		for (let round = 0; round < 4; round += 1) {
			const stream = await send(setting.url, { path: `/${round}` }).answer;
			let text = '';
			stream.on('data', (chunk: Buffer) => {
				text += chunk.toString();
			});
			stream.on('error', () => {});
			await until(() => text.endsWith(`${round}\n\n`));
			const { pathname, search } = new URL(/data: (.*)/.exec(text)?.[1] ?? '', setting.url);
			const owner = three[round % 3];
			for (let n = 0; n < 4; n += 1) {
				const answer = await send(setting.url, { method: 'POST', path: pathname + search, body: '{}' }).answer;
				assert.equal(await firstChunk(answer), owner);
			}
		}
	});
});

section('faults of the path', () => {
	test('down: connections are cut and refused; back on the same port', async () => {
		await using setting = await balancerBefore((_req, res) => {
			res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
		});
		const end = endOf(await send(setting.url, {}).answer);
		await setting.front.down(true);
		await setting.front.down(true);
		assert.equal(await end, 'cut');
		await assert.rejects(send(setting.url, {}).answer, { code: 'ECONNREFUSED' });
		await setting.front.down(false);
		await setting.front.down(false);
		assert.equal(setting.front.url, setting.url);
		assert.equal((await send(setting.url, {}).answer).statusCode, 200);
	});

	test('half-open: what lived through it stays silent, open and alive for the server; what comes later works', async () => {
		let tell = (_text: string) => {};
		let leave = () => {};
		const heard: string[] = [];
		await using setting = await balancerBefore((req, res) => {
			heard.push(req.url ?? '');
			if (req.url !== '/stream') return void res.end('answer');
			res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
			tell = (text) => void res.write(text);
			leave = () => void res.end();
		});
		const got: string[] = [];
		const events: string[] = [];
		const stream = await send(setting.url, { path: '/stream' }).answer;
		stream.on('data', (chunk: Buffer) => got.push(chunk.toString()));
		for (const event of ['end', 'close', 'error']) stream.on(event, () => events.push(event));
		tell('before');
		await until(() => got.length === 1);
		const idle = connect(Number(new URL(setting.url).port), '127.0.0.1');
		idle.on('data', (chunk: Buffer) => got.push(chunk.toString())).on('close', () => events.push('closed'));
		await new Promise((resolve) => idle.once('connect', resolve));
		await until(() => setting.front.openConnections === 2);

		setting.front.halfOpen(true);
		tell('during');
		idle.write('GET /idle HTTP/1.1\r\nhost: a\r\n\r\n');
		const during = send(setting.url, { path: '/during' });
		during.answer.catch(() => {});
		await sleep(silenceMs);
		setting.front.halfOpen(false);
		tell('after');
		leave();
		idle.write('GET /idle-again HTTP/1.1\r\nhost: a\r\n\r\n');
		assert.equal(await (await fetch(`${setting.url}new`)).text(), 'answer');
		await sleep(silenceMs);
		assert.deepEqual(heard, ['/stream', '/new']);
		assert.deepEqual(got, ['before']);
		assert.deepEqual(events, []);
		assert.equal(during.out.destroyed, false);
		assert.equal(setting.forwarder.counts.answersCut, 0);
		for (const socket of [idle, stream.socket, during.out]) socket.destroy();
	});

	test('half-open: the death of a server reaches nobody either', async () => {
		let die = () => {};
		await using setting = await balancerBefore((_req, res) => {
			res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
			die = () => void res.socket?.resetAndDestroy();
		});
		const { answer, out } = send(setting.url, {});
		const stream = await answer;
		let ended = false;
		stream
			.on('error', () => {})
			.on('close', () => {
				ended = true;
			});
		stream.resume();
		setting.front.halfOpen(true);
		die();
		await sleep(silenceMs);
		assert.equal(ended, false);
		out.destroy();
	});
});

test('an answer whose head no server may send is a bad gateway, and the balancer lives on', async () => {
	for (const head of ['HTTP/1.1 000 Nothing', 'HTTP/1.1 200 O\u0001K']) {
		const broken = createTcpServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => socket.end(`${head}\r\nContent-Length: 0\r\n\r\n`, 'latin1'));
		});
		await using setting = await balancerFor([broken]);
		for (let n = 0; n < 2; n++) assert.equal((await fetch(setting.url)).status, 502, head);
	}
});
