import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { callOnce, type Failure, outcomeOf, type Session, SessionError } from '../model/session.ts';
import type { Transport } from '../model/transport.ts';
import { connectTo } from './index.ts';

interface Rpc {
	id?: number;
	method?: string;
	params?: { arguments?: { text: string } };
}
type Answer = (req: IncomingMessage, res: ServerResponse, rpc: Rpc) => void;

/** A server that initializes like any other and answers calls as the test says. */
async function serve(answer: Answer, run: (url: string, seen: Rpc[]) => Promise<void>): Promise<void> {
	const seen: Rpc[] = [];
	const server = createServer(async (req, res) => {
		const rpc = req.method === 'POST' ? (JSON.parse(await text(req)) as Rpc) : {};
		seen.push(rpc);
		if (rpc.method === 'initialize') {
			res.setHeader('mcp-session-id', 'abc');
			res.setHeader('content-type', 'application/json');
			res.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: { protocolVersion: '2025-11-25' } }));
		} else if (rpc.method === 'server/discover') {
			res.setHeader('content-type', 'application/json');
			res.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: { supportedVersions: ['2026-07-28'] } }));
		} else if (rpc.method === 'notifications/initialized') res.writeHead(202).end();
		else answer(req, res, rpc);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, seen);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

const lost: Failure[] = [];
let strays = 0;
const pushes: string[] = [];
function sessionOn(transport: Transport, url: string, stream = false, sessionId?: string): Session {
	lost.length = 0;
	pushes.length = 0;
	strays = 0;
	const events = {
		connect() {},
		push: ({ method }: { method: string }) => void pushes.push(method),
		stray: () => void strays++,
		lost: (why: Failure) => void lost.push(why),
	};
	return connectTo(transport, { url, stream, headers: [] })(
		events,
		sessionId === undefined ? undefined : { sessionId },
	);
}

async function whyOf(call: Promise<unknown>): Promise<Failure | 'ok'> {
	try {
		await call;
		return 'ok';
	} catch (error) {
		assert.ok(error instanceof SessionError, String(error));
		return error.why;
	}
}

function echo(rpc: Rpc, id: unknown = rpc.id, said = rpc.params?.arguments?.text): string {
	return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: said }] } });
}

const json = { 'content-type': 'application/json' };
const callOf = (said: string) => ({
	id: said,
	seq: 0,
	tool: 'echo',
	arguments: JSON.stringify({ text: said }),
	expect: said,
});
const call = callOf('höllo');

const answers: [what: string, answer: Answer, why: Failure | 'ok'][] = [
	['a right answer', (_q, res, rpc) => res.writeHead(200, json).end(echo(rpc)), 'ok'],
	['another id', (_q, res, rpc) => res.writeHead(200, json).end(echo(rpc, 999)), 'wrong-answer'],
	['another content', (_q, res, rpc) => res.writeHead(200, json).end(echo(rpc, rpc.id, 'no')), 'wrong-answer'],
	[
		'an error',
		(_q, res, rpc) =>
			res.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, error: { code: -1, message: 'x' } })),
		'rpc-error',
	],
	[
		'an error that is null beside a result',
		(_q, res, rpc) => res.writeHead(200, json).end(echo(rpc).replace('{', '{"error":null,')),
		'ok',
	],
	[
		'an id that is an object',
		(_q, res, rpc) => res.writeHead(200, json).end(echo(rpc, { toString: 1 })),
		'wrong-answer',
	],
	[
		'a result marked isError',
		(_q, res, rpc) =>
			res
				.writeHead(200, json)
				.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: { isError: true, content: [] } })),
		'rpc-error',
	],
	['HTML', (_q, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'protocol'],
	['500', (_q, res) => res.writeHead(500).end(), 'http-status'],
	['a reset', (req) => req.socket.resetAndDestroy(), 'reset'],
	['a close before the answer', (req) => req.socket.destroy(), 'closed'],
	[
		'a close within the answer',
		(req, res) => {
			res.writeHead(200, { ...json, 'content-length': 500 }).write('{"json');
			setTimeout(() => req.socket.destroy(), 20);
		},
		'closed',
	],
	[
		'an event stream with a notification',
		(_q, res, rpc) =>
			res
				.writeHead(200, { 'content-type': 'text/event-stream' })
				.end(`data: {"jsonrpc":"2.0","method":"notifications/message"}\n\ndata: ${echo(rpc)}\n\n`),
		'ok',
	],
	[
		'an event stream without the answer',
		(_q, res) =>
			res.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"jsonrpc":"2.0","method":"x"}\n\n'),
		'protocol',
	],
];

for (const transport of ['stateless', 'stateful', 'modern'] as const) {
	test(`${transport}: what a call becomes, by what the server does`, async () => {
		for (const [what, answer, why] of answers) {
			await serve(answer, async (url) => {
				const session = sessionOn(transport, url);
				await session.open();
				assert.equal(await whyOf(callOnce(session, call)), why, what);
				if (what.includes('notification')) assert.deepEqual(pushes, ['notifications/message']);
				session.destroy();
			});
		}
	});
}

test('a port where nothing listens is a certain failure; a cut connection leaves the call unknown', async () => {
	const session = sessionOn('modern', 'http://127.0.0.1:1/mcp');
	const why = await whyOf(session.open());
	session.destroy();
	assert.equal(why, 'refused');
	assert.deepEqual(outcomeOf('refused'), { is: 'failed', why: 'refused' });
	assert.deepEqual(outcomeOf('closed'), { is: 'unknown', why: 'closed' });
});

test('stateful: 404 for the session is told once, and the next life initializes anew', async () => {
	await serve(
		(_q, res) => res.writeHead(404).end(),
		async (url, seen) => {
			const session = sessionOn('stateful', url);
			await session.open();
			assert.equal(await whyOf(callOnce(session, call)), 'session-unknown');
			assert.deepEqual(lost, ['session-unknown']);
			assert.equal(session.resumeToken, undefined);
			session.destroy();
			assert.equal(seen.filter(({ method }) => method === 'initialize').length, 1);
		},
	);
});

test('stateful: a lost stream is asked for again before anything is initialized', async () => {
	for (const [status, initialized] of [
		[200, false],
		[404, true],
	] as const) {
		let gets = 0;
		const answer: Answer = (req, res) => {
			if (req.method === 'GET' && gets++ === 0 && status === 404) res.writeHead(404).end();
			else res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
		};
		await serve(answer, async (url) => {
			const session = sessionOn('stateful', url, true, 'old-token');
			await session.open();
			assert.equal(session.initialized, initialized);
			session.destroy();
		});
	}
});

/** An SSE server whose answers the test writes. */
async function serveSse(
	reply: (stream: ServerResponse, rpc: Rpc) => void,
	run: (url: string) => Promise<void>,
): Promise<void> {
	let stream: ServerResponse | undefined;
	const server = createServer(async (req, res) => {
		if (req.method === 'GET') {
			stream = res;
			res
				.writeHead(200, { 'content-type': 'text/event-stream' })
				.write('event: endpoint\ndata: /messages?sessionId=1\n\n');
			return;
		}
		const rpc = JSON.parse(await text(req)) as Rpc;
		res.writeHead(202).end();
		if (!stream) return;
		if (rpc.method === 'initialize')
			stream.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: {} })}\n\n`);
		else if (rpc.method === 'tools/call') reply(stream, rpc);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

test('sse: a doubled answer is a stray, and the next call is not taken in by it', async () => {
	const reply = (stream: ServerResponse, rpc: Rpc) => stream.write(`data: ${echo(rpc)}\n\ndata: ${echo(rpc)}\n\n`);
	await serveSse(reply, async (url) => {
		const session = sessionOn('sse', url);
		await session.open();
		for (const said of ['a', 'b', 'c']) assert.equal(await whyOf(callOnce(session, callOf(said))), 'ok');
		assert.equal(strays, 3);
		session.destroy();
	});
});

test('sse: an id that was never sent, and events split in the middle of a character', async () => {
	await serveSse(
		(stream, rpc) => stream.write(`data: ${echo(rpc, 12345)}\n\n`),
		async (url) => {
			const session = sessionOn('sse', url);
			await session.open();
			assert.equal(await whyOf(callOnce(session, call)), 'wrong-answer');
			session.destroy();
		},
	);
	const split = (stream: ServerResponse, rpc: Rpc) => {
		const bytes = Buffer.from(`data: ${echo(rpc)}\n\n`);
		const at = bytes.indexOf('ö') + 1;
		stream.write(bytes.subarray(0, at));
		setTimeout(() => stream.write(bytes.subarray(at)), 20);
	};
	await serveSse(split, async (url) => {
		const session = sessionOn('sse', url);
		await session.open();
		assert.equal(await whyOf(callOnce(session, call)), 'ok');
		session.destroy();
	});
});

test('sse: the end of the stream is the end of the session and of the call in flight', async () => {
	await serveSse(
		(stream) => stream.destroy(),
		async (url) => {
			const session = sessionOn('sse', url);
			await session.open();
			assert.equal(await whyOf(callOnce(session, call)), 'closed');
			assert.deepEqual(lost, ['closed']);
			assert.equal(await whyOf(callOnce(session, call)), 'no-session');
			session.destroy();
		},
	);
});

test('a call that is given up fails with the reason, and a session that is destroyed tells of no loss', async () => {
	await serve(
		() => {},
		async (url) => {
			const session = sessionOn('stateless', url);
			await session.open();
			const given = whyOf(callOnce(session, call));
			setTimeout(() => session.abandon('timeout'), 20);
			assert.equal(await given, 'timeout');
			session.destroy();
			assert.deepEqual(lost, []);
		},
	);
});
