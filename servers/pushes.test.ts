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
