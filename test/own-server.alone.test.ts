import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../bench/fleet/port.ts';
import { findTool } from '../bench/fleet/tools.ts';
import type { TrialResult } from '../bench/model/trial.ts';
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
