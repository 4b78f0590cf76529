import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { handshake, launch, post, start, stream, until } from './testing.ts';

/** What stands before a server that web pages ask: logs, CORS, tickets. */

const page = 'http://127.0.0.1:8080';

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'front-'));
	await run(folder).finally(() => rm(folder, { recursive: true }));
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

test('--access-log: one line per answer in the format combined, a stream’s when it is over; no header but two', () =>
	inFolder(async (folder) => {
		const log = join(folder, 'access.log');
		await using server = await start('sse', '--access-log', log);
		const held = await fetch(`${server.url}?token=secret-a`, {
			headers: { ...stream, Authorization: 'Bearer secret-b' },
		});
		const missing = new URL('/nothing', server.url);
		const odd = { Referer: 'http://127.0.0.1/"\\', 'User-Agent': 'a test' };
		assert.equal((await fetch(missing, { headers: odd })).status, 404);
		await until(() => linesOf(log).length === 1, 'a line for the answer that is over');
		await held.body?.cancel();
		await until(() => linesOf(log).length === 2, 'a line for the stream');
		const [first = '', second = ''] = linesOf(log);
		const time = String.raw`\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} \+0000\]`;
		assert.match(
			first,
			new RegExp(
				String.raw`^127\.0\.0\.1 - - ${time} "GET /nothing HTTP/1\.1" 404 - "http://127\.0\.0\.1/\\x22\\x5C" "a test"$`,
			),
		);
		assert.match(second, / "GET \/sse\?token=secret-a HTTP\/1\.1" 200 - "-" /);
		assert.ok(!readFileSync(log, 'utf8').includes('secret-b'));
	}));

test('--request-log: every request with all headers that came, for nobody else to read', () =>
	inFolder(async (folder) => {
		const log = join(folder, 'requests.ndjson');
		await using server = await start('stateless', '--request-log', log);
		await post(server.url, handshake(), { Authorization: 'Bearer secret', Cookie: 'a=1; b=2' });
		const [line] = linesOf(log).map((text) => JSON.parse(text));
		assert.deepEqual([line.method, line.url], ['POST', '/mcp']);
		assert.deepEqual([line.headers.authorization, line.headers.cookie], ['Bearer secret', 'a=1; b=2']);
		assert.equal(statSync(log).mode & 0o077, 0);
	}));

test('--cors: pages of this origin may read, with credentials; those of another may not, and without the flag none', async () => {
	const preflight = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' };
	const allowed = async (url: string, origin: string): Promise<(string | number | null)[]> => {
		const answer = await fetch(url, { method: 'OPTIONS', headers: { Origin: origin, ...preflight } });
		const of = (name: string) => answer.headers.get(`access-control-allow-${name}`);
		return [answer.status, of('origin'), of('headers'), of('credentials')];
	};
	const refused = [405, null, null, null];
	await using one = await start('stateful', '--cors', page);
	assert.deepEqual(await allowed(one.url, page), [204, page, 'authorization', 'true']);
	assert.deepEqual(await allowed(one.url, 'http://localhost:8080'), refused);
	const opened = await post(one.url, handshake(), { Origin: page });
	assert.equal(opened.headers.get('access-control-allow-origin'), page);
	assert.match(opened.headers.get('access-control-expose-headers') ?? '', /Mcp-Session-Id/);
	await using any = await start('stateful', '--cors', 'loopback');
	assert.equal((await allowed(any.url, 'http://localhost:8080'))[0], 204);
	assert.deepEqual(await allowed(any.url, 'http://example.org'), [403, null, null, null]);
	await using none = await start('stateful');
	assert.deepEqual(await allowed(none.url, page), refused);
});

test('--tickets: a token is exchanged for a ticket, which is good once', async () => {
	await using server = await start('sse', '--tickets');
	const desk = new URL('/tickets', server.url);
	assert.equal((await fetch(desk, { method: 'POST' })).status, 401);
	const answer = await fetch(desk, { method: 'POST', headers: { Authorization: 'Bearer secret' } });
	const { ticket } = (await answer.json()) as { ticket: string };
	assert.equal(answer.status, 201);
	const use = async (url: string): Promise<number> => {
		const opened = await fetch(url, { headers: stream });
		await opened.body?.cancel();
		return opened.status;
	};
	assert.equal(await use(`${server.url}?ticket=unknown`), 401);
	assert.equal(await use(`${server.url}?ticket=${ticket}`), 200);
	assert.equal(await use(`${server.url}?ticket=${ticket}`), 401);
	assert.equal(await use(server.url), 200, 'whoever has no ticket is asked for none');
});

test('a log that cannot be made and an origin that is none are one sentence each', async () => {
	for (const [args, said] of [
		[['--access-log', '/nowhere/a'], /--access-log \/nowhere\/a cannot be made \(ENOENT\)/],
		[['--cors', 'example.org/x'], /Allowed: an origin such as http:\/\/127\.0\.0\.1:8080, or loopback\./],
	] as const) {
		await using server = launch('sse.ts', ...args);
		assert.equal(await server.exited(), 2);
		assert.match(server.said.err, said);
	}
});
