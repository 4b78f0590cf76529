import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { StartError } from './child.ts';
import { freePort } from './port.ts';
import { startTarget } from './target.ts';

const listen = (port: number) =>
	`${process.execPath} -e "require('net').createServer().listen(${port}, '127.0.0.1'); setTimeout(() => {}, 60000)"`;

test('any program is ready when its port is open, can be killed with its children, and comes back', async () => {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}/mcp`;
	const spec = { server: { kind: 'command', command: listen(port), url } as const, readyMs: 10_000 };
	const first = await startTarget(spec);
	assert.equal(first.control, undefined);
	await first.kill();
	const second = await first.restart();
	assert.ok(second.readyUs > first.readyUs);
	const seen = process.platform === 'linux' ? ` \\(process \\d+\\)` : '';
	await assert.rejects(
		startTarget(spec),
		new RegExp(
			`Another program${seen} listens on 127\\.0\\.0\\.1:${port} already, .*stop it, give another --url, or .*--target-url`,
		),
	);
	await second.terminate(1000);
	await assert.rejects(startTarget({ server: { kind: 'running', url }, readyMs: 100 }), /Nothing listens/);
});

test('a program that ends, or never listens, says so with its last lines', async () => {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}/`;
	const startOf = (command: string, readyMs: number) =>
		startTarget({ server: { kind: 'command', command, url }, readyMs });
	await assert.rejects(startOf('echo no such luck >&2; exit 3', 10_000), (error) => {
		assert.ok(error instanceof StartError);
		assert.match(error.because, /ended before it listened .*exit code 3/);
		assert.deepEqual(error.stderr, ['no such luck']);
		return true;
	});
	await assert.rejects(startOf('sleep 30', 200), /Nothing listens on .* after 0\.2 s/);
});

test('a server that runs already is neither stopped nor restarted', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as { port: number };
	const running = await startTarget({ server: { kind: 'running', url: `http://127.0.0.1:${port}/` }, readyMs: 100 });
	if (process.platform === 'linux') assert.deepEqual(running.pids(), [process.pid]);
	await running.kill();
	assert.equal(server.listening, true);
	await assert.rejects(running.restart(), /did not start this server/);
	server.close();
});
