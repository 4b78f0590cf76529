import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PathFault } from '../../model/path-fault.ts';
import { sceneBefore, streams } from '../fixtures/scene.ts';

const size = 40_000;
/** So many bytes, or what was sent, told by its length. */
const answer: RequestListener = (req, res) => {
	if (req.url === '/large') return void res.end('x'.repeat(size));
	let bytes = 0;
	req.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
	});
	req.once('end', () => res.end(`got ${bytes}`));
};

/** From a request to the whole answer, in ms. */
async function tripMs(faults: readonly PathFault[], path = '/', body = ''): Promise<number> {
	await using scene = await sceneBefore(answer, { faults });
	const client = await scene.client();
	const sentMs = client.ask(path, body === '' ? {} : { method: 'POST', body });
	const wanted = path === '/large' ? size : 1;
	await client.until(() => client.body.length >= wanted, 'the answer');
	return (client.pieces.at(-1)?.atMs ?? 0) - sentMs;
}

describe('latency', { concurrency: true }, () => {
	test('each way, and both', async () => {
		const latency = { kind: 'latency', latencyMs: 200 } as const;
		assert.ok((await tripMs([latency])) >= 199);
		assert.ok((await tripMs([{ ...latency, stream: 'upstream' }])) >= 199);
		assert.ok((await tripMs([latency, { ...latency, stream: 'upstream' }])) >= 398);
	});

	test('jitter: never less than the least, not always the same, and in order', async () => {
		const stream = streams();
		const faults = [{ kind: 'latency', latencyMs: 60, jitterMs: 50 }] as const;
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		const lateMs: number[] = [];
		for (let n = 0; n < 12; n += 1) {
			const sentMs = performance.now();
			stream.write(`data: ${n}\n\n`);
			await client.until(() => client.chunked.text.endsWith(`data: ${n}\n\n`), 'the event');
			lateMs.push((client.pieces.at(-1)?.atMs ?? 0) - sentMs);
		}
		assert.ok(Math.min(...lateMs) >= 9, `${lateMs}`);
		assert.ok(Math.max(...lateMs) - Math.min(...lateMs) > 10, `${lateMs}`);
		for (let n = 0; n < 50; n += 1) stream.write(`data: more ${n}\n\n`);
		await client.until(() => client.chunked.text.includes('more 49'), 'the last event');
		const order = [...client.chunked.text.matchAll(/more (\d+)/g)].map(([, n]) => Number(n));
		assert.deepEqual(order, [...Array(50).keys()]);
	});

	test('many pieces are on the way at once', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults: [{ kind: 'latency', latencyMs: 300 }] });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		const startedMs = performance.now();
		for (let n = 0; n < 20; n += 1) {
			stream.write('data: x\n\n');
			await sleep(5);
		}
		await client.until(() => client.chunked.text.length === 20 * 9, 'all');
		assert.ok((client.pieces.at(-1)?.atMs ?? 0) - startedMs < 20 * 300);
	});

	test('on a living connection: begun and healed; what is on its way arrives at once', async () => {
		const stream = streams();
		const fault = { kind: 'latency', latencyMs: 60_000 } as const;
		await using scene = await sceneBefore(stream.handler, { expected: [fault] });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		await scene.inflict(fault, true);
		stream.write('data: held\n\n');
		await sleep(150);
		assert.equal(client.chunked.text, '');
		await scene.inflict(fault, false);
		await client.until(() => client.chunked.text === 'data: held\n\n', 'what was held');
		stream.write('data: free\n\n');
		await client.until(() => client.chunked.text.endsWith('data: free\n\n'), 'what came after');
		assert.deepEqual(scene.cuts, []);
	});
});

describe('bandwidth', { concurrency: true }, () => {
	test('takes as long as its rate says, each way', async () => {
		// 40 KB at 100 KB/s.
		assert.ok((await tripMs([{ kind: 'bandwidth', rateKbPerS: 100 }], '/large')) >= 390);
		const up = { kind: 'bandwidth', rateKbPerS: 100, stream: 'upstream' } as const;
		assert.ok((await tripMs([up], '/', 'x'.repeat(size))) >= 390);
		assert.ok((await tripMs([{ kind: 'bandwidth', rateKbPerS: 400 }], '/large')) >= 95);
	});

	test('a narrow way makes the server wait: no whole body is held', async () => {
		let sentBytes = 0;
		const most = 64 * 2 ** 20;
		const chunk = Buffer.alloc(2 ** 18);
		const handler: RequestListener = (_req, res) => {
			const more = (): void => {
				while (sentBytes < most) {
					sentBytes += chunk.length;
					if (!res.write(chunk)) return void res.once('drain', more);
				}
				res.end();
			};
			more();
		};
		await using scene = await sceneBefore(handler, { faults: [{ kind: 'bandwidth', rateKbPerS: 100 }] });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.pieces.length > 3, 'the first bytes');
		await sleep(500);
		assert.ok(sentBytes < most / 2, `${sentBytes} bytes left the server`);
	});
});

describe('slicer', { concurrency: true }, () => {
	test('pieces of about the size, apart by the delay; nothing is lost', async () => {
		const slicer = { kind: 'slicer', averageBytes: 400, variationBytes: 100, delayUs: 10_000 } as const;
		await using scene = await sceneBefore(answer, { faults: [slicer] });
		const client = await scene.client();
		const sentMs = client.ask('/large');
		await client.until(() => client.body.length === size, 'the answer');
		// A hundred pieces, ten milliseconds apart; a busy reader may find several at once.
		assert.ok((client.pieces.at(-1)?.atMs ?? 0) - sentMs >= 750);
		assert.ok(client.pieces.length > 10, `${client.pieces.length}`);
		assert.equal(client.body, 'x'.repeat(size));
	});

	test('upstream: a body in pieces arrives whole', async () => {
		await using scene = await sceneBefore(answer, {
			faults: [{ kind: 'slicer', averageBytes: 7, stream: 'upstream' }],
		});
		const client = await scene.client();
		client.ask('/', { method: 'POST', body: 'y'.repeat(999) });
		await client.until(() => client.body.length > 0, 'the answer');
		assert.equal(client.body, 'got 999');
	});
});

describe('slow_close', { concurrency: true }, () => {
	test('the bytes come at once, the end later', async () => {
		const faults = [{ kind: 'slow_close', delayMs: 400 }] as const;
		await using scene = await sceneBefore(answer, { faults });
		const client = await scene.client();
		client.ask('/', { headers: 'connection: close\r\n' });
		const { by, atMs } = await client.end();
		assert.equal(by, 'fin');
		assert.ok(atMs - (client.pieces.at(-1)?.atMs ?? 0) >= 390);
	});

	test('upstream: the server hears later that its client left', async () => {
		const stream = streams();
		const faults = [{ kind: 'slow_close', delayMs: 400, stream: 'upstream' }] as const;
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		const leftMs = performance.now();
		client.socket.destroy();
		await client.until(() => stream.left() === 1, 'the server hears');
		assert.ok(performance.now() - leftMs >= 390);
	});
});

describe('timeout', { concurrency: true }, () => {
	test('nothing passes, and the connection is closed after its time', async () => {
		await using scene = await sceneBefore(answer, { faults: [{ kind: 'timeout', timeoutMs: 300 }] });
		// The time runs from the connection on, and on a busy machine the request may be late.
		const connectingMs = performance.now();
		const client = await scene.client();
		client.ask();
		const { by, atMs } = await client.end();
		assert.deepEqual([by, client.text], ['fin', '']);
		assert.ok(atMs - connectingMs >= 290);
		const [cut] = scene.cuts;
		assert.deepEqual([cut?.by, cut?.end], ['timeout', 'fin']);
	});

	test('0: never closed, until it is healed, since bytes are missing then', async () => {
		const stream = streams();
		const fault = { kind: 'timeout', timeoutMs: 0 } as const;
		await using scene = await sceneBefore(stream.handler, { expected: [fault] });
		const [client, idle] = [await scene.client(), await scene.client()];
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		await scene.inflict(fault, true);
		stream.write('data: lost\n\n');
		await sleep(200);
		assert.deepEqual([client.chunked.text, client.ended], ['', undefined]);
		await scene.inflict(fault, false);
		assert.equal((await client.end()).by, 'fin');
		// What lost nothing lives on.
		idle.ask();
		await idle.until(() => idle.status === 200, 'the head');
	});

	for (const [timeoutMs, end] of [
		[500, 'destroy'],
		[500, 'resetAndDestroy'],
		[0, 'destroy'],
		[0, 'resetAndDestroy'],
	] as const) {
		test(`upstream, ${timeoutMs}: the server hears of a client that left meanwhile (${end})`, async () => {
			const stream = streams();
			const fault = { kind: 'timeout', timeoutMs, stream: 'upstream' } as const;
			await using scene = await sceneBefore(stream.handler, { expected: [fault] });
			const client = await scene.client();
			client.ask();
			await client.until(() => client.status === 200, 'the head');
			await scene.inflict(fault, true);
			client.socket[end]();
			if (timeoutMs === 0) {
				await sleep(200);
				assert.equal(stream.left(), 0, 'its end is held');
				await scene.inflict(fault, false);
			}
			await client.until(() => stream.left() === 1, 'the server hears');
		});
	}
});

describe('reset_peer', () => {
	test('at once, and after its time; bytes pass until then', async () => {
		await using now = await sceneBefore(answer, { faults: [{ kind: 'reset_peer', timeoutMs: 0 }] });
		assert.equal((await (await now.client()).end()).by, 'rst');
		assert.deepEqual([now.cuts[0]?.by, now.cuts[0]?.end], ['reset_peer', 'rst']);
		const stream = streams();
		await using later = await sceneBefore(stream.handler, { faults: [{ kind: 'reset_peer', timeoutMs: 1500 }] });
		const client = await later.client();
		const askedMs = client.ask();
		await client.until(() => client.status === 200, 'the head');
		const { by, atMs } = await client.end();
		assert.equal(by, 'rst');
		assert.ok(atMs - askedMs >= 1200);
		await client.until(() => stream.left() === 1, 'the server is told');
	});
});

describe('limit_data', { concurrency: true }, () => {
	test('so many bytes to the last, then the end', async () => {
		await using scene = await sceneBefore(answer, { faults: [{ kind: 'limit_data', bytes: 1000 }] });
		const client = await scene.client();
		client.ask('/large');
		assert.equal((await client.end()).by, 'fin');
		assert.equal(client.text.length, 1000);
		assert.deepEqual([scene.cuts[0]?.by, scene.cuts[0]?.end], ['limit_data', 'fin']);
	});

	test('what a stage behind it holds still arrives', async () => {
		const faults = [
			{ kind: 'limit_data', bytes: 1000 },
			{ kind: 'latency', latencyMs: 200 },
		] as const;
		await using scene = await sceneBefore(answer, { faults });
		const client = await scene.client();
		const askedMs = client.ask('/large');
		const { atMs } = await client.end();
		assert.equal(client.text.length, 1000);
		assert.ok(atMs - askedMs >= 199);
	});

	test('upstream: counts what clients send', async () => {
		await using scene = await sceneBefore(answer, {
			faults: [{ kind: 'limit_data', bytes: 500, stream: 'upstream' }],
		});
		const client = await scene.client();
		client.ask('/', { method: 'POST', body: 'z'.repeat(5000) });
		assert.equal((await client.end()).by, 'fin');
		assert.equal(client.text, '');
	});
});

describe('toxicity', () => {
	/** Which of so many connections were reset, in their order. */
	async function struck(toxicity: number, seed: number, count = 60): Promise<boolean[]> {
		const faults = [{ kind: 'limit_data', bytes: 1, toxicity }] as const;
		await using scene = await sceneBefore(answer, { faults, seed });
		const hits: boolean[] = [];
		for (let n = 0; n < count; n += 1) {
			const client = await scene.client();
			client.ask();
			await client.until(() => client.ended !== undefined || client.body === 'got 0', 'an answer or an end');
			hits.push(client.ended !== undefined);
			client.socket.destroy();
		}
		return hits;
	}
	const count = (hits: readonly boolean[]) => hits.filter(Boolean).length;

	test('0 strikes none, 1 all, 0.5 about half, drawn with the seed', async () => {
		assert.equal(count(await struck(0, 1)), 0);
		assert.equal(count(await struck(1, 1)), 60);
		const half = await struck(0.5, 1);
		// Beyond these bounds less than once in ten million seeds; the seed is fixed.
		assert.ok(count(half) >= 10 && count(half) <= 50, `${count(half)}`);
		assert.deepEqual(await struck(0.5, 1), half);
		assert.notDeepEqual(await struck(0.5, 2), half);
	});
});

test('a fault on bytes needs a listener that was opened for it', async () => {
	await using scene = await sceneBefore(answer);
	await assert.rejects(scene.inflict({ kind: 'latency', latencyMs: 1 }, true), /was not opened for latency/);
});
