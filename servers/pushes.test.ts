import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../test/support/folders.ts';
import type { LedgerLine } from './contract.ts';
import { pushKey } from './shared/pusher.ts';
import {
	events,
	next,
	openSession,
	post,
	request,
	type ServerName,
	type Started,
	type StreamEvent,
	start,
	stream,
	until,
} from './testing.ts';

/** Numbered pushes: who gets them, and what the ledger says of them. */

const everyMs = 20;
const prefix = 'io.modelcontextprotocol/';
const envelope = { [`${prefix}protocolVersion`]: '2026-07-28', [`${prefix}clientCapabilities`]: {} };

interface Pushing {
	readonly server: Started;
	readonly path: string;
}

async function pushing(name: ServerName, ...args: string[]): Promise<Pushing> {
	const path = join(temporaryFolder('pushes'), 'ledger.ndjson');
	return { path, server: await start(name, '--ledger', path, '--push-every-ms', String(everyMs), ...args) };
}

function lines<K extends LedgerLine['is']>(path: string, is: K): Extract<LedgerLine, { is: K }>[] {
	const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return whole
		.map((line) => JSON.parse(line) as LedgerLine)
		.filter((line): line is Extract<LedgerLine, { is: K }> => line.is === is);
}

interface Heard {
	readonly key: string;
	readonly number: number;
}

/** The push that an event is; undefined for anything else, as the answer to `initialize`. */
function pushOf({ data }: StreamEvent): Heard | undefined {
	if (!data.startsWith('{')) return undefined;
	return JSON.parse(data).params?._meta?.[pushKey] as Heard | undefined;
}

/** Reads pushes until there are as many. */
async function hear(heard: AsyncGenerator<StreamEvent, void>, count: number): Promise<Heard[]> {
	const pushes: Heard[] = [];
	while (pushes.length < count) {
		const push = pushOf(await next(heard));
		if (push) pushes.push(push);
	}
	return pushes;
}

async function listen(server: Started, name: ServerName): Promise<AsyncGenerator<StreamEvent, void>> {
	if (name.includes('sse')) return events(await fetch(server.url));
	if (name.includes('stateful')) {
		const headers = await openSession(server);
		return events(await fetch(server.url, { headers: { ...headers, ...stream } }));
	}
	const params = { notifications: { toolsListChanged: true }, _meta: envelope };
	const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
	return events(await post(server.url, request(7, 'subscriptions/listen', params), headers));
}

function inOrder(numbers: readonly number[]): boolean {
	return numbers.every((number, n) => n === 0 || number > (numbers[n - 1] as number));
}

const pushers: readonly ServerName[] = [
	'sse',
	'stateful',
	'modern',
	'sdk/sdk1-sse',
	'sdk/sdk1-stateful',
	'sdk/sdk2-sse',
	'sdk/sdk2-stateful',
	'sdk/sdk2-modern',
];

for (const name of pushers) {
	test(`${name} pushes to each client under a name of its own, and all that was emitted arrives`, async () => {
		const { server, path } = await pushing(name);
		await using _ = server;
		const clients = [await listen(server, name), await listen(server, name)];
		const [one = [], other = []] = await Promise.all(clients.map((client) => hear(client, 10)));
		for (const pushes of [one, other]) {
			assert.equal(new Set(pushes.map(({ key }) => key)).size, 1);
			assert.ok(inOrder(pushes.map(({ number }) => number)));
		}
		assert.notEqual(one[0]?.key, other[0]?.key);
		for (const [first, ...more] of [one, other]) {
			const key = first?.key;
			const emitted = lines(path, 'emitted').flatMap((line) => (line.key === key ? [line.number] : []));
			assert.deepEqual(
				[first, ...more].map((push) => push?.number),
				emitted.slice(0, 10),
				'from the first on',
			);
		}
		const ticks = lines(path, 'tick');
		assert.ok(inOrder(ticks.map(({ number }) => number)));
		const off = ticks.filter(({ at, number }) => Math.floor(at / 1000 / everyMs) !== number);
		assert.deepEqual(off, [], 'a number is that of its instant on the machine’s clock');
		for (const client of clients) await client.return();
		await until(async () => (await server.state('state')).openStreams === 0, 'the server knows that they left');
		await sleep(2 * everyMs);
		const [before, ticksBefore] = [lines(path, 'emitted').length, lines(path, 'tick').length];
		await until(() => lines(path, 'tick').length > ticksBefore + 2, 'ticks go on');
		assert.equal(lines(path, 'emitted').length, before, 'nobody is there');
	});
}

test('stateful: a session that has no stream is told nothing, and nothing counts as emitted for it', async () => {
	for (const args of [[], ['--resumable']]) {
		const { server, path } = await pushing('stateful', ...args);
		await using _ = server;
		await openSession(server);
		await until(() => lines(path, 'tick').length > 4, 'ticks go on');
		assert.equal(lines(path, 'emitted').length, 0);
	}
});

test('stateful --resumable: what is pushed while the stream is cut is emitted, kept and replayed', async () => {
	const { server, path } = await pushing('stateful', '--resumable');
	await using _ = server;
	const headers = { ...(await openSession(server)), ...stream };
	const heard = events(await fetch(server.url, { headers }));
	await next(heard);
	const last = await next(heard);
	await heard.return();
	await until(async () => (await server.state('state')).openStreams === 0, 'the server has lost the stream');
	const cut = lines(path, 'tick').length;
	await until(() => lines(path, 'tick').length > cut + 5, 'ticks go on');
	const again = events(await fetch(server.url, { headers: { ...headers, 'Last-Event-ID': last.id ?? '' } }));
	const replayed = (await hear(again, 8)).map(({ number }) => number);
	const emitted = lines(path, 'emitted').map(({ number }) => number);
	const from = emitted.indexOf(pushOf(last)?.number ?? -1) + 1;
	assert.deepEqual(replayed, emitted.slice(from, from + 8));
	const ticks = lines(path, 'tick').map(({ number }) => number);
	const firstTick = ticks.indexOf(emitted[0] ?? -1);
	assert.deepEqual(emitted, ticks.slice(firstTick, firstTick + emitted.length), 'no tick was left out');
});

test('stateless has nobody to push to: there are ticks all the same', async () => {
	const { server, path } = await pushing('stateless');
	await using _ = server;
	await until(() => lines(path, 'tick').length > 2, 'ticks');
	assert.equal(lines(path, 'emitted').length, 0);
});

test('pushes that wait to be told begin then, once; a server that does not wait says so', async () => {
	const { server, path } = await pushing('sse', '--push-when-told');
	await using _ = server;
	const client = await listen(server, 'sse');
	await sleep(5 * everyMs);
	assert.equal(lines(path, 'tick').length, 0);
	await server.state('begin-pushes');
	await server.state('begin-pushes');
	const numbers = (await hear(client, 10)).map(({ number }) => number);
	assert.equal(new Set(numbers).size, numbers.length);
	await using other = (await pushing('sse')).server;
	await assert.rejects(other.state('begin-pushes'), /was not started with --push-when-told/);
});

test('pushes to one go to somebody who is there, to everybody in time, and to the same ones with the same seed', async () => {
	const drawn = async (seed: string): Promise<string> => {
		const { server, path } = await pushing('sse', '--push-when-told', '--push-one-seed', seed);
		await using _ = server;
		const clients = await Promise.all([1, 2, 3, 4].map(() => listen(server, 'sse')));
		await server.state('begin-pushes');
		await until(() => lines(path, 'emitted').length >= 30, 'thirty pushes');
		const emitted = lines(path, 'emitted').slice(0, 30);
		assert.ok(lines(path, 'tick').every(({ to, chosen }) => to === 1 && chosen === true));
		assert.equal(new Set(emitted.map(({ number }) => number)).size, 30, 'one for each number');
		const keys = [...new Set(emitted.map(({ key }) => key))];
		assert.equal(keys.length, clients.length);
		return emitted.map(({ key }) => keys.indexOf(key)).join('');
	};
	const [first, again, other] = await Promise.all(['7', '7', '8'].map(drawn));
	assert.equal(again, first);
	assert.notEqual(other, first);
});

test('when all was handed out is written down after it, with the time that the ledger took', async () => {
	const { server, path } = await pushing('sse');
	await using _ = server;
	await hear(await listen(server, 'sse'), 10);
	const ticks = new Map(lines(path, 'tick').map(({ number, at }) => [number, at]));
	const sent = lines(path, 'sent');
	assert.ok(sent.length >= 9);
	for (const { at, number, toUs, bookUs } of sent) {
		const tickUs = ticks.get(number) ?? Number.NaN;
		assert.ok(tickUs + bookUs <= at && at <= toUs, `${tickUs} + ${bookUs} ≤ ${at} ≤ ${toUs}`);
	}
});

async function changes(server: Started, after?: number): Promise<number[]> {
	const params = { name: 'changes', arguments: after === undefined ? {} : { after } };
	const answer = await post(server.url, request(1, 'tools/call', params));
	return JSON.parse(
		((await answer.json()) as { result: { content: { text: string }[] } }).result.content[0]?.text ?? '',
	);
}

test('stateless: who polls is told what was pushed since, and each number once', async () => {
	const { server, path } = await pushing('stateless');
	await using _ = server;
	let seen: number[] = [];
	await until(async () => {
		seen = [...seen, ...(await changes(server, seen.at(-1)))];
		return seen.length >= 20;
	}, 'twenty pushes');
	const ticks = lines(path, 'tick').map(({ number }) => number);
	assert.deepEqual(seen, ticks.slice(0, seen.length));
	assert.deepEqual((await changes(server)).slice(0, 20), seen.slice(0, 20), 'who has seen nothing is told all');
});

test('a server that pushes nothing has no tool to poll with', async () => {
	await using server = await start('stateless');
	const answer = await post(server.url, request(1, 'tools/call', { name: 'changes', arguments: {} }));
	assert.match(await answer.text(), /Unknown tool: changes/);
});
