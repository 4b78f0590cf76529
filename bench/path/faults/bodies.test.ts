import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { balancer } from '../../model/path.ts';
import { type PathFault, streamEnds } from '../../model/path-fault.ts';
import { sceneBefore, streams } from '../fixtures/scene.ts';
import { faultsOfLimits } from '../limit-faults.ts';
import { specOf } from '../listener.ts';

const silenceMs = 250;
const event = (text: string) => `data: ${text}\n\n`;

describe('buffering', { concurrency: true }, () => {
	test('full: nothing before the end, then everything', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults: [{ kind: 'buffering', mode: 'full' }] });
		const client = await scene.client();
		client.ask();
		await client.until(() => stream.asked() === 1, 'the stream');
		stream.write(event('x'.repeat(20_000)));
		await sleep(silenceMs);
		assert.equal(client.text, '');
		stream.end();
		await client.until(() => client.chunked.isWhole, 'the whole answer');
		assert.equal(client.chunked.text, event('x'.repeat(20_000)));
		assert.deepEqual(scene.cuts, []);
	});

	test('full: more than it holds is a bad gateway; as much as it holds passes', async () => {
		const handler: RequestListener = (req, res) => void res.end('x'.repeat(Number(req.url?.slice(1))));
		const faults = [{ kind: 'buffering', mode: 'full', maxBytes: 5000 }] as const;
		await using scene = await sceneBefore(handler, { faults });
		const [fits, exceeds] = [await scene.client(), await scene.client()];
		fits.ask('/5000');
		exceeds.ask('/5001');
		await fits.until(() => fits.body.length === 5000, 'the answer');
		await exceeds.until(() => exceeds.status === 502, 'the refusal');
		assert.deepEqual(
			scene.cuts.map(({ by, end }) => [by, end]),
			[['buffering', 502]],
		);
	});

	test('full: an answer that is not whole in time is not there', async () => {
		const faults: PathFault[] = [
			{ kind: 'buffering', mode: 'full' },
			{ kind: 'first_byte_timeout', firstByteMs: 300, status: 504 },
		];
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await client.until(() => stream.asked() === 1, 'the stream');
		stream.write(event('early'));
		await client.until(() => client.status === 504, 'the answer');
	});

	test('fill: in blocks of 4 KiB, the rest at the end', async () => {
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults: [{ kind: 'buffering', mode: 'fill' }] });
		const client = await scene.client();
		client.ask();
		await client.until(() => stream.asked() === 1, 'the stream');
		for (let n = 0; n < 3; n += 1) stream.write('y'.repeat(1000));
		await sleep(silenceMs);
		assert.equal(client.text, '');
		for (let n = 0; n < 6; n += 1) stream.write('z'.repeat(1000));
		await client.until(() => client.chunked.text.length >= 8192, 'two blocks');
		await sleep(silenceMs);
		assert.equal(client.chunked.text.length, 8192);
		stream.end();
		await client.until(() => client.chunked.isWhole, 'the end');
		assert.equal(client.chunked.text, 'y'.repeat(3000) + 'z'.repeat(6000));
	});

	test('fill: a head that waits for its block was there in time', async () => {
		const faults: PathFault[] = [
			{ kind: 'buffering', mode: 'fill' },
			{ kind: 'first_byte_timeout', firstByteMs: 1000, status: 504 },
		];
		const stream = streams();
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await sleep(1300);
		stream.write('y'.repeat(4096));
		await client.until(() => client.status === 200, 'the head');
	});
});

describe('buffering that lets through, and that is healed', { concurrency: true }, () => {
	test('none: an answer is cut at its most bytes', async () => {
		const stream = streams();
		const faults = [{ kind: 'buffering', mode: 'none', maxBytes: 25 }] as const;
		await using scene = await sceneBefore(stream.handler, { faults });
		const client = await scene.client();
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		stream.write(event('0123456789'));
		await client.until(() => client.chunked.text.length === 18, 'the event');
		stream.write(event('0123456789'));
		assert.equal((await client.end()).by, 'fin');
		assert.equal(client.chunked.text.length, 25);
	});

	test('healed on a living stream: what was held comes, and the rest as it comes', async () => {
		const stream = streams();
		const fault = { kind: 'buffering', mode: 'full' } as const;
		await using scene = await sceneBefore(stream.handler);
		await scene.inflict(fault, true);
		const client = await scene.client();
		client.ask();
		await client.until(() => stream.asked() === 1, 'the stream');
		stream.write(event('held'));
		await sleep(silenceMs);
		assert.equal(client.text, '');
		await scene.inflict(fault, false);
		await client.until(() => client.chunked.text === event('held'), 'what was held');
		stream.write(event('free'));
		await client.until(() => client.chunked.text === event('held') + event('free'), 'the rest');
	});
});

describe('cut_event', { concurrency: true }, () => {
	for (const end of streamEnds) {
		test(`in the middle of an event, by ${end}`, async () => {
			const stream = streams();
			const faults = [{ kind: 'cut_event', afterEvents: 2, end }] as const;
			await using scene = await sceneBefore(stream.handler, { faults });
			const client = await scene.client();
			client.ask();
			await client.until(() => client.status === 200, 'the head');
			// In pieces, with a comment between: it is no event.
			for (const text of [event('one'), ': ping\n\n', 'event: x\r\nda', 'ta: two\r\n\r\n']) stream.write(text);
			await client.until(() => client.chunked.text.endsWith('two\r\n\r\n'), 'two events');
			const whole = client.chunked.text;
			stream.write(event('three') + event('four'));
			if (end === 'fin' || end === 'rst') assert.equal((await client.end()).by, end);
			else await client.until(() => scene.cuts.length > 0, 'the cut');
			const rest = () => client.chunked.text.slice(whole.length);
			await client.until(() => rest() !== '', 'what comes of the third event');
			await sleep(100);
			assert.equal(rest(), 'data:');
			assert.equal(client.chunked.isWhole, end === 'clean');
			assert.deepEqual([scene.cuts[0]?.by, scene.cuts[0]?.end], ['cut_event', end]);
		});
	}

	test('other answers pass; on a living stream it counts from its beginning', async () => {
		const stream = streams();
		const fault = { kind: 'cut_event', afterEvents: 0, end: 'fin' } as const;
		await using scene = await sceneBefore((req, res) => {
			if (req.url === '/json') res.end('{"data: 1": "\\n\\n"}\n\ndata: 2\n\n');
			else stream.handler(req, res);
		});
		const [client, other] = [await scene.client(), await scene.client()];
		client.ask();
		await client.until(() => client.status === 200, 'the head');
		stream.write(event('before'));
		await client.until(() => client.chunked.text === event('before'), 'the event');
		await scene.inflict(fault, true);
		other.ask('/json');
		await other.until(() => other.body.endsWith('data: 2\n\n'), 'the answer');
		stream.write(event('after'));
		assert.equal((await client.end()).by, 'fin');
		assert.equal(client.chunked.text, `${event('before')}data:`);
	});
});

describe('strip_headers', () => {
	const names = ['MCP-Session-Id', 'x-accel-buffering'];
	const seen: RequestListener = (req, res) => {
		res.setHeader('Mcp-Session-Id', 'abc').setHeader('X-Accel-Buffering', 'no').setHeader('x-kept', 'yes');
		res.end(JSON.stringify(req.headers));
	};
	const ask = async (fault: PathFault) => {
		await using scene = await sceneBefore(seen, { faults: [fault] });
		const client = await scene.client();
		client.ask('/', { headers: 'mcp-session-id: given\r\nx-kept: sent\r\n' });
		await client.until(() => client.body.endsWith('}'), 'the answer');
		return { head: client.text.split('\r\n\r\n')[0] ?? '', heard: client.body };
	};

	test('of answers by default', async () => {
		const { head, heard } = await ask({ kind: 'strip_headers', names });
		assert.doesNotMatch(head, /session-id|accel/i);
		assert.match(head, /x-kept: yes/);
		assert.match(heard, /"mcp-session-id":"given"/);
	});

	test('of requests upstream', async () => {
		const { head, heard } = await ask({ kind: 'strip_headers', names, stream: 'upstream' });
		assert.match(head, /Mcp-Session-Id: abc/);
		assert.doesNotMatch(heard, /session-id/i);
		assert.match(heard, /"x-kept":"sent"/);
	});
});

test('an answer in the server’s place is noted: nobody to ask, and down', async () => {
	await using scene = await sceneBefore(streams().handler);
	const client = await scene.client();
	await scene.hop.perform({ do: 'register', n: 0, on: false });
	client.ask();
	await client.until(() => client.status === 503, 'the answer');
	await scene.hop.perform({ do: 'down', on: true });
	await client.end();
	assert.deepEqual(
		scene.cuts.map(({ by, end }) => [by, end]),
		[
			['no-server', 503],
			['down', 'fin'],
		],
	);
});

test('the limits of a path are faults of its listener, before its own', () => {
	const limits = {
		firstByteMs: 1,
		onFirstByte: 524,
		idleMs: 2,
		onIdle: 'silent',
		maxDurationMs: 3,
		buffering: 'full',
		maxBytes: 4,
	} as const;
	assert.deepEqual(faultsOfLimits(limits), [
		{ kind: 'first_byte_timeout', firstByteMs: 1, status: 524 },
		{ kind: 'idle_timeout', idleMs: 2, end: 'silent' },
		{ kind: 'max_duration', maxMs: 3, end: 'fin' },
		{ kind: 'buffering', mode: 'full', maxBytes: 4 },
	]);
	assert.deepEqual(faultsOfLimits({}), []);
	assert.deepEqual(faultsOfLimits({ maxBytes: 9 }), [{ kind: 'buffering', mode: 'none', maxBytes: 9 }]);
	const own = { kind: 'latency', latencyMs: 5 } as const;
	const path = { ...balancer, limits: { idleMs: 7 }, faults: [own] };
	const { faults } = specOf({ path, place: 0, servers: [] });
	assert.deepEqual(
		faults.map(({ kind }) => kind),
		['idle_timeout', 'latency'],
	);
});
