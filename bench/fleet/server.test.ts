import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../model/unavailable.ts';
import { StartError } from './child.ts';
import { isAlive } from './fixtures/gone.ts';
import { freePort, isPortFree, serverPorts } from './port.ts';
import { restartServer, type ServerSpec, startServer } from './server.ts';

const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

const spec = (behaviour = 'good', more: Partial<ServerSpec> = {}): ServerSpec => ({
	server: { kind: 'node', file: 'bench/fleet/fixtures/server.ts', args: ['--behaviour', behaviour] },
	...more,
});

/** The StartError of a start that must fail. */
async function startFailure(failing: ServerSpec): Promise<StartError> {
	const error = await startServer(failing).then(
		async (server) => {
			await server.kill();
			return assert.fail('the server started');
		},
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof StartError);
	return error;
}

test('a server becomes ready, answers, and drains', async () => {
	const server = await startServer(spec());
	try {
		assert.equal(await (await fetch(server.url)).text(), 'ok');
		assert.equal(new URL(server.url).port, String(server.port));
		assert.ok(server.port >= serverPorts.first && server.port < serverPorts.first + serverPorts.count);
		const [collected, state] = await Promise.all([server.control('collect'), server.control('state')]);
		assert.equal(collected.heapUsedBytes, 500);
		assert.equal(state.heapUsedBytes, 1000);
	} finally {
		assert.deepEqual(await server.terminate(5000), { code: 0, signal: null });
	}
	await assert.rejects(server.control('state'), /channel of the server is closed/);
});

test('a killed server comes back on the same port', async () => {
	const first = await startServer(spec());
	assert.deepEqual(await first.kill(), { code: null, signal: 'SIGKILL' });
	const second = await restartServer(first);
	assert.equal(second.url, first.url);
	assert.notEqual(second.pid, first.pid);
	assert.ok(second.readyUs > first.readyUs);
	await second.kill();
});

test('a port that is busy for a moment is waited for', async () => {
	const port = await freePort();
	const blocker = createServer().listen(port, '127.0.0.1');
	const starting = startServer(spec('good', { port }));
	await sleep(300);
	blocker.close();
	const server = await starting;
	assert.equal(server.port, port);
	await server.kill();
});

test('a port that stays busy is a StartError that names it', async () => {
	const port = await freePort();
	const blocker = createServer().listen(port, '127.0.0.1');
	const error = await startFailure(spec('good', { port }));
	assert.match(error.because, /ended before it was ready \(exit code 4\)/);
	assert.match(error.stderr.join('\n'), /EADDRINUSE/);
	assert.equal(await isPortFree(port), false);
	blocker.close();
});

test('a server that breaks says why, with its last lines', async () => {
	const error = await startFailure(spec('broken'));
	assert.equal(error.message, 'The server ended before it was ready (exit code 5).');
	assert.deepEqual(error.stderr, ['cannot read the config']);
});

test('a server that lacks something is unavailable, in its own last sentence', async () => {
	await assert.rejects(startServer(spec('lacking')), (error) => {
		assert.ok(error instanceof Unavailable);
		assert.equal(error.message, 'The engine is missing; install it.');
		return true;
	});
});

test('a server that never gets ready is given up and gone', { skip: linuxOnly }, async () => {
	const error = await startFailure(spec('silent', { readyMs: 600 }));
	// On a busy machine it says that, too.
	assert.match(error.because, /^The server said nothing within 600 ms[.,]/);
});

test('a first line that is not a ready line is shown', async () => {
	const error = await startFailure(spec('chatty'));
	assert.equal(error.because, "The server's first line is not a ready line: Welcome!");
});

test('control has a deadline, and says what the server says', { skip: linuxOnly }, async () => {
	const mute = await startServer(spec('mute'));
	await assert.rejects(mute.control('state', 50), /did not answer 'state' within 50 ms/);
	const unanswered = mute.control('state');
	const gone = assert.rejects(unanswered, /ended \(SIGKILL\) before it answered/);
	await mute.kill();
	await gone;
	assert.equal(isAlive(mute.pid), false);
	const refusing = await startServer(spec('refuse'));
	await assert.rejects(refusing.control('collect'), /refused the control request: not today/);
	await refusing.kill();
});

test('a stubborn server is killed after the deadline', async () => {
	const server = await startServer(spec('stubborn'));
	assert.deepEqual(await server.terminate(100), { code: null, signal: 'SIGKILL' });
	assert.deepEqual(await server.exited, server.exit());
});
