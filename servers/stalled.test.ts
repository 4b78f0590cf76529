import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { launch, start, until } from './testing.ts';

/** What a server does with a client that holds a stream and does not read it. */

test('whoever does not read is given up when more is unsent than may be, and counted', async () => {
	await using server = await start(
		'sse',
		'--push-every-ms',
		'20',
		'--push-bytes',
		'500000',
		'--stream-buffer-bytes',
		'1000',
	);
	const sleeper = get(server.url, (res) => res.once('readable', () => res.read()));
	try {
		await until(async () => (await server.state('state')).overflows > 0, 'its stream was destroyed');
		const { overflows, openStreams, openSessions } = await server.state('state');
		assert.deepEqual({ overflows, openStreams, openSessions }, { overflows: 1, openStreams: 0, openSessions: 0 });
	} finally {
		sleeper.destroy();
	}
});

test('the bound can only be lowered, and an SDK server says that it has none', async () => {
	await using refused = launch('sse.ts', '--stream-buffer-bytes', '5000000');
	assert.equal(await refused.exited(), 2);
	assert.match(refused.said.err, /stream-buffer-bytes.* from 0 to 4194304/);
	await using sdk = await start('sdk/sdk1-sse', '--stream-buffer-bytes', '1000');
	assert.match(sdk.said.err, /--stream-buffer-bytes has no effect: the SDK does not bound/);
	assert.ok(!('overflows' in (await sdk.state('state'))));
});
