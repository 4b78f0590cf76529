import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SessionError } from '../model/session.ts';
import { Line, requestHead } from './line.ts';

/** What the server does with the n-th request (from 0); everything that it received so far is `seen`. */
type Answering = (socket: Socket, n: number, body: string) => void | Promise<void>;

interface Scene {
	readonly line: Line;
	readonly connects: boolean[];
	strays(): number;
	/** How many of them were a second answer. */
	doubled(): number;
	readonly sockets: Socket[];
	/** The body of the answer, or why there is none. */
	ask(body?: string): Promise<string>;
}

const ending = '\r\n\r\n';

/** A server of raw bytes, so that every shape of an answer can be had; requests carry a content-length. */
async function serving(
	answering: Answering,
	run: (scene: Scene) => Promise<void>,
	options: { idleConnectionMs?: number; sourceAddress?: string } = {},
): Promise<void> {
	const sockets: Socket[] = [];
	let n = 0;
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on('error', () => {});
		let rest = Buffer.alloc(0);
		socket.on('data', (chunk: Buffer) => {
			rest = Buffer.concat([rest, chunk]);
			for (let end = rest.indexOf(ending); end >= 0; end = rest.indexOf(ending)) {
				const bytes = Number(/content-length: (\d+)/.exec(rest.toString('latin1', 0, end))?.[1] ?? 0);
				const to = end + ending.length + bytes;
				if (rest.length < to) return;
				void answering(socket, n++, rest.toString('utf8', end + ending.length, to));
				rest = rest.subarray(to);
			}
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
	const connects: boolean[] = [];
	let strays = 0;
	let doubled = 0;
	const events = {
		connect: (isOk: boolean) => void connects.push(isOk),
		stray: (kind?: 'doubled') => {
			strays++;
			if (kind === 'doubled') doubled++;
		},
	};
	const line = new Line({ url: url.href, ...options }, events);
	const head = requestHead(url, 'POST', '/mcp', ['x-name', 'value']);
	const ask = (body = 'hello') =>
		line.answerTo(head, body).then(
			(answer) => `${answer.status} ${answer.body}`,
			(error: unknown) => {
				assert.ok(error instanceof SessionError, String(error));
				return error.why;
			},
		);
	try {
		await run({ line, connects, strays: () => strays, doubled: () => doubled, sockets, ask });
	} finally {
		line.destroy();
		for (const socket of sockets) socket.destroy();
		server.close();
	}
}

const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

function sized(body: string, more = ''): string {
	return `HTTP/1.1 200 OK\r\n${more}content-length: ${Buffer.byteLength(body)}${ending}${body}`;
}

const echo: Answering = (socket, _n, body) => void socket.write(sized(body));

test('answers of equal and of changing heads come one after another over one connection', async () => {
	await serving(echo, async ({ ask, connects }) => {
		const bodies = ['a', 'b', 'c', 'longer', 'longes', 'höllo', 'hüllo', '', '', 'x'];
		for (const body of bodies) assert.equal(await ask(body), `200 ${body}`);
		assert.deepEqual(connects, [true]);
	});
});

test('the same answers when every byte arrives alone', async () => {
	const dribble: Answering = async (socket, _n, body) => {
		for (const byte of Buffer.from(sized(body))) {
			socket.write(Buffer.from([byte]));
			await sleep(0);
		}
	};
	await serving(dribble, async ({ ask }) => {
		for (const body of ['one', 'two', 'höllo']) assert.equal(await ask(body), `200 ${body}`);
	});
});

test('chunked answers, informational ones, empty ones, and one that ends with its connection', async () => {
	const shapes = [
		`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked${ending}3\r\nabc\r\n2\r\nde\r\n0${ending}`,
		`HTTP/1.1 100 Continue${ending}${sized('after')}`,
		`HTTP/1.1 202 Accepted\r\ncontent-length: 0${ending}`,
		`HTTP/1.1 204 No Content${ending}`,
		sized('kept'),
		`HTTP/1.1 200 OK${ending}until the end`,
	];
	const answering: Answering = (socket, n) => {
		socket.write(shapes[n] as string);
		if (n === shapes.length - 1) socket.end();
	};
	await serving(answering, async ({ ask, connects }) => {
		for (const expected of ['200 abcde', '200 after', '202 ', '204 ', '200 kept', '200 until the end']) {
			assert.equal(await ask(), expected);
		}
		assert.deepEqual(connects, [true]);
	});
});

test('requests that come while one is in flight go out in order, each after the answer before', async () => {
	const seen: string[] = [];
	const late: Answering = async (socket, _n, body) => {
		seen.push(body);
		await sleep(5);
		socket.write(sized(body));
	};
	await serving(late, async ({ ask }) => {
		const first = ask('1').then(async (answer) => [answer, await ask('4')]);
		assert.deepEqual(await Promise.all([ask('2'), ask('3'), first]), ['200 2', '200 3', ['200 1', '200 4']]);
		assert.deepEqual(seen, ['1', '2', '3', '4']);
	});
});

test('a server that wants the connection closed gets another one for the next request', async () => {
	const closing: Answering = (socket, _n, body) => void socket.write(sized(body, 'connection: close\r\n'));
	await serving(closing, async ({ ask, connects, sockets }) => {
		assert.equal(await ask('1'), '200 1');
		await once(sockets[0] as Socket, 'close');
		assert.equal(await ask('2'), '200 2');
		assert.deepEqual(connects, [true, true]);
	});
});

test('an idle connection is let go after our time, or the server’s if that is shorter', async () => {
	const hinting: Answering = (socket, _n, body) => void socket.write(sized(body, 'keep-alive: timeout=0\r\n'));
	for (const [answering, idleConnectionMs] of [
		[echo, 20],
		[hinting, 60_000],
	] as const) {
		const run = async ({ ask, sockets, connects }: Scene) => {
			assert.equal(await ask('1'), '200 1');
			await once(sockets[0] as Socket, 'close');
			assert.equal(await ask('2'), '200 2');
			assert.deepEqual(connects, [true, true]);
		};
		await serving(answering, run, { idleConnectionMs });
	}
});

test('a connection that the server ends while it is idle is replaced', async () => {
	await serving(echo, async ({ ask, connects, sockets }) => {
		assert.equal(await ask('1'), '200 1');
		(sockets[0] as Socket).end();
		await once(sockets[0] as Socket, 'close');
		assert.equal(await ask('2'), '200 2');
		assert.deepEqual(connects, [true, true]);
	});
});

const cuts: [what: string, answering: Answering, why: string][] = [
	['a connection that ends before the answer', (socket) => void socket.end(), 'closed'],
	['an answer that is cut', (socket) => void socket.end(sized('whole').slice(0, -2)), 'closed'],
	['a connection that is reset', (socket) => void socket.resetAndDestroy(), 'reset'],
	['what is not HTTP', (socket) => void socket.write('SSH-2.0\r\n\r\n'), 'protocol'],
	[
		'a length below zero',
		(socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nabc'),
		'protocol',
	],
	[
		'a length that is no number',
		(socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0x3\r\n\r\nabc'),
		'protocol',
	],
	[
		'a chunk of a size below zero',
		(socket) => void socket.write(`${chunkedHead}5\r\nabcde\r\n-5\r\nabc\r\n`),
		'protocol',
	],
	['a chunk without a size', (socket) => void socket.write(`${chunkedHead}5\r\nabcde\r\nzz\r\n\r\n`), 'protocol'],
	[
		'trailers without an end',
		(socket) => void socket.write(`${chunkedHead}0\r\n${'x: y\r\n'.repeat(30_000)}`),
		'protocol',
	],
	[
		'a size of a chunk without an end',
		(socket) => void socket.write(`${chunkedHead}${'0'.repeat(200_000)}`),
		'protocol',
	],
	['two different lengths', (socket) => void socket.write(sized('12', 'content-length: 1\r\n')), 'protocol'],
];
for (const [what, answering, why] of cuts) {
	test(`${what} fails as ${why}, and the next request has a connection of its own`, async () => {
		const once: Answering = (socket, n, body) => (n === 0 ? answering(socket, n, body) : echo(socket, n, body));
		await serving(once, async ({ ask, connects }) => {
			assert.equal(await ask('1'), why);
			assert.equal(await ask('2'), '200 2');
			assert.deepEqual(connects, [true, true]);
		});
	});
}

test('an answer that nobody asked for is told as stray and ends the connection, be it at once or later', async () => {
	const twice: Answering = (socket, n, body) => void socket.write(n === 0 ? sized(body) + sized('again') : sized(body));
	await serving(twice, async ({ ask, connects, strays, doubled, sockets }) => {
		assert.equal(await ask('1'), '200 1');
		assert.deepEqual([strays(), doubled()], [1, 1]);
		assert.equal(await ask('2'), '200 2');
		(sockets[1] as Socket).write(sized('2'));
		await once(sockets[1] as Socket, 'close');
		assert.deepEqual([strays(), doubled()], [2, 2]);
		assert.equal(await ask('3'), '200 3');
		assert.deepEqual(connects, [true, true, true]);
	});
});

test('bytes after an answer are nobody’s, however few: the answers stay whole', async () => {
	const trailing: Answering = (socket, _n, body) => void socket.write(`${sized(body)}\r\n`);
	await serving(trailing, async ({ ask, connects, strays, doubled }) => {
		for (const body of ['abc', 'abd', 'abe']) assert.equal(await ask(body), `200 ${body}`);
		assert.deepEqual([strays(), doubled()], [3, 0]);
		assert.deepEqual(connects, [true, true, true]);
	});
});

test('a body in single bytes is put together', async () => {
	const pieces: Answering = (socket, _n, body) =>
		void socket.write(`${chunkedHead}${[...body].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`);
	await serving(pieces, async ({ ask }) => assert.equal(await ask('x'.repeat(5000)), `200 ${'x'.repeat(5000)}`));
});

test('a refused connection fails as refused, and says so', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	server.close();
	await once(server, 'close');
	const connects: boolean[] = [];
	const line = new Line({ url: url.href }, { connect: (isOk) => void connects.push(isOk), stray() {} });
	await assert.rejects(line.answerTo(requestHead(url, 'POST', '/', []), ''), { why: 'refused' });
	assert.deepEqual(connects, [false]);
});

test('what is given up fails for the reason given, with all that waited; a destroyed line takes nothing more', async () => {
	const silent: Answering = () => {};
	await serving(silent, async ({ line, ask }) => {
		const waiting = [ask('1'), ask('2')];
		await sleep(5);
		line.abandon('timeout');
		assert.deepEqual(await Promise.all(waiting), ['timeout', 'timeout']);
		const cut = ask('3');
		line.destroy();
		assert.deepEqual([await cut, await ask('4')], ['aborted', 'aborted']);
	});
});

test('a header that would break the request is refused', () => {
	const url = new URL('http://127.0.0.1/');
	assert.throws(() => requestHead(url, 'POST', '/', ['x', 'a\r\nb: c']), { why: 'protocol' });
	assert.throws(() => requestHead(url, 'POST', '/', ['x y', 'a']), { why: 'protocol' });
});

test('connections come from the source address that the endpoint names', async () => {
	const run = async ({ ask, sockets }: Scene) => {
		assert.equal(await ask('1'), '200 1');
		assert.equal(sockets[0]?.remoteAddress, '127.64.3.2');
	};
	await serving(echo, run, { sourceAddress: '127.64.3.2' });
});
