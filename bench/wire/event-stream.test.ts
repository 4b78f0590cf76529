import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { until, within } from '../../servers/testing.ts';
import { rawServer } from '../../test/support/loopback.ts';
import type { Failure } from '../model/session.ts';
import { Channel } from './channel.ts';
import type { Endpoint } from './endpoint.ts';
import { EventStream } from './event-stream.ts';
import { Line, requestHead } from './line.ts';

type Care = Partial<Pick<Endpoint, 'tcpKeepAliveMs' | 'silenceMs' | 'sourceAddress'>>;

/** Holds a stream of a server that sends this head and then does as told. */
async function held(head: string, then: (socket: Socket) => void, care: Care = {}) {
	const server = await rawServer((socket) => {
		socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${head}\r\n`);
		setTimeout(() => then(socket), 20);
	});
	const channel = new Channel({ url: server.url, ...care }, { connect() {} });
	const seen: string[] = [];
	const over = Promise.withResolvers<Failure>();
	const stream = new EventStream(
		{ started: () => true, event: ({ data }) => void seen.push(data), ended: (why) => over.resolve(why) },
		care.silenceMs,
	);
	channel.send({ method: 'GET', path: '/' }, stream);
	const dispose = () => {
		channel.destroy();
		server[Symbol.dispose]();
	};
	return { stream, seen, server, ended: over.promise, [Symbol.dispose]: dispose };
}

const chunked = 'transfer-encoding: chunked\r\n';
const last = 'connection: close\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const goodbye = '0\r\n\r\n';
const reset = (socket: Socket) => socket.resetAndDestroy();

const ends: [what: string, head: string, then: (socket: Socket) => void, why: Failure][] = [
	['the end of a chunked body', chunked, (socket) => socket.write(goodbye), 'ended'],
	['the end of a chunked body, and of the connection', chunked + last, (socket) => socket.end(goodbye), 'ended'],
	['the end of a body of known length', 'content-length: 2\r\n', (socket) => socket.write('\n\n'), 'ended'],
	['a FIN between chunks', chunked, (socket) => socket.end(chunk('data: a\n\n')), 'closed'],
	['a FIN between chunks of a last answer', chunked + last, (socket) => socket.end(chunk('data: a\n\n')), 'closed'],
	['a FIN within a body of known length', 'content-length: 9\r\n', (socket) => socket.end('\n'), 'closed'],
	['a FIN within a last body of known length', `content-length: 9\r\n${last}`, (socket) => socket.end('\n'), 'closed'],
	['a FIN that is all the end there is', '', (socket) => socket.end('\n'), 'closed'],
	['a RST', chunked, reset, 'reset'],
	['a RST within a body of known length', 'content-length: 9\r\n', reset, 'reset'],
];

test('how a held stream ended: by a proper end, by a FIN without one, or by a RST', async () => {
	for (const [what, head, then, why] of ends) {
		using scene = await held(head, then);
		assert.equal(await within(scene.ended, what), why, what);
	}
});

test('the last id and retry of a stream are known, whether or not they came with an event; an empty id takes it back', async () => {
	const said = [
		['retry: 40\n\n', { retryMs: 40 }],
		['id: 1-1\ndata: b\n\n', { retryMs: 40, lastEventId: '1-1' }],
		['id: 1-2\n\n', { retryMs: 40, lastEventId: '1-2' }],
		['id: 1-3\ndata: half an event\nretry: soon\nretry: 50\n', { retryMs: 50, lastEventId: '1-2' }],
		['\n', { retryMs: 50, lastEventId: '1-3' }],
		['id\ndata: c\n\n', { retryMs: 50, lastEventId: '' }],
	] as const;
	using scene = await held(chunked, (socket) => socket.write(chunk('data: a\n\n')));
	const { stream, seen, server } = scene;
	await until(() => seen.length === 1, 'an event');
	assert.equal(stream.return, undefined);
	for (const [text, expected] of said) {
		server.sockets[0]?.write(chunk(text));
		await until(() => isDeepStrictEqual(stream.return, expected), text);
	}
	assert.deepEqual(seen, ['a', 'b', 'half an event', 'c']);
});

test('a stream on which nothing comes is given up; comments are heard', async () => {
	let comments: NodeJS.Timeout | undefined;
	const silenceMs = 1000;
	using scene = await held(
		chunked,
		(socket) => {
			comments = setInterval(() => socket.write(chunk(':\n\n')), silenceMs / 10);
		},
		{ silenceMs },
	);
	const early = await Promise.race([scene.ended, wait(2 * silenceMs, 'still held')]);
	assert.equal(early, 'still held');
	clearInterval(comments);
	assert.equal(await within(scene.ended, 'the end'), 'silent');
});

/** The timer of the client's end of a connection, as the kernel shows it: its kind, and in how many hundredths of a second. */
function timerOf({ remotePort = 0, localPort = 0 }: Socket): { kind: string; in10Ms: number } {
	const [client, server] = [remotePort, localPort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
	const row = readFileSync('/proc/net/tcp', 'utf8')
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.find(([, local, remote]) => local?.endsWith(`:${client}`) && remote?.endsWith(`:${server}`));
	const [kind = '', when = ''] = row?.[5]?.split(':') ?? [];
	return { kind, in10Ms: Number.parseInt(when, 16) };
}

/** What the kernel has under `02`. */
const keepAlive = '02';

test('TCP probes silent connections as the endpoint says: after its time, or never', async () => {
	for (const [care, expectedMs] of [
		[{ tcpKeepAliveMs: 7000 }, 7000],
		[{ tcpKeepAliveMs: 100 }, 1000],
		[{ tcpKeepAliveMs: 0 }, undefined],
		[{ tcpKeepAliveMs: 7000, sourceAddress: '127.64.0.9' }, 7000],
		[{ sourceAddress: '127.64.0.9' }, undefined],
	] as const) {
		using stream = await held(chunked, () => {}, care);
		using server = await rawServer((socket) => socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n'));
		const line = new Line({ url: server.url, ...care }, { connect() {}, stray() {} });
		await line.answerTo(requestHead(new URL(server.url), 'POST', '/', []), '');
		await until(() => stream.server.sockets.length === 1, 'a connection');
		await wait(50);
		for (const { sockets } of [stream.server, server]) {
			const { kind, in10Ms } = timerOf(sockets[0] as Socket);
			if (expectedMs === undefined) assert.notEqual(kind, keepAlive, JSON.stringify(care));
			else assert.deepEqual([kind, in10Ms * 10 <= expectedMs], [keepAlive, true], JSON.stringify([care, in10Ms]));
		}
		line.destroy();
	}
});

test('a goodbye on a connection for calls is told: Connection: close, and not the mere end of an answer', async () => {
	for (const [head, said] of [
		['HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close', 1],
		['HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nConnection: foo, Close', 1],
		['HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive', 0],
		['HTTP/1.1 200 OK', 0],
		['HTTP/1.0 200 OK\r\ncontent-length: 2', 0],
	] as const) {
		using server = await rawServer((socket) => socket.end(`${head}\r\n\r\nok`));
		let told = 0;
		const line = new Line({ url: server.url }, { connect() {}, stray() {}, closing: () => void told++ });
		const answer = await line.answerTo(requestHead(new URL(server.url), 'POST', '/', []), '');
		assert.deepEqual([answer.body, told], ['ok', said], head);
		line.destroy();
	}
});
