import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { sdks, v2Client } from './testing.clients.ts';
import { patienceMs, start, until, within } from './testing.ts';

/** The official clients, v1 and v2, against every reference server they know: connect, list, call, notification, close, resume. */

/** The clients drop the progress that arrives in one piece with the answer: the answer takes the handler away first. */
const lastMayBeLost = 'the first progress is heard';
const toolNames = ['echo', 'notify', 'payload', 'sleep'];

for (const reply of ['json', 'sse']) {
	for (const sdk of sdks) {
		for (const name of sdk.servers) {
			test(`the ${sdk.name} client talks to ${name}, --reply ${reply}`, async () => {
				await using server = await start(name, '--reply', reply);
				{
					await using client = await sdk.connect(name, server.url);
					assert.deepEqual(await client.toolNames(), toolNames);
					assert.equal(await client.call('echo', { text: 'grüß' }), 'grüß');
					await client.call('notify', { count: 2 });
					assert.deepEqual(client.heard, steps(2));
					const progress: number[] = [];
					const onprogress = (p: { progress: number }): void => void progress.push(p.progress);
					await client.call('notify', { count: 2, everyMs: 1 }, { onprogress });
					assert.equal(progress[0], 1, lastMayBeLost);
				}
				await until(async () => (await server.state('state')).openStreams === 0, 'closing ends the streams');
			});
		}
	}
}

const steps = (count: number): object[] =>
	Array.from({ length: count }, (_, index) => ({ step: index + 1, of: count }));

for (const sdk of sdks) {
	test(`another ${sdk.name} client picks an answer up where the first was lost`, async () => {
		await using server = await start('stateful', '--resumable', '--retry-ms', '600000');
		let token = '';
		const first = await sdk.connect('stateful', server.url);
		{
			await using client = first;
			const onresumptiontoken = (given: string): void => {
				token = given;
			};
			const lost = client.call('notify', { count: 20, everyMs: 20 }, { onresumptiontoken }).then(
				() => 'answered',
				() => 'lost',
			);
			await until(() => client.heard.length >= 3, 'the answer is under way');
			await client[Symbol.asyncDispose]();
			assert.equal(await within(lost, 'the call ends with its client'), 'lost');
		}
		await using second = await sdk.connect('stateful', server.url, first.sessionId);
		const text = await within(second.call('notify', {}, { resumptionToken: token }), 'the answer');
		assert.equal(text, 'sent 20 notifications');
		assert.deepEqual([...first.heard, ...second.heard], steps(20), 'nothing is missing, nothing comes twice');
		assert.equal((await server.state('state')).callsExecuted, 1);
	});

	test(`the ${sdk.name} client returns by itself when the server sends it away`, async () => {
		await using server = await start('stateful', '--resumable', '--retry-ms', '20', '--tools', 'conformance');
		await using client = await sdk.connect('stateful', server.url);
		const text = await within(client.call('test_reconnection', {}), 'the answer');
		assert.equal(text, 'Answered after the connection was closed.');
		assert.equal((await server.state('state')).callsExecuted, 1);
	});
}

for (const [name, spoken] of [
	['modern', '2026-07-28'],
	['stateful', '2025-11-25'],
] as const) {
	test(`the v2 client, probing, finds what ${name} speaks`, async () => {
		await using server = await start(name);
		const client = v2Client('auto');
		await using _ = { [Symbol.asyncDispose]: () => client.close() };
		await within(client.connect(new StreamableHTTPClientTransport(new URL(server.url))), 'connect');
		assert.equal(client.getNegotiatedProtocolVersion(), spoken);
	});
}

test('a subscription of the v2 client ends gracefully when the modern server drains', async () => {
	await using server = await start('modern', '--drain-ms', String(patienceMs));
	const client = v2Client({ pin: '2026-07-28' });
	await using _ = { [Symbol.asyncDispose]: () => client.close() };
	await within(client.connect(new StreamableHTTPClientTransport(new URL(server.url))), 'connect');
	const subscription = await within(client.listen({ toolsListChanged: true }), 'acknowledgement');
	assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true });
	server.child.kill('SIGTERM');
	assert.equal(await within(subscription.closed, 'close'), 'graceful');
	assert.equal(await server.exited(), 0);
});
