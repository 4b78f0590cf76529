import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { configJsonSchema } from '../bench/config.ts';
import { freePort } from '../bench/fleet/port.ts';
import { findTool } from '../bench/fleet/tools.ts';
import type { TrialResult } from '../bench/model/trial.ts';
import { bench } from './support/command.ts';
import { projectFolder, temporaryFolder } from './support/folders.ts';
import { latestRecord, measuredRun } from './support/runs.ts';

const python = findTool('python3');
const withPython = { skip: python || process.env.REQUIRE_REAL === '1' ? false : 'python3 is missing; install python3' };
const withinMs = 120_000;

function measured(trials: readonly TrialResult[], scenario: string): Record<string, number> {
	const trial = trials.find((result) => result.scenario === scenario);
	assert.equal(trial?.state, 'completed', `${scenario}: ${JSON.stringify(trial)}`);
	if (trial?.state !== 'completed') return {};
	return Object.fromEntries(Object.entries(trial.measures).map(([name, { value }]) => [name, value]));
}

test('a server in another language, started by a command, is measured whole', withPython, async () => {
	const port = await freePort();
	const command = `python3 test/fixtures/mcp_server.py --port ${port}`;
	const call = ['--tool', 'add', '--arguments', '{"a": {{seq}}, "b": 1}', '--header', 'X-Token: s3cret-canary'];
	const args = ['--profile', 'smoke', '--target-command', command, '--url', `http://127.0.0.1:${port}/mcp`];
	const { root: out, ended } = await measuredRun([...args, ...call], { withinMs });
	const { code, out: said, err } = ended;
	assert.equal(code, 0, said + err);
	assert.match(said, /yours speaks stateless/);
	const record = latestRecord(out);
	assert.ok(record);
	const idle = measured(record.trials, 'idle-clients');
	assert.ok(Math.abs(idle.fdsPerClient ?? 1) < 0.05 && (idle.pssKbPerClient ?? 0) > -50);
	const steady = measured(record.trials, 'steady-calls');
	assert.equal(steady.callsFailed, 0);
	assert.ok((steady.cpuUsPerCall ?? 0) > 0, 'the processes behind the shell are measured');
	const restart = measured(record.trials, 'restart');
	assert.equal(restart.sessionsLost, 0);
	assert.ok((restart.callsFailed ?? 0) > 0 && (restart.recovery95Ms ?? 0) > 0);
	assert.deepEqual(record.findings, [], 'claims about transports are not judged on one user’s server');
	const texts = readdirSync(join(out, 'latest'), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => readFileSync(join(entry.parentPath, entry.name)))
		.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'));
	assert.ok(
		texts.length > 5 && texts.every((text) => !text.includes('s3cret-canary')),
		'the header’s value is nowhere',
	);
	assert.ok(!said.includes('s3cret-canary'));
});

test(
	'a server that runs already is found by its port, measured, and left alone; restart is skipped with the reason',
	withPython,
	async () => {
		const port = await freePort();
		const server = spawn('python3', ['test/fixtures/mcp_server.py', '--port', String(port)], { cwd: projectFolder });
		try {
			const out = temporaryFolder('running');
			let answered = '';
			for (let tries = 0; tries < 100 && answered === ''; tries++) {
				answered = await fetch(`http://127.0.0.1:${port}/`).then(
					(response) => String(response.status),
					() => '',
				);
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
			const config = join(out, 'bench.config.json');
			const target = { id: 'mine', url: `http://127.0.0.1:${port}/mcp`, transport: 'stateless', tool: 'now' };
			writeFileSync(config, JSON.stringify({ targets: [target] }));
			const args = ['--profile', 'smoke', '--scenario', 'steady-calls,restart', '--config', config];
			const { root, ended } = await measuredRun(args, { withinMs });
			const { code, out: said, err } = ended;
			assert.equal(code, 0, said + err);
			const record = latestRecord(root);
			assert.ok((measured(record?.trials ?? [], 'steady-calls').cpuUsPerCall ?? 0) > 0);
			const skipped = record?.trials.find(({ scenario }) => scenario === 'restart');
			assert.equal(skipped?.state, 'skipped');
			assert.match(said, /does not offer restart/);
			assert.equal(server.exitCode, null);
		} finally {
			server.kill('SIGKILL');
			await once(server, 'exit');
		}
	},
);

for (const [mode, path, transport] of [
	['streamableHttp', '/mcp', 'stateful'],
	['sse', '/sse', 'sse'],
] as const) {
	test(`a server from npm, ${mode}: memory, descriptors, latency, restart`, async () => {
		const port = await freePort();
		const command = `PORT=${port} node_modules/.bin/mcp-server-everything ${mode}`;
		const url = `http://127.0.0.1:${port}${path}`;
		const args = ['--profile', 'smoke', '--target-command', command, '--url', url];
		const { root: out, ended } = await measuredRun(args, { withinMs });
		const { code, out: said, err } = ended;
		assert.equal(code, 0, said + err);
		assert.match(said, new RegExp(`yours speaks ${transport}`));
		const record = latestRecord(out);
		assert.ok(record);
		assert.ok(record.command.includes(`--url ${url}`), record.command);
		const idle = measured(record.trials, 'idle-clients');
		assert.ok(Math.abs((idle.fdsPerClient ?? 0) - 1) < 0.05, 'its clients hold a stream');
		assert.ok((idle.ussKbPerClient ?? 0) > 1);
		assert.ok((measured(record.trials, 'steady-calls').p50Us ?? 0) > 0);
		assert.equal(measured(record.trials, 'restart').sessionsLost, 100);
	});
}

test('a server that offers no stream, as it may, is measured with clients that hold none', async () => {
	const port = await freePort();
	const command = `${process.execPath} servers/stateful.ts --stream off --port ${port}`;
	const own = ['--target-command', command, '--url', `http://127.0.0.1:${port}/mcp`];
	const { root: out, ended } = await measuredRun(['--profile', 'smoke', '--scenario', 'steady-calls', ...own], {
		withinMs,
	});
	const { code, out: said, err } = ended;
	assert.equal(code, 0, said + err);
	assert.match(said, /yours speaks stateful/);
	assert.match(said, /offers no stream/);
	assert.equal(measured(latestRecord(out)?.trials ?? [], 'steady-calls').callsFailed, 0);
});

test('mistakes about a server of one’s own: one sentence, exit 2', async () => {
	const page = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Hi</html>'));
	page.listen(0, '127.0.0.1');
	await once(page, 'listening');
	const html = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
	const free = `http://127.0.0.1:${await freePort()}/mcp`;
	const port = await freePort();
	const sse = [
		'--target-command',
		`${process.execPath} servers/sse.ts --port ${port}`,
		'--url',
		`http://127.0.0.1:${port}/sse`,
	];
	const folder = temporaryFolder('config');
	const config = (text: string) => {
		const path = join(folder, `${Math.abs(text.length)}.json`);
		writeFileSync(path, text);
		return ['--config', path];
	};
	const cases: [args: string[], says: RegExp][] = [
		[['--target-url', html], /speaks no transport of MCP: .* an HTML page/],
		[['--target-url', free], /Nothing listens on/],
		[['--target-url', 'http://example.org/mcp'], /not this machine.*--allow-remote/],
		[['--target-url', 'ftp://127.0.0.1/'], /not an http or https URL/],
		[['--target-command', 'echo oops >&2; exit 7', '--url', free], /ended before it listened .*exit code 7.*oops/],
		[['--target-command', 'true'], /needs --url/],
		[['--url', free], /belongs to --target-command/],
		[['--tool', 'x'], /--tool describes a server of your own/],
		[[...sse, '--transport', 'stateful'], /does not speak stateful/],
		[[...sse, '--tool', 'nope'], /no tool "nope"; the server has echo/],
		[[...sse, '--tool', 'echo', '--arguments', '{"text":'], /--arguments is not JSON/],
		[[...sse, '--tool', 'echo', '--arguments', '[1]'], /must be a JSON object/],
		[[...sse, '--tool', 'echo', '--arguments', '{}'], /does not answer/],
		[[...sse, '--arguments', '{}'], /--arguments needs --tool/],
		[['--target-url', free, '--header', 'secret-without-colon'], /It takes "Name: value"/],
		[['--target-url', free, '--target-pid', '0'], /It takes a process id/],
		[config('{"targets": []}'), /targets: .*bench -- schema/],
		[config('{"targets": [{"id": "A b", "url": "http://127.0.0.1/"}]}'), /targets\.0\.id: must be a short name/],
		[config('{'), /Cannot read/],
		[['--config', join(folder, 'none.json')], /Cannot read .*none\.json/],
	];
	for (const [args, says] of cases) {
		const { code, err } = await bench([...args, '--profile', 'smoke', '--out', folder]);
		assert.equal(code, 2, `${args.join(' ')}: ${err}`);
		assert.match(err.trim(), says);
		assert.equal(err.trim().split('\n').length, 1, err);
		assert.ok(!err.includes('    at ') && !err.includes('secret-without-colon'), err);
	}
	page.close();
});

test('the schema command prints what checks the config file', async () => {
	const { code, out } = await bench(['schema']);
	assert.equal(code, 0);
	assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(configJsonSchema())));
});
