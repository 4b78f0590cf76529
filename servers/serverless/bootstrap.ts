/**
 * A function that runs one of the reference servers, the way AWS's Lambda Web Adapter does it: the web server listens within the
 * process, and what polls the Runtime API makes an HTTP request of every event.
 */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { flushCompileCache } from 'node:module';
import { Command, Option } from 'commander';
import type { ReadyLine } from '../contract.ts';
import { http } from '../shared/builtins.ts';
import { type Flags, withFlags } from '../shared/flags.ts';
import { runCommand, start } from '../shared/lifecycle.ts';
import type { Transport } from '../shared/transport.ts';
import {
	bytesOf,
	type FunctionAnswer,
	type InvocationEvent,
	passing,
	preludeEnd,
	streamedAnswerType,
} from './function-url.ts';
import { type Served, served } from './host.ts';

type Mode = 'buffered' | 'streaming';

const api = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/`);
const toApi = new http.Agent({ keepAlive: true, maxSockets: 1 });
/** A connection of its own for every event: one that was kept may be ended by the freeze. */
const toServer = new http.Agent({ keepAlive: false });

/** The next event; its answer may come after hours, because the process stands still meanwhile. */
async function next(): Promise<{ readonly id: string; readonly event: InvocationEvent }> {
	const asked = http.request(new URL('invocation/next', api), { agent: toApi });
	asked.end();
	const answer = await answerOf(asked);
	const id = answer.headers['lambda-runtime-aws-request-id'];
	const text = (await bodyOf(answer)).toString();
	if (answer.statusCode !== 200 || typeof id !== 'string') throw new Error(`next answered ${answer.statusCode}`);
	return { id, event: JSON.parse(text) as InvocationEvent };
}

/** The server's answer to an event. */
function ask(url: string, event: InvocationEvent): Promise<IncomingMessage> {
	const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
	const body = bytesOf(event);
	const { method } = event.requestContext.http;
	const { hostname, port } = new URL(url);
	const asked = http.request({
		hostname: hostname.replace(/^\[|\]$/g, ''),
		port,
		path: event.rawPath + query,
		agent: toServer,
		method,
		headers: {
			...event.headers,
			...(event.cookies && { cookie: event.cookies.join('; ') }),
			...(body.length > 0 || method === 'POST' ? { 'content-length': body.length } : {}),
		},
	});
	asked.end(body);
	return answerOf(asked);
}

async function sayBuffered(id: string, answer: IncomingMessage): Promise<void> {
	const body = await bodyOf(answer);
	const isText = /json|text/.test(answer.headers['content-type'] ?? 'text');
	const said: FunctionAnswer = {
		...headFor(answer),
		body: body.toString(isText ? 'utf8' : 'base64'),
		isBase64Encoded: !isText,
	};
	await post(`invocation/${id}/response`, JSON.stringify(said));
}

async function sayStreamed(id: string, answer: IncomingMessage): Promise<void> {
	const posted = http.request(new URL(`invocation/${id}/response`, api), {
		// The one connection would be taken for as long as the stream lasts.
		agent: new http.Agent({ keepAlive: false }),
		method: 'POST',
		headers: {
			'Content-Type': streamedAnswerType,
			'Lambda-Runtime-Function-Response-Mode': 'streaming',
			'Transfer-Encoding': 'chunked',
			Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
		},
	});
	const heard = answerOf(posted).catch(() => undefined);
	posted.write(Buffer.concat([Buffer.from(JSON.stringify(headFor(answer))), preludeEnd]));
	try {
		for await (const chunk of answer) if (!posted.write(chunk)) await Promise.race([once(posted, 'drain'), heard]);
	} catch (error) {
		const body = JSON.stringify({ errorType: 'Runtime.StreamError', errorMessage: (error as Error).message });
		posted.addTrailers({
			'Lambda-Runtime-Function-Error-Type': 'Runtime.StreamError',
			'Lambda-Runtime-Function-Error-Body': Buffer.from(body).toString('base64'),
		});
	}
	posted.end();
	(await heard)?.resume();
}

function headFor(answer: IncomingMessage): FunctionAnswer {
	const cookies = answer.headers['set-cookie'];
	return { statusCode: answer.statusCode ?? 502, headers: passing(answer.headers), ...(cookies && { cookies }) };
}

async function post(path: string, body: string): Promise<void> {
	const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
	const posted = http.request(new URL(path, api), { agent: toApi, method: 'POST', headers });
	posted.end(body);
	await bodyOf(await answerOf(posted));
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => asked.once('response', resolve).once('error', reject));
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** One invocation after another, until the platform is gone. */
async function serve({ url }: ReadyLine, mode: Mode): Promise<never> {
	for (;;) {
		const { id, event } = await next();
		try {
			const answer = await ask(url, event);
			await (mode === 'streaming' ? sayStreamed(id, answer) : sayBuffered(id, answer));
		} catch (error) {
			const { message } = error as Error;
			await post(`invocation/${id}/error`, JSON.stringify({ errorType: 'Runtime.Error', errorMessage: message }));
		}
	}
}

const command = withFlags(new Command('bootstrap'))
	.addOption(new Option('--serves <server>').choices(Object.keys(served)).makeOptionMandatory())
	.addOption(new Option('--mode <mode>').choices(['buffered', 'streaming']).makeOptionMandatory())
	.action(async ({ serves, mode, ...flags }: Flags & { readonly serves: Served; readonly mode: Mode }) => {
		const { transport } = (await import(`../${serves}.ts`)) as { transport: Transport };
		await start(transport, flags, (ready) => {
			// A function is killed, and what is written at an end would never be.
			flushCompileCache();
			serve(ready, mode).catch((error: Error) => {
				process.stderr.write(`The function cannot reach its platform any more: ${error.message}\n`);
				process.exit(1);
			});
		});
	});

await runCommand(command, process.argv.slice(2));
