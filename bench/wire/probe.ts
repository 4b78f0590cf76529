import { type Call, callOnce, type Failure, type Session, SessionError, type SessionEvents } from '../model/session.ts';
import { protocolVersions, type Transport, transports } from '../model/transport.ts';
import { Channel } from './channel.ts';
import { placeOf } from './endpoint.ts';
import { EventStream, isEventStream } from './event-stream.ts';
import { connectTo, type Endpoint } from './index.ts';
import { initializeBody, parseMessage } from './json-rpc.ts';
import { Line, requestHead } from './line.ts';
import type { Answer } from './response.ts';

/** A question to a server may take this long. */
const patienceMs = 5000;

/** The server does not speak any of the transports; the message says in one sentence what it did instead. */
export class ProbeError extends Error {}

/** A tool as `tools/list` shows it. */
export interface ListedTool {
	readonly name: string;
	/** Names of the arguments it requires. */
	readonly required: readonly string[];
}

/**
 * Finds out which transport a server speaks by asking: initialize first, then 2026-07-28, and last the event stream of
 * 2024-11-05. A server of both eras is measured as its older clients see it, unless the user names `modern`.
 * @throws ProbeError
 */
export async function discoverTransport(endpoint: Endpoint): Promise<Transport> {
	const posted = await post(endpoint, initializeBody(1, protocolVersions.stateful)).catch(asProbeError);
	if (isInitialized(posted)) return posted.headers['mcp-session-id'] === undefined ? 'stateless' : 'stateful';
	if (await speaks('modern', endpoint)) return 'modern';
	if (await offersEventStream(endpoint)) return 'sse';
	throw new ProbeError(
		`${endpoint.url} speaks no transport of MCP: ${shown(posted)}. Give the URL of its MCP endpoint.`,
	);
}

/**
 * Opens one session on a transport and lists the tools.
 * @throws ProbeError when the server does not speak this transport
 */
export async function listTools(transport: Transport, endpoint: Endpoint): Promise<readonly ListedTool[]> {
	let tools: unknown[] = [];
	const failed = await inSession(transport, { ...endpoint, stream: false }, async (session) => {
		const result = (await patiently(session, session.request('tools/list'))) as { tools?: unknown };
		if (!Array.isArray(result?.tools)) throw new SessionError('protocol', 'tools/list answered no tools');
		tools = result.tools;
	});
	if (failed === undefined) return tools.flatMap((tool) => asTool(tool) ?? []);
	const others = transports.filter((other) => other !== transport).join(', ');
	throw new ProbeError(
		`${endpoint.url} does not speak ${transport}: ${failed.message}. Give another --transport (${others}, or auto).`,
	);
}

/** Whether clients of this server hold a stream: always on `sse`; on `stateful` where GET is not answered 405, as it may be. */
export async function holdsStream(transport: Transport, endpoint: Endpoint): Promise<boolean> {
	if (transport !== 'stateful') return transport === 'sse';
	const failed = await inSession(transport, { ...endpoint, stream: true }, async () => {});
	return failed === undefined;
}

/** Makes one call and says what is wrong with it, or nothing. */
export async function tryCall(transport: Transport, endpoint: Endpoint, call: Call): Promise<string | undefined> {
	const ask = (session: Session) => patiently(session, callOnce(session, call));
	return (await inSession(transport, { ...endpoint, stream: false }, ask))?.message;
}

/** Opens a session, asks, and drops it. @returns what the server did wrong, or nothing */
async function inSession(
	transport: Transport,
	endpoint: Endpoint,
	ask: (session: Session) => Promise<unknown>,
): Promise<SessionError | undefined> {
	const session = connectTo(transport, endpoint)(silent);
	try {
		await patiently(session, session.open());
		await ask(session);
		return undefined;
	} catch (error) {
		if (!(error instanceof SessionError)) throw error;
		return error;
	} finally {
		session.destroy();
	}
}

const silent: SessionEvents = { connect() {}, push() {}, stray() {}, lost() {} };

async function speaks(transport: Transport, endpoint: Endpoint): Promise<boolean> {
	try {
		await listTools(transport, endpoint);
		return true;
	} catch (error) {
		if (error instanceof ProbeError) return false;
		throw error;
	}
}

async function patiently<T>(session: Session, step: Promise<T>): Promise<T> {
	const timer = setTimeout(() => session.abandon('timeout'), patienceMs);
	try {
		return await step;
	} finally {
		clearTimeout(timer);
	}
}

async function post(endpoint: Endpoint, body: string): Promise<Answer> {
	const { url, path } = placeOf(endpoint);
	const line = new Line(endpoint, silent);
	const timer = setTimeout(() => line.abandon('timeout'), patienceMs);
	const accept = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'];
	try {
		return await line.answerTo(requestHead(url, 'POST', path, [...accept, ...endpoint.headers]), body);
	} finally {
		clearTimeout(timer);
		line.destroy();
	}
}

function asProbeError(error: unknown): never {
	if (!(error instanceof SessionError)) throw error;
	throw new ProbeError(`The server did not answer: ${error.message}. Is it the right URL, and does the server run?`);
}

function isInitialized({ status, body, headers }: Answer): boolean {
	if (status !== 200) return false;
	if (isEventStream(headers)) return body.includes('"protocolVersion"');
	try {
		return (parseMessage(body).result as { protocolVersion?: unknown } | undefined)?.protocolVersion !== undefined;
	} catch {
		return false;
	}
}

/** Whether GET is answered by an event stream, as only the oldest transport does without a session. */
function offersEventStream(endpoint: Endpoint): Promise<boolean> {
	const { path } = placeOf(endpoint);
	const channel = new Channel(endpoint, silent);
	return new Promise<boolean>((resolve) => {
		const stream: EventStream = new EventStream({
			started: (status, got) => status === 200 && isEventStream(got),
			event: ({ event }) => resolve(event === 'endpoint'),
			ended: (_why: Failure) => resolve(false),
		});
		setTimeout(() => stream.end('timeout'), patienceMs).unref();
		channel.send({ method: 'GET', path, headers: ['accept', 'text/event-stream', ...endpoint.headers] }, stream);
	}).finally(() => channel.destroy());
}

function shown({ status, headers, body }: Answer): string {
	const type = headers['content-type'];
	const what =
		typeof type === 'string' && type.startsWith('text/html') ? 'an HTML page' : JSON.stringify(body.slice(0, 60));
	return `initialize was answered ${status} with ${what}`;
}

function asTool(tool: unknown): ListedTool | undefined {
	const { name, inputSchema } = (tool ?? {}) as { name?: unknown; inputSchema?: { required?: unknown } };
	if (typeof name !== 'string') return undefined;
	const required = inputSchema?.required;
	return { name, required: Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [] };
}
