import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { call as callMessage, openSession, post, type Started, start, until, within } from '../../servers/testing.ts';
import { listening, relayTo } from '../../test/support/loopback.ts';
import {
	type Connect,
	callOnce,
	type Failure,
	type ResumeToken,
	type Session,
	SessionError,
	type SessionEvents,
} from '../model/session.ts';
import { connectTo, type Endpoint } from './index.ts';

/** One client over several lives, and what it heard in all of them. */
class Client {
	pushes = 0;
	readonly lost: Failure[] = [];
	session: Session | undefined;
	readonly #connect: Connect;

	constructor(url: string, options: Partial<Endpoint> = {}) {
		this.#connect = connectTo('stateful', { url, stream: true, headers: [], ...options });
	}

	/** Begins a life with what the one before left, or with another token. @returns whether it had to initialize */
	async live(token: ResumeToken | undefined = this.session?.resumeToken): Promise<boolean> {
		const events: SessionEvents = {
			connect() {},
			push: () => void this.pushes++,
			stray() {},
			lost: (why) => void this.lost.push(why),
		};
		const session = this.#connect(events, token);
		this.session?.destroy();
		this.session = session;
		await within(session.open(), 'open');
		return session.initialized;
	}

	[Symbol.dispose](): void {
		this.session?.destroy();
	}
}

/** A server that keeps what streams missed, and how to make it push. */
async function pushing(): Promise<{ server: Started; push: (count: number) => Promise<void> }> {
	const server = await start('stateful', '--resumable', '--retry-ms', '40', '--tools', 'conformance');
	const headers = await openSession(server);
	const push = async (count: number) => {
		for (let n = 0; n < count; n++) {
			await (await post(server.url, callMessage(1, 'test_trigger_tool_change', {}), headers)).text();
		}
	};
	return { server, push };
}

for (const resume of [true, false]) {
	test(`stateful: pushes while the stream is cut ${resume ? 'arrive once it is resumed, each once' : 'are lost to a client that does not resume'}`, async () => {
		const { server, push } = await pushing();
		await using _ = server;
		using relay = await relayTo(server.url);
		using client = new Client(relay.url, { resume });
		assert.equal(await client.live(), true);
		let expected = 0;
		// The third life hears nothing of its own: it hands on what it was handed.
		for (const [heard, missed] of [
			[3, 4],
			[0, 0],
			[0, 4],
		] as const) {
			await push(heard);
			expected += heard;
			await until(() => client.pushes === expected, 'what was pushed before');
			relay.cut();
			await until(() => client.lost.length > 0, 'the loss');
			assert.deepEqual(client.lost.splice(0), ['closed']);
			await until(async () => (await server.state('state')).openStreams === 0, 'the server sees the stream end');
			await push(missed);
			assert.equal(await client.live(), false, 'the session is the same');
			expected += resume ? missed : 0;
			await until(() => client.pushes >= expected, 'what was missed');
		}
		await push(2);
		await until(() => client.pushes >= expected + 2, 'what came afterwards');
		await wait(50);
		assert.equal(client.pushes, expected + 2, 'nothing twice');
	});
}

test('stateful: the stream says how long to wait before it is asked for again', async () => {
	const { server } = await pushing();
	await using _ = server;
	using client = new Client(server.url);
	await client.live();
	await until(() => client.session?.retryMs === 40, 'retry');
});

test('stateful: where what followed an event is no longer kept, or the id is none, the stream is taken up as it is', async () => {
	const { server, push } = await pushing();
	await using _ = server;
	using client = new Client(server.url);
	await client.live();
	const sessionId = client.session?.resumeToken?.sessionId ?? '';
	for (const lastEventId of ['77-1', 'nonsense', 'with\nbreak', 'x'.repeat(5000), '']) {
		client.session?.destroy();
		await until(async () => (await server.state('state')).openStreams === 0, 'the server sees the stream end');
		assert.equal(await client.live({ sessionId, lastEventId }), false, lastEventId);
		const before = client.pushes;
		await push(1);
		await until(() => client.pushes === before + 1, 'a push');
	}
});

interface Asked {
	readonly method: string;
	readonly lastEventId: string | undefined;
	readonly version: string | undefined;
	readonly rpc: string | undefined;
}

/** A server of revision 2025-06-18 that notes what it was asked, and answers all but openings with a status. */
async function noting(status: number): Promise<{ url: string; asked: Asked[] } & Disposable> {
	const asked: Asked[] = [];
	const server = createServer(async (req, res) => {
		const rpc = req.method === 'POST' ? (JSON.parse(await text(req)) as { id?: number; method: string }) : undefined;
		const header = (name: string) => req.headers[name] as string | undefined;
		const [lastEventId, version] = [header('last-event-id'), header('mcp-protocol-version')];
		asked.push({ method: req.method ?? '', lastEventId, version, rpc: rpc?.method });
		if (rpc?.method === 'initialize') {
			const result = { protocolVersion: '2025-06-18' };
			res.setHeader('mcp-session-id', 'abc').setHeader('content-type', 'application/json');
			res.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result }));
		} else if (rpc?.method === 'notifications/initialized') res.writeHead(202).end();
		else res.writeHead(status).end();
	});
	const port = await listening(server);
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { url: `http://127.0.0.1:${port}/mcp`, asked, [Symbol.dispose]: close };
}

const token = { sessionId: 'old', version: '2025-06-18', lastEventId: '5-5' };
const echo = { id: 'x', seq: 0, tool: 'echo', arguments: '{"text":"x"}' };

test('stateful: a refused resume is asked once more without the id where the server says 400, and no other status is', async () => {
	for (const [status, ids, why] of [
		[400, ['5-5', undefined], 'http-status'],
		[409, ['5-5'], 'http-status'],
		[503, ['5-5'], 'http-status'],
	] as const) {
		using server = await noting(status);
		using client = new Client(server.url);
		await assert.rejects(client.live(token), { why, status });
		assert.deepEqual(
			server.asked.map(({ lastEventId }) => lastEventId),
			ids,
		);
		assert.ok(server.asked.every(({ method, version }) => method === 'GET' && version === '2025-06-18'));
		assert.equal(client.session?.resumeToken?.lastEventId, status === 400 ? undefined : '5-5');
	}
});

test('stateful: a client that never begins anew gets 404 for its stream and for every call, and is told so each time', async () => {
	using server = await noting(404);
	using client = new Client(server.url, { reinitializes: false });
	await assert.rejects(client.live(token), { why: 'session-unknown', status: 404 });
	for (let n = 0; n < 2; n++) {
		const call = callOnce(client.session as Session, echo);
		await assert.rejects(call, (error) => error instanceof SessionError && error.why === 'session-unknown');
	}
	assert.deepEqual(client.lost, []);
	assert.ok(server.asked.every(({ rpc }) => rpc !== 'initialize'));
	using streamless = new Client(server.url, { reinitializes: false, stream: false });
	await streamless.live();
	for (let n = 0; n < 2; n++) await assert.rejects(callOnce(streamless.session as Session, echo), { status: 404 });
	assert.deepEqual(streamless.lost, ['session-unknown'], 'without a stream the session itself is lost, once');
});

test('a call that fails by an answer carries its status; one that fails otherwise has none', async () => {
	for (const transport of ['stateless', 'modern'] as const) {
		using server = await noting(502);
		const silent = { connect() {}, push() {}, stray() {}, lost() {} };
		const session = connectTo(transport, { url: server.url, stream: false, headers: [] })(silent);
		await session.open().catch((error) => assert.equal(error.status, 502));
		await assert.rejects(callOnce(session, echo), { why: 'http-status', status: 502 });
		session.destroy();
		await assert.rejects(callOnce(session, echo), { why: 'aborted', status: undefined });
	}
});
