import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	body,
	call,
	events,
	next,
	openSession,
	post,
	type Started,
	type StreamEvent,
	start,
	stream,
	until,
} from './testing.ts';

/** `stateful --resumable` by raw requests: priming, ids, resume of an answer and of the session's own stream. */

type Headers = Record<string, string>;

function resume(server: Started, headers: Headers, lastEventId = ''): Promise<Response> {
	return fetch(server.url, { headers: { ...headers, ...stream, 'Last-Event-ID': lastEventId } });
}

/** The numbers of the steps in notifications, and the ids of answers. */
function told({ data }: StreamEvent): unknown {
	const message = JSON.parse(data);
	return message.params?.data.step ?? `answer ${message.id}`;
}

test('resume: a stream is primed, and every message has an id of its own', async () => {
	await using server = await start('stateful', '--resumable', '--retry-ms', '1234', '--reply', 'sse');
	const headers = await openSession(server);
	const one = await Array.fromAsync(events(await post(server.url, call(1, 'notify', { count: 2 }), headers)));
	const two = await Array.fromAsync(events(await post(server.url, call(2, 'echo', { text: 'a' }), headers)));
	assert.deepEqual([one.length, two.length], [4, 2]);
	for (const [first, ...others] of [one, two]) {
		assert.deepEqual([first?.data, first?.retry], ['', '1234']);
		for (const { data, retry } of others) assert.ok(data !== '' && retry === undefined);
	}
	const ids = [...one, ...two].map(({ id }) => id);
	assert.equal(new Set(ids).size, ids.length);
	assert.ok(!ids.includes(undefined));
});

test('resume: before 2025-11-25 there are ids, but no empty events and no retry', async () => {
	await using server = await start('stateful', '--resumable', '--tools', 'conformance', '--reply', 'sse');
	const headers = await openSession(server, '2025-06-18');
	const sent = await Array.fromAsync(events(await post(server.url, call(1, 'test_tool_with_logging', {}), headers)));
	assert.deepEqual([sent.length, sent[0]?.retry, sent.some(({ data }) => data === '')], [4, undefined, false]);
	assert.ok(sent.every(({ id }) => id !== undefined));
	const stayed = await Array.fromAsync(events(await post(server.url, call(2, 'test_reconnection', {}), headers)));
	assert.equal(stayed.length, 1, 'a client that could not return is not sent away');
});

test('resume: an answer is picked up where it was lost, as often as the client asks', async () => {
	await using server = await start('stateful', '--resumable');
	const headers = await openSession(server);
	const heard = events(await post(server.url, call(1, 'notify', { count: 6, everyMs: 30 }), headers));
	assert.equal((await next(heard)).data, '');
	assert.equal(told(await next(heard)), 1);
	const last = await next(heard);
	await heard.return();
	for (const round of ['while it goes on', 'after its end']) {
		const rest = await Array.fromAsync(events(await resume(server, headers, last.id)), told);
		assert.deepEqual(rest, [3, 4, 5, 6, 'answer 1'], round);
	}
	assert.equal((await server.state('state')).callsExecuted, 1);
	await until(async () => (await server.state('state')).openStreams === 0, 'a resumed answer ends its stream');
});

test('resume: a client sent away finds the answer after the time it was told', async () => {
	await using server = await start('stateful', '--resumable', '--retry-ms', '5', '--tools', 'conformance');
	const headers = await openSession(server);
	const sent = await Array.fromAsync(events(await post(server.url, call(1, 'test_reconnection', {}), headers)));
	assert.deepEqual([sent.length, sent[0]?.data, sent[0]?.retry], [1, '', '5']);
	const rest = await Array.fromAsync(events(await resume(server, headers, sent[0]?.id)), told);
	assert.deepEqual(rest, ['answer 1']);
});

test('resume: the own stream of a session replays what was missed and goes on', async () => {
	await using server = await start('stateful', '--resumable', '--tools', 'conformance');
	const headers = await openSession(server);
	const change = async (): Promise<void> => {
		await (await post(server.url, call(1, 'test_trigger_tool_change', {}), headers)).text();
	};
	const heard = events(await fetch(server.url, { headers: { ...headers, ...stream } }));
	assert.equal((await next(heard)).data, '');
	await change();
	const seen = await next(heard);
	assert.match(seen.data, /list_changed/);
	assert.equal((await fetch(server.url, { headers: { ...headers, ...stream } })).status, 409);
	await heard.return();
	await until(async () => (await server.state('state')).openStreams === 0, 'the stream is lost');
	await change();
	await change();
	const again = events(await resume(server, headers, seen.id));
	const missed = [await next(again), await next(again)];
	await change();
	const live = await next(again);
	assert.equal(new Set([seen, ...missed, live].map(({ id }) => id)).size, 4);
	// A proxy may have dropped the stream on the client's side only: the client's word counts.
	const taken = events(await resume(server, headers, live.id));
	assert.equal((await again.next()).done, true, 'the former connection ends');
	await change();
	assert.match((await next(taken)).data, /list_changed/);
	assert.equal((await server.state('state')).openStreams, 1);
	await fetch(server.url, { method: 'DELETE', headers });
	assert.equal((await taken.next()).done, true);
	assert.equal((await resume(server, headers, live.id)).status, 404);
});

test('resume: ids that are malformed, foreign or too old are refused with 400', async () => {
	await using server = await start('stateful', '--resumable');
	const headers = await openSession(server);
	for (const id of ['x', '0-0', '7-1', '1-1; drop', '-1--1', '99999999999999999999-1']) {
		const refused = await resume(server, headers, id);
		assert.deepEqual([refused.status, (await body(refused)).error?.code], [400, -32000], id);
	}
	const long = await Array.fromAsync(events(await post(server.url, call(1, 'notify', { count: 1500 }), headers)));
	assert.equal((await resume(server, headers, long[300]?.id)).status, 400, 'what followed is no longer kept');
	const rest = await Array.fromAsync(events(await resume(server, headers, long[1400]?.id)), told);
	assert.deepEqual([rest.length, rest[0], rest.at(-1)], [101, 1401, 'answer 1']);
});

test('resume: a drain ends own streams, and waits for answers that are read after a resume', async () => {
	await using server = await start('stateful', '--resumable');
	const headers = await openSession(server);
	const own = events(await fetch(server.url, { headers: { ...headers, ...stream } }));
	await next(own);
	const heard = events(await post(server.url, call(1, 'notify', { count: 3, everyMs: 150 }), headers));
	const primed = await next(heard);
	await heard.return();
	const again = events(await resume(server, headers, primed.id));
	assert.equal(told(await next(again)), 1);
	server.child.kill('SIGTERM');
	assert.equal((await own.next()).done, true);
	assert.deepEqual(await Array.fromAsync(again, told), [2, 3, 'answer 1']);
	assert.equal(await server.exited(), 0);
});
