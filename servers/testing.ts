import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ControlReply, ControlRequest, ReadyLine, ServerState } from './contract.ts';
import type { SdkServerName } from './sdk/index.ts';
import { findWorkerd } from './workerd/process.ts';

/** Real server processes for the tests of this folder. */

/** A file of this folder, of `workerd/`, of `serverless/` or of `sdk/`, without its ending. */
export type ServerName =
	| ReferenceName
	| `workerd/${ReferenceName}`
	| `sdk/${SdkServerName}`
	| 'serverless/lambda'
	| 'serverless/cloud-run';
export type ReferenceName = 'sse' | 'stateful' | 'stateless' | 'modern';

/** Longest wait for anything; a test that needs it has failed. */
export const patienceMs = 15_000;

export interface Started {
	readonly url: string;
	readonly child: ChildProcess;
	/** All that came on stdout and stderr so far. */
	readonly said: { out: string; err: string };
	/** All figures, as Node tells them; on workerd those of memory and event loop are absent all the same. */
	state(control: ControlRequest['control']): Promise<Required<ServerState>>;
	/** @returns exit code, or the name of the signal */
	exited(): Promise<number | string>;
	[Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server with an IPC channel and waits for its ready line. */
export async function start(name: ServerName, ...args: string[]): Promise<Started> {
	const started = launch(`${name}.ts`, ...args);
	const line = await within(firstLine(started), `${name} is ready`);
	return { ...started, url: (JSON.parse(line) as ReadyLine).url };
}

/** Says why tests on workerd are left out, or false; with REQUIRE_REAL=1 they are not. */
export function noWorkerd(): string | false {
	const found = findWorkerd();
	return 'missing' in found && process.env.REQUIRE_REAL !== '1' ? found.missing : false;
}

/** How a test starts a reference server, wherever that runs. */
export type StartReference = (name: ReferenceName, ...args: string[]) => Promise<Started>;

/** One test for the servers in Node processes and for the same on workerd. */
export function everywhere(title: string, run: (start: StartReference) => Promise<void>): void {
	test(title, () => run(start));
	// The runtime sees that a client has left when it writes to it: there must be something to write.
	const onWorkerd: StartReference = (name, ...args) => start(`workerd/${name}`, '--sse-comment-ms', '50', ...args);
	test(`${title}, on workerd`, { skip: noWorkerd() }, () => run(onWorkerd));
}

/** Starts a file of this folder without waiting for anything. */
export function launch(file: string, ...args: string[]): Started {
	const child = spawn(process.execPath, [`${import.meta.dirname}/${file}`, ...args], {
		stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
	});
	const said = { out: '', err: '' };
	child.stdout?.on('data', (chunk) => (said.out += chunk));
	child.stderr?.on('data', (chunk) => (said.err += chunk));
	// Not 'close': it does not come where the IPC channel was closed from here.
	const gone = Promise.all([once(child, 'exit'), ended(child.stdout), ended(child.stderr)]).then(
		([[code, signal]]) => code ?? signal,
	);
	return {
		url: '',
		child,
		said,
		state: (control) => within(ask(child, control), `answer to ${control}`),
		exited: () => within(gone, 'exit'),
		async [Symbol.asyncDispose]() {
			child.kill('SIGKILL');
			await within(gone, 'exit after SIGKILL');
		},
	};
}

async function ended(stream: Readable | null): Promise<void> {
	if (stream && !stream.readableEnded) await once(stream, 'end');
}

async function firstLine({ child, said }: Started): Promise<string> {
	while (!said.out.includes('\n')) {
		if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode}: ${said.err}`);
		await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
	}
	return said.out.split('\n', 1)[0] ?? '';
}

let lastId = 0;

async function ask(child: ChildProcess, control: ControlRequest['control']): Promise<Required<ServerState>> {
	const id = ++lastId;
	const answered = new Promise<ControlReply>((resolve) => {
		const listener = (message: unknown): void => {
			if ((message as ControlReply).id !== id) return;
			child.off('message', listener);
			resolve(message as ControlReply);
		};
		child.on('message', listener);
	});
	child.send({ id, control });
	const reply = await answered;
	if ('error' in reply) throw new Error(reply.error);
	return reply.state as Required<ServerState>;
}

/** Bounds a wait. */
export async function within<T>(promise: Promise<T>, what: string, ms = patienceMs): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`waited ${ms} ms for: ${what}`)), ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Polls until the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
	const deadline = Date.now() + patienceMs;
	while (!(await holds())) {
		if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

export const jsonHeaders = {
	'Content-Type': 'application/json',
	Accept: 'application/json, text/event-stream',
};

/** Sends one JSON-RPC message. */
export function post(url: string, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
	const body = typeof message === 'string' ? message : JSON.stringify(message);
	const signal = AbortSignal.timeout(patienceMs);
	return fetch(url, { method: 'POST', headers: { ...jsonHeaders, ...headers }, body, signal });
}

export function request(id: number, method: string, params?: object): object {
	return { jsonrpc: '2.0', id, method, params };
}

export function call(id: number, name: string, args: object, meta?: object): object {
	return request(id, 'tools/call', { name, arguments: args, ...(meta && { _meta: meta }) });
}

export const stream = { Accept: 'text/event-stream' };
export const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };

export function handshake(protocolVersion = '2025-11-25'): object {
	return request(0, 'initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } });
}

/** Begins a session of `stateful`. @returns the headers of its requests */
export async function openSession({ url }: Started, version = '2025-11-25'): Promise<Record<string, string>> {
	const answered = await post(url, handshake(version));
	const id = answered.headers.get('mcp-session-id');
	if (answered.status !== 200 || id === null) throw new Error(`no session: ${await answered.text()}`);
	await answered.body?.cancel();
	return { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': version };
}

/** The body of an answer as a JSON-RPC response. */
export async function body(
	response: Response,
): Promise<{ id?: unknown; result?: Record<string, unknown>; error?: { code: number; data?: unknown } }> {
	return (await response.json()) as Awaited<ReturnType<typeof body>>;
}

export interface StreamEvent {
	readonly event: string;
	readonly data: string;
	readonly id: string | undefined;
	readonly retry: string | undefined;
}

/** Reads the events of a stream one by one; comments are skipped. Ends when the stream ends, throws when it is cut. */
export async function* events(response: Response): AsyncGenerator<StreamEvent, void> {
	let text = '';
	const decoder = new TextDecoder();
	for await (const chunk of response.body ?? []) {
		text += decoder.decode(chunk, { stream: true });
		for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
			const lines = text.slice(0, end).split('\n');
			text = text.slice(end + 2);
			const field = (name: string): string | undefined =>
				lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
			const data = field('data');
			if (data !== undefined)
				yield { event: field('event') ?? 'message', data, id: field('id'), retry: field('retry') };
		}
	}
}

/** The next event of a stream. */
export async function next(stream: AsyncGenerator<StreamEvent, void>): Promise<StreamEvent> {
	const { value } = await within(stream.next(), 'an event');
	if (!value) throw new Error('the stream has ended');
	return value;
}
