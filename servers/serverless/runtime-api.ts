import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http } from '../shared/builtins.ts';

/**
 * The Runtime API of AWS Lambda, version 2018-06-01, as one execution environment sees it
 * (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and runtimes-custom.html, read 2026-11-26). Every environment has an
 * address of its own, so who asks is known by where.
 */
const version = '/2018-06-01/runtime';
const host = '127.0.0.1';

/** What an environment is given to run. */
export interface Handed {
	readonly requestId: string;
	/** JSON. */
	readonly event: string;
	/** Wall clock, ms since 1970. */
	readonly deadlineMs: number;
}

/** What a function says through the API. */
export interface RuntimeEvents {
	/** It asks for the next invocation, and waits. */
	idle(): void;
	/**
	 * It answers the one it has. A buffered answer's body is whole JSON; a streamed one is read as it comes.
	 * @returns the status for the function: 202, or 413 where the answer is too long
	 */
	response(body: IncomingMessage, isStreaming: boolean): Promise<number>;
	/** It could not answer; or could not even begin. */
	failed(kind: 'invocation' | 'init', error: string): void;
}

/** A request of a function carries no more than this where it only names an error. */
const errorBytes = 256 * 1024;

export class RuntimeApi {
	readonly #server: Server;
	readonly #events: RuntimeEvents;
	#waiting: ServerResponse | undefined;
	#handed: Handed | undefined;

	constructor(events: RuntimeEvents) {
		this.#events = events;
		// An environment may be frozen for long in the middle of anything: nothing here runs out.
		const untimed = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
		this.#server = http.createServer(untimed, (req, res) => void this.#handle(req, res));
	}

	/** @returns what `AWS_LAMBDA_RUNTIME_API` is to be */
	listen(): Promise<string> {
		return new Promise((resolve, reject) => {
			this.#server.once('error', reject);
			this.#server.listen({ port: 0, host }, () => resolve(`${host}:${(this.#server.address() as AddressInfo).port}`));
		});
	}

	/** Whether the function waits for an invocation. */
	get isIdle(): boolean {
		return this.#waiting !== undefined;
	}

	/** Gives a waiting function its next invocation. */
	hand(handed: Handed): void {
		const res = this.#waiting;
		if (!res) throw new Error('the function does not wait');
		this.#waiting = undefined;
		this.#handed = handed;
		res.writeHead(200, {
			'Content-Type': 'application/json',
			'Lambda-Runtime-Aws-Request-Id': handed.requestId,
			'Lambda-Runtime-Deadline-Ms': String(handed.deadlineMs),
			'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:local:000000000000:function:stand-in',
			'Lambda-Runtime-Trace-Id': `Root=${handed.requestId}`,
		});
		res.end(handed.event);
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
		const { url = '' } = req;
		const id = this.#handed?.requestId;
		const place = `${req.method} ${id === undefined ? url : url.replace(id, '{id}')}`;
		switch (place) {
			case `GET ${version}/invocation/next`:
				this.#handed = undefined;
				this.#waiting = res;
				res.once('close', () => {
					if (this.#waiting === res) this.#waiting = undefined;
				});
				this.#events.idle();
				return;
			case `POST ${version}/invocation/{id}/response`: {
				const isStreaming = req.headers['lambda-runtime-function-response-mode'] === 'streaming';
				const status = await this.#events.response(req, isStreaming);
				if (status === 202) say(res, 202, { status: 'OK' });
				else say(res, status, fault('RequestEntityTooLarge', 'Exceeded maximum allowed payload size (6291556 bytes).'));
				return;
			}
			case `POST ${version}/invocation/{id}/error`:
				this.#events.failed('invocation', await textOf(req));
				say(res, 202, { status: 'OK' });
				return;
			case `POST ${version}/init/error`:
				this.#events.failed('init', await textOf(req));
				say(res, 202, { status: 'OK' });
				return;
			default:
				// An id that is not the one in hand is an error of the function's, as AWS has it.
				req.resume();
				if (url.startsWith(`${version}/invocation/`)) {
					say(res, 400, fault('InvalidRequestID', 'Invalid request ID'));
				} else say(res, 404, fault('NotFound', `There is no ${url}`));
		}
	}
}

function fault(errorType: string, errorMessage: string): object {
	return { errorType, errorMessage };
}

function say(res: ServerResponse, status: number, body: object): void {
	if (res.destroyed) return;
	res.writeHead(status, { 'Content-Type': 'application/json' });
	res.end(JSON.stringify(body));
}

async function textOf(req: IncomingMessage): Promise<string> {
	let text = '';
	try {
		for await (const chunk of req) if (text.length < errorBytes) text += chunk;
	} catch {
		// The function died while it said so.
	}
	return text.slice(0, errorBytes);
}
