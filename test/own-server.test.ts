import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import pMap from 'p-map';
import { configJsonSchema } from '../bench/config.ts';
import { freePort } from '../bench/fleet/port.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';

test('mistakes about a server of one’s own: one sentence, exit 2', async () => {
	const page = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Hi</html>'));
	page.listen(0, '127.0.0.1');
	await once(page, 'listening');
	const html = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
	const free = `http://127.0.0.1:${await freePort()}/mcp`;
	const sse = async (...more: string[]) => {
		const port = await freePort();
		const command = `${process.execPath} servers/sse.ts --port ${port}`;
		return ['--target-command', command, '--url', `http://127.0.0.1:${port}/sse`, ...more];
	};
	const folder = temporaryFolder('config');
	const config = (text: string) => {
		const path = join(folder, `${Math.abs(text.length)}.json`);
		writeFileSync(path, text);
		return ['--config', path];
	};
	const cases: [args: string[], says: RegExp][] = [
		[['--target-url', html], /speaks no transport of MCP: .* an HTML page/],
		[['--target-url', free], /Nothing listens on .*; start the server, or give another --target-url\.$/],
		[['--target-url', 'http://example.org/mcp'], /not this machine.*--allow-remote/],
		[['--target-url', 'ftp://127.0.0.1/'], /not an http or https URL/],
		[['--target-command', 'echo oops >&2; exit 7', '--url', free], /ended before it listened .*exit code 7.*oops/],
		[
			['--target-command', 'sleep 60', '--url', html],
			/^bench: yours: Another program.* listens on .* already, .*stop it, give another --url, or .*--target-url\.$/,
		],
		[['--target-command', 'true'], /needs --url/],
		[['--url', free], /belongs to --target-command/],
		[['--tool', 'x'], /--tool describes a server of your own/],
		[await sse('--transport', 'stateful'), /does not speak stateful/],
		[await sse('--tool', 'nope'), /no tool "nope"; the server has echo/],
		[await sse('--tool', 'echo', '--arguments', '{"text":'), /--arguments is not JSON/],
		[await sse('--tool', 'echo', '--arguments', '[1]'), /must be a JSON object/],
		[await sse('--tool', 'echo', '--arguments', '{}'), /does not answer/],
		[await sse('--arguments', '{}'), /--arguments needs --tool/],
		[['--target-url', free, '--header', 'secret-without-colon'], /It takes "Name: value"/],
		[['--target-url', free, '--target-pid', '0'], /It takes a process id/],
		[config('{"targets": []}'), /targets: .*bench -- schema/],
		[config('{"targets": [{"id": "A b", "url": "http://127.0.0.1/"}]}'), /targets\.0\.id: must be a short name/],
		[config('{'), /Cannot read/],
		[['--config', join(folder, 'none.json')], /Cannot read .*none\.json/],
	];
	const refused = async ([args, says]: (typeof cases)[number]) => {
		const { code, err } = await bench([...args, '--profile', 'smoke', '--out', folder]);
		assert.equal(code, 2, `${args.join(' ')}: ${err}`);
		assert.match(err.trim(), says);
		assert.equal(err.trim().split('\n').length, 1, err);
		assert.ok(!err.includes('    at ') && !err.includes('secret-without-colon'), err);
	};
	await pMap(cases, refused, { concurrency: 2 });
	page.close();
});

test('the schema command prints what checks the config file', async () => {
	const { code, out } = await bench(['schema']);
	assert.equal(code, 0);
	assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(configJsonSchema())));
});
