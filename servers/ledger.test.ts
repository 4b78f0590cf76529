import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../test/support/folders.ts';
import type { LedgerLine } from './contract.ts';
import { sdkServers } from './sdk/index.ts';
import { monotonicUs } from './shared/clock.ts';
import {
	call,
	events,
	initialized,
	launch,
	next,
	openSession,
	post,
	type ServerName,
	type Started,
	start,
	until,
} from './testing.ts';

/** What servers write down: what ran, with every line before its answer. */

const prefix = 'io.modelcontextprotocol/';
const envelope = { [`${prefix}protocolVersion`]: '2026-07-28', [`${prefix}clientCapabilities`]: {} };

const sdkNames = Object.keys(sdkServers).map((name) => `sdk/${name}` as ServerName);
const all: readonly ServerName[] = ['sse', 'stateful', 'stateless', 'modern', ...sdkNames];
const ledgerPath = (): string => join(temporaryFolder('ledger'), 'ledger.ndjson');

function linesOf(path: string): LedgerLine[] {
	const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
	return whole.map((line) => JSON.parse(line) as LedgerLine);
}

function ranIn(path: string): string[] {
	return linesOf(path).flatMap((line) => (line.is === 'ran' ? [`${line.callId} ${line.stage}`] : []));
}

type Echo = (text: string, more?: object) => Promise<string>;

/** A client of any server that calls `echo`, with as many calls at once as it is asked for. */
async function caller(server: Started, name: ServerName): Promise<Echo> {
	let last = 0;
	if (name.includes('sse')) {
		const heard = events(await fetch(server.url));
		const url = new URL((await next(heard)).data, server.url).href;
		const waiting = new Map<unknown, (text: string) => void>();
		void (async () => {
			for await (const { data } of heard) {
				const { id, result } = JSON.parse(data);
				waiting.get(id)?.(result.content[0].text);
			}
		})().catch(() => undefined);
		return async (text, more) => {
			const id = ++last;
			const answered = new Promise<string>((resolve) => waiting.set(id, resolve));
			await (await post(url, call(id, 'echo', { text, ...more }))).text();
			return answered;
		};
	}
	const modern = name.includes('modern');
	const headers = modern
		? { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'echo' }
		: name.includes('stateful')
			? await openSession(server)
			: {};
	if (name.includes('stateful')) await (await post(server.url, initialized, headers)).text();
	return async (text, more) => {
		const asked = call(++last, 'echo', { text, ...more }, modern ? envelope : undefined);
		const { result } = (await (await post(server.url, asked, headers)).json()) as {
			result: { content: { text: string }[] };
		};
		return result.content[0]?.text ?? '';
	};
}

for (const name of all) {
	test(`${name} writes down which calls of echo ran, slow ones when they began and when they had run`, async () => {
		const path = ledgerPath();
		const originUs = monotonicUs();
		await using server = await start(name, '--ledger', path, '--ledger-origin-us', String(originUs));
		const echo = await caller(server, name);
		assert.equal(await echo('0-1'), '0-1');
		assert.deepEqual(ranIn(path), ['0-1 done']);
		const slow = echo('0-2', { afterMs: 400 });
		await until(() => ranIn(path).length >= 2, 'the slow call has begun');
		assert.equal(await echo('0-3'), '0-3');
		assert.equal(await slow, '0-2');
		const ran = ranIn(path);
		assert.deepEqual(ran.toSorted(), ['0-1 done', '0-2 begun', '0-2 done', '0-3 done']);
		assert.deepEqual(ran.slice(0, 2), ['0-1 done', '0-2 begun']);
		assert.equal(await echo('x'.repeat(1000)), 'x'.repeat(1000));
		assert.equal(linesOf(path).length, 4, 'a text that can be no id is not kept');
		const instants = linesOf(path).map(({ at }) => at);
		assert.deepEqual(
			instants,
			instants.toSorted((a, b) => a - b),
		);
		assert.ok((instants[0] ?? 0) > 0 && (instants.at(-1) ?? 0) <= monotonicUs() - originUs);
		assert.ok(linesOf(path).every(({ pid }) => pid === server.child.pid));
	});
}

test('a cancelled call has begun, is stopped, and is never done', async () => {
	const path = ledgerPath();
	await using server = await start('sse', '--ledger', path);
	const heard = events(await fetch(server.url));
	const url = new URL((await next(heard)).data, server.url).href;
	await post(url, call(1, 'echo', { text: '0-1', afterMs: 1000 }));
	await until(() => ranIn(path).length === 1, 'the call has begun');
	await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	// One that begins later and takes as long: when it has run, the other would have.
	await post(url, call(2, 'echo', { text: '0-2', afterMs: 1000 }));
	await until(() => ranIn(path).includes('0-2 done'), 'the later call has run');
	assert.deepEqual(ranIn(path), ['0-1 begun', '0-1 stopped', '0-2 begun', '0-2 done']);
});

for (const name of ['stateless', 'sse', 'sdk/sdk2-stateful'] as const) {
	test(`${name} killed amid calls: its ledger holds every call that was answered`, async () => {
		const path = ledgerPath();
		await using server = await start(name, '--ledger', path);
		const answered: string[] = [];
		let begun = 0;
		const load = async (client: number): Promise<void> => {
			const echo = await caller(server, name);
			for (let n = 0; ; n++) {
				begun++;
				answered.push(await echo(`${client}-${n}`));
			}
		};
		const loads = Promise.allSettled(Array.from({ length: 8 }, (_, client) => load(client)));
		await until(() => answered.length >= 400, 'calls go on');
		server.child.kill('SIGKILL');
		await server.exited();
		// On a stream that was cut, who waits for an answer waits for ever.
		if (name !== 'sse') await loads;
		await sleep(20);
		const held = new Set(ranIn(path));
		assert.deepEqual(
			answered.filter((id) => !held.has(`${id} done`)),
			[],
		);
		assert.ok(held.size <= begun, `${held.size} ran of ${begun}`);
	});
}

test('a server never writes into the ledger of another: its own gets a number', async () => {
	const path = ledgerPath();
	for (const text of ['0-1', '0-2', '0-3']) {
		await using server = await start('stateless', '--ledger', path);
		await (await caller(server, 'stateless'))(text);
	}
	const second = path.replace('.ndjson', '.2.ndjson');
	const third = path.replace('.ndjson', '.3.ndjson');
	assert.deepEqual([path, second, third].flatMap(ranIn), ['0-1 done', '0-2 done', '0-3 done']);
});

test('a ledger that cannot be made is one sentence and exit 2; without the flag there is none', async () => {
	const folder = temporaryFolder('ledger');
	const refused = launch('sse.ts', '--ledger', join(folder, 'missing', 'x.ndjson'));
	assert.equal(await refused.exited(), 2);
	assert.match(refused.said.err, /^node servers\/sse\.ts: --ledger .* cannot be made \(ENOENT\); give a file .*\.\n$/);
	await using server = await start('stateless');
	await (await caller(server, 'stateless'))('0-1');
	assert.equal(existsSync(join(folder, 'ledger.ndjson')), false);
});
