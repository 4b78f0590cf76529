import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { RuntimeApi } from './runtime-api.ts';

/** The contract with a function, by raw HTTP. */

interface Said {
	readonly status: number | undefined;
	readonly headers: IncomingMessage['headers'];
	readonly text: string;
}

async function ask(address: string, method: string, path: string, body?: string, headers = {}): Promise<Said> {
	const asked = request(`http://${address}/2018-06-01/runtime/${path}`, { method, headers, agent: false });
	asked.end(body);
	const [answer] = (await once(asked, 'response')) as [IncomingMessage];
	return { status: answer.statusCode, headers: answer.headers, text: await textOf(answer) };
}

async function textOf(message: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of message) text += chunk;
	return text;
}

async function opened(onAnswer: (text: string, isStreaming: boolean, body: IncomingMessage) => number = () => 202) {
	const heard: string[] = [];
	const idle = Promise.withResolvers<void>();
	const api = new RuntimeApi({
		idle: () => {
			heard.push('idle');
			idle.resolve();
		},
		response: async (body, isStreaming) => onAnswer(await textOf(body), isStreaming, body),
		failed: (kind, error) => heard.push(`${kind}: ${error}`),
	});
	const address = await api.listen();
	return { api, address, heard, idle: idle.promise, [Symbol.dispose]: () => api.close() };
}

const handed = {
	requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
	event: '{"version":"2.0"}',
	deadlineMs: 1_542_409_706_888,
};

test('next waits for an invocation, and gives it with its id and its deadline', async () => {
	using given = await opened();
	assert.equal(given.api.isIdle, false);
	const next = ask(given.address, 'GET', 'invocation/next');
	await given.idle;
	assert.equal(given.api.isIdle, true);
	given.api.hand(handed);
	const { status, headers, text } = await next;
	assert.equal(status, 200);
	assert.equal(text, handed.event);
	assert.equal(headers['lambda-runtime-aws-request-id'], handed.requestId);
	assert.equal(headers['lambda-runtime-deadline-ms'], String(handed.deadlineMs));
	assert.match(String(headers['lambda-runtime-invoked-function-arn']), /^arn:aws:lambda:/);
	assert.equal(given.api.isIdle, false, 'one invocation at a time');
	assert.throws(() => given.api.hand(handed), /does not wait/);
});

async function begun(given: Awaited<ReturnType<typeof opened>>): Promise<void> {
	const next = ask(given.address, 'GET', 'invocation/next');
	await given.idle;
	given.api.hand(handed);
	await next;
}

test('an answer under the id in hand is accepted with 202, under any other refused with 400', async () => {
	const answers: [string, boolean][] = [];
	using given = await opened((text, isStreaming) => {
		answers.push([text, isStreaming]);
		return 202;
	});
	await begun(given);
	const wrong = await ask(given.address, 'POST', 'invocation/another/response', '{}');
	assert.deepEqual([wrong.status, JSON.parse(wrong.text).errorType], [400, 'InvalidRequestID']);
	const right = await ask(given.address, 'POST', `invocation/${handed.requestId}/response`, '{"statusCode":200}');
	assert.deepEqual([right.status, right.text], [202, '{"status":"OK"}']);
	assert.deepEqual(answers, [['{"statusCode":200}', false]]);
	await ask(given.address, 'POST', `invocation/${handed.requestId}/response`, 'x', {
		'Lambda-Runtime-Function-Response-Mode': 'streaming',
		'Transfer-Encoding': 'chunked',
	});
	assert.deepEqual(answers.at(-1), ['x', true]);
});

test('an answer that is too long is refused with 413', async () => {
	using given = await opened(() => 413);
	await begun(given);
	const { status, text } = await ask(given.address, 'POST', `invocation/${handed.requestId}/response`, '{}');
	assert.deepEqual([status, JSON.parse(text).errorType], [413, 'RequestEntityTooLarge']);
});

test('an error in the middle of a stream comes in trailers', async () => {
	const heard = Promise.withResolvers<unknown>();
	using given = await opened((_text, _isStreaming, body) => {
		heard.resolve(body.trailers['lambda-runtime-function-error-type']);
		return 202;
	});
	await begun(given);
	const asked = request(`http://${given.address}/2018-06-01/runtime/invocation/${handed.requestId}/response`, {
		method: 'POST',
		agent: false,
		headers: {
			'Lambda-Runtime-Function-Response-Mode': 'streaming',
			'Transfer-Encoding': 'chunked',
			Trailer: 'Lambda-Runtime-Function-Error-Type',
		},
	});
	const answered = once(asked, 'response');
	asked.write('half of it');
	asked.addTrailers({ 'Lambda-Runtime-Function-Error-Type': 'Runtime.Broken' });
	asked.end();
	assert.equal(await heard.promise, 'Runtime.Broken');
	((await answered) as [IncomingMessage])[0].resume();
});

test('errors of an invocation and of the start are heard, and there is nothing else', async () => {
	using given = await opened();
	assert.equal((await ask(given.address, 'POST', 'init/error', '{"errorType":"a"}')).status, 202);
	await begun(given);
	assert.equal(
		(await ask(given.address, 'POST', `invocation/${handed.requestId}/error`, '{"errorType":"b"}')).status,
		202,
	);
	assert.deepEqual(given.heard, ['init: {"errorType":"a"}', 'idle', 'invocation: {"errorType":"b"}']);
	assert.equal((await ask(given.address, 'GET', 'nothing')).status, 404);
});
