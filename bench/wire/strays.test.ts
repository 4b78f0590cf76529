import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { callOnce, type SessionEvents, type StrayKind } from '../model/session.ts';
import { connectTo } from './index.ts';

const call = (said: string) => ({
	id: said,
	seq: 0,
	tool: 'echo',
	arguments: JSON.stringify({ text: said }),
	expect: said,
});

async function until(holds: () => boolean): Promise<void> {
	for (let turns = 0; !holds(); turns++) {
		assert.ok(turns < 1000, 'waited too long');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

test('sse: an answer after its call was given up is late, one after an answer is doubled, one to nothing is neither', async () => {
	let stream: ServerResponse | undefined;
	const asked: number[] = [];
	const say = (id: number, said: string): void => {
		const json = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: said }] } });
		stream?.write(`event: message\ndata: ${json}\n\n`);
	};
	const server = createServer(async (req, res) => {
		if (req.method === 'GET') {
			stream = res.writeHead(200, { 'content-type': 'text/event-stream' });
			res.write('event: endpoint\ndata: /messages\n\n');
			return;
		}
		const { id, method } = JSON.parse(await text(req));
		res.writeHead(202).end();
		if (method === 'initialize') say(id, '');
		else if (method === 'tools/call') asked.push(id);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const strays: (StrayKind | undefined)[] = [];
	const events: SessionEvents = { connect() {}, push() {}, lost() {}, stray: (kind) => void strays.push(kind) };
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`;
	const session = connectTo('sse', { url, stream: true, headers: [] })(events);
	try {
		await session.open();
		const first = callOnce(session, call('a'));
		await until(() => asked.length === 1);
		const [one = 0] = asked;
		session.abandon('timeout');
		await assert.rejects(first, { why: 'timeout' });
		const second = callOnce(session, call('b'));
		await until(() => asked.length === 2);
		const two = asked[1] ?? 0;
		say(one, 'a');
		say(one, 'a');
		say(two, 'b');
		say(two, 'b');
		say(999, 'x');
		assert.ok(await second);
		await until(() => strays.length === 4);
		assert.deepEqual(strays, ['late', 'doubled', 'doubled', undefined]);
	} finally {
		session.destroy();
		server.closeAllConnections();
		server.close();
	}
});
