import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PathFault, StreamEnd } from '../../model/path-fault.ts';
import { streamEnds } from '../../model/path-fault.ts';
import { type Client, type Scene, sceneBefore, streams } from '../fixtures/scene.ts';

/** Answers nothing, ever; the path `/quick` at once. */
const mute: RequestListener = (req, res) => {
	if (req.url === '/quick') res.end('quick');
};

/** What a client sees of each end, on the wire. */
async function assertEnd(scene: Scene, client: Client, end: StreamEnd, by: string): Promise<void> {
	if (end === 'fin' || end === 'rst') {
		assert.equal((await client.end()).by, end);
		assert.equal(client.chunked.isWhole, false);
	} else if (end === 'clean') {
		await client.until(() => client.chunked.isWhole, 'the last chunk');
		assert.equal(client.ended, undefined);
	} else {
		await client.until(() => scene.cuts.length > 0, 'the cut');
		// Silence has no end to wait for.
		await sleep(200);
		assert.deepEqual([client.ended, client.chunked.isWhole], [undefined, false]);
	}
	const [cut] = scene.cuts;
	assert.deepEqual([cut?.by, cut?.end, scene.cuts.length], [by, end, 1]);
}

const idle = (idleMs: number, end: StreamEnd = 'fin'): PathFault => ({ kind: 'idle_timeout', idleMs, end });

describe('idle_timeout', { concurrency: true }, () => {
	for (const end of streamEnds) {
		test(`a silent stream ends by ${end}, at its limit`, async () => {
			const stream = streams();
			await using scene = await sceneBefore(stream.handler, { faults: [idle(1000, end)] });
			const client = await scene.client();
			client.ask();
			await client.until(() => client.status === 200, 'the head');
			stream.write('data: 1\n\n');
			await client.until(() => client.chunked.text === 'data: 1\n\n', 'the event');
			await assertEnd(scene, client, end, 'idle_timeout');
			const { idleMs = 0, lastedMs = 0 } = scene.cuts[0] ?? {};
			assert.ok(idleMs >= 995 && lastedMs >= idleMs, JSON.stringify(scene.cuts));
			// Only a silent end is not told to the server.
			if (end !== 'silent') await client.until(() => stream.left() === 1, 'the server is told');
			else assert.equal(stream.left(), 0);
		});
	}

	test('payload resets the clock: a heartbeat keeps the stream', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults: [idle(2000)] });
		const client = await scene.client();
		const askedMs = client.ask();
		await client.until(() => client.status === 200, 'the head');
		for (let n = 0; n < 10; n += 1) {
			stream.write(': ping\n\n');
			await sleep(250);
		}
		assert.equal(client.ended, undefined);
		const { atMs } = await client.end();
		assert.ok(atMs - askedMs >= 9 * 250 + 1950);
	});

	test('before the answer’s head: 504, whatever the end', async () => {
		const answered = async (end: StreamEnd) => {
			await using scene = await sceneBefore(mute, { faults: [idle(1000, end)] });
			const client = await scene.client();
			client.ask('/never');
			await client.until(() => client.status === 504, 'the answer');
			assert.deepEqual([scene.cuts[0]?.by, scene.cuts[0]?.end], ['idle_timeout', 504]);
			// The connection goes on.
			client.ask('/quick');
			await client.until(() => client.text.endsWith('quick'), 'the next answer');
		};
		await Promise.all(streamEnds.map(answered));
	});

	test('between two requests the connection is closed, and a proper end is a FIN there', async () => {
		for (const end of ['fin', 'rst', 'clean'] as const) {
			await using scene = await sceneBefore(mute, { faults: [idle(300, end)] });
			const client = await scene.client();
			client.ask('/quick');
			const { by } = await client.end();
			assert.equal(by, end === 'rst' ? 'rst' : 'fin');
			assert.deepEqual([scene.cuts[0]?.by, scene.cuts[0]?.end], ['idle_timeout', by]);
		}
	});

	test('on living streams: begun counts from then, healed lets them live', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler);
		const [first, second] = [await scene.client(), await scene.client()];
		first.ask();
		await first.until(() => first.status === 200, 'the head');
		await sleep(1000);
		await scene.inflict(idle(1500), true);
		await sleep(700);
		await scene.inflict(idle(1500), false);
		await sleep(1700);
		assert.deepEqual([first.ended, second.ended], [undefined, undefined]);
		await scene.inflict(idle(1500), true);
		assert.deepEqual([(await first.end()).by, (await second.end()).by], ['fin', 'fin']);
	});

	test('inflicted twice and healed once it is still in force', async () => {
		await using scene = await sceneBefore(streams().handler);
		const client = await scene.client();
		await scene.inflict(idle(300), true);
		await scene.inflict(idle(300), true);
		await scene.inflict(idle(300), false);
		assert.equal((await client.end()).by, 'fin');
	});
});

describe('max_duration', { concurrency: true }, () => {
	for (const end of streamEnds) {
		test(`a stream that flows ends by ${end} all the same`, async () => {
			const stream = streams();
			await using scene = await sceneBefore(stream.handler, { faults: [{ kind: 'max_duration', maxMs: 1000, end }] });
			const client = await scene.client();
			client.ask();
			const beat = setInterval(() => stream.write('data: x\n\n'), 50);
			try {
				await assertEnd(scene, client, end, 'max_duration');
			} finally {
				clearInterval(beat);
			}
			assert.ok((scene.cuts[0]?.lastedMs ?? 0) >= 995);
			assert.ok(client.chunked.text.length > 0);
		});
	}

	test('before the head: 504; a quick answer, and the time between two, are none of it', async () => {
		await using scene = await sceneBefore(mute, { faults: [{ kind: 'max_duration', maxMs: 1000, end: 'rst' }] });
		const client = await scene.client();
		client.ask('/quick');
		await sleep(1200);
		client.ask('/never');
		await client.until(() => client.text.includes('504 Gateway Timeout'), 'the answer');
		assert.equal(scene.cuts.length, 1);
	});

	test('an answer of known length cannot end cleanly before it is whole', async () => {
		const handler: RequestListener = (_req, res) => {
			res.writeHead(200, { 'content-length': 100 }).write('some');
		};
		await using scene = await sceneBefore(handler, { faults: [{ kind: 'max_duration', maxMs: 1000, end: 'clean' }] });
		const client = await scene.client();
		client.ask();
		assert.equal((await client.end()).by, 'fin');
		assert.deepEqual([client.body, scene.cuts[0]?.end], ['some', 'fin']);
	});

	test('on a living exchange it counts from the request', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler);
		const client = await scene.client();
		const askedMs = client.ask();
		const beforeMs = 1000;
		const maxMs = 1500;
		await sleep(beforeMs);
		await scene.inflict({ kind: 'max_duration', maxMs, end: 'fin' }, true);
		const { atMs } = await client.end();
		assert.ok(atMs - askedMs >= maxMs - 10);
		assert.ok((scene.cuts[0]?.lastedMs ?? 0) < beforeMs + maxMs - 50, 'not from the infliction');
	});
});

describe('first_byte_timeout', { concurrency: true }, () => {
	for (const status of [502, 503, 504, 524] as const) {
		test(`no head in time: ${status}`, async () => {
			const faults = [{ kind: 'first_byte_timeout', firstByteMs: 200, status }] as const;
			await using scene = await sceneBefore(mute, { faults });
			const client = await scene.client();
			client.ask('/never', { method: 'POST', body: '{}' });
			await client.until(() => client.status === status, 'the answer');
			const [cut] = scene.cuts;
			assert.deepEqual([cut?.by, cut?.end], ['first_byte_timeout', status]);
			assert.ok((cut?.lastedMs ?? 0) >= 195);
		});
	}

	test('in the middle of an upload: the rest of it is read, and the next request on the connection answered', async () => {
		const fault = { kind: 'first_byte_timeout', firstByteMs: 200, status: 504 } as const;
		await using scene = await sceneBefore(mute, { expected: [fault] });
		const client = await scene.client();
		await scene.inflict(fault, true);
		// More than all buffers on the way take.
		client.ask('/never', { method: 'POST', body: 'x'.repeat(32 * 1024 * 1024) });
		await client.until(() => client.status === 504, 'the answer');
		await scene.inflict(fault, false);
		client.ask('/quick');
		await client.until(() => client.text.endsWith('quick'), 'the next answer');
	});

	test('a stream whose head was there in time goes on', async () => {
		const stream = streams();
		const faults = [{ kind: 'first_byte_timeout', firstByteMs: 1000, status: 504 }] as const;
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await sleep(1300);
		stream.write('data: 1\n\n');
		await client.until(() => client.chunked.text === 'data: 1\n\n', 'the event');
		assert.deepEqual(scene.cuts, []);
	});
});
