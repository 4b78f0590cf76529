import type { Socket } from 'node:net';
import type { Outlet } from './answer.ts';
import { emptyAnswer, jsonAnswer, type Request, streamHead } from './http.ts';

/** A call of the tool `echo`, and where its answer goes. */
export interface EchoCall {
	readonly id: unknown;
	readonly text: string;
	readonly outlet: Outlet;
}

/** A transport at work: answers whatever is no call by itself, and hands calls on. */
export interface Endpoint {
	/** Where clients connect. */
	readonly path: string;
	readonly openSessions: number;
	readonly openStreams: number;
	handle(request: Request, call: (call: EchoCall) => void): void;
}

interface Message {
	readonly id?: unknown;
	readonly method?: string;
	readonly params?: {
		readonly protocolVersion?: unknown;
		readonly name?: unknown;
		readonly arguments?: { readonly text?: unknown };
	};
}

const serverInfo = { name: 'known-answer', version: '1' };
const tools = [{ name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } }];

export function resultJson(id: unknown, text: string): string {
	return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
}

/** @returns the answer's JSON; undefined where the message is a notification, or a call, which has been handed on */
function answerTo(message: Message, outlet: Outlet, call: (call: EchoCall) => void): string | undefined {
	const { id, method, params } = message;
	if (id === undefined) return undefined;
	const reply = (rest: object): string => JSON.stringify({ jsonrpc: '2.0', id, ...rest });
	switch (method) {
		case 'initialize':
			return reply({ result: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo } });
		case 'tools/list':
			return reply({ result: { tools } });
		case 'ping':
			return reply({ result: {} });
		case 'tools/call':
			if (params?.name !== 'echo') return reply({ error: { code: -32602, message: 'the only tool is echo' } });
			call({ id, text: String(params.arguments?.text ?? ''), outlet });
			return undefined;
		default:
			return reply({ error: { code: -32601, message: 'Method not found' } });
	}
}

/** Streamable HTTP without sessions: every POST is answered in JSON. */
export function statelessEndpoint(): Endpoint {
	return {
		path: '/mcp',
		openSessions: 0,
		openStreams: 0,
		handle({ method, body, socket }, call) {
			if (method !== 'POST') {
				socket.write(emptyAnswer('405 Method Not Allowed'));
				return;
			}
			const message = JSON.parse(body) as Message;
			const outlet: Outlet = { socket, frame: jsonAnswer };
			const json = answerTo(message, outlet, call);
			if (json !== undefined) writeWhole(outlet, json);
			else if (message.id === undefined) socket.write(emptyAnswer('202 Accepted'));
		},
	};
}

/** What a session is for the server, and how long it outlives its stream. */
export interface SessionLife {
	/** Of the JavaScript heap, kept with each session. */
	readonly kb: number;
	/** After this the session of a stream that was closed is forgotten; never: it is kept. */
	readonly forgetAfterMs: number | 'never';
}

/** HTTP+SSE: a held stream per session, and POSTs that are answered on it. */
export function sseEndpoint({ kb, forgetAfterMs }: SessionLife): Endpoint {
	const streams = new Map<string, Socket>();
	/** Of every session, those included that outlive their stream. */
	const kept = new Map<string, readonly number[]>();
	const left = (session: string): void => {
		streams.delete(session);
		if (forgetAfterMs === 'never') return;
		if (forgetAfterMs === 0) kept.delete(session);
		else setTimeout(() => kept.delete(session), forgetAfterMs);
	};
	let lastSession = 0;
	const frame: Outlet['frame'] = (json) => ({ head: 'event: message\n', body: `data: ${json}\n\n` });
	const open = (socket: Socket): void => {
		const session = String(++lastSession);
		streams.set(session, socket);
		kept.set(session, new Array<number>(kb * 128).fill(lastSession + 0.5));
		socket.once('close', () => left(session));
		socket.write(`${streamHead}event: endpoint\ndata: /messages?session=${session}\n\n`);
	};
	return {
		path: '/sse',
		get openSessions() {
			return kept.size;
		},
		get openStreams() {
			return streams.size;
		},
		handle({ method, path, body, socket }, call) {
			if (method === 'GET') {
				open(socket);
				return;
			}
			const stream = streams.get(path.slice(path.indexOf('=') + 1));
			if (stream === undefined) {
				socket.write(emptyAnswer('404 Not Found'));
				return;
			}
			socket.write(emptyAnswer('202 Accepted'));
			const outlet: Outlet = { socket: stream, frame };
			const json = answerTo(JSON.parse(body) as Message, outlet, call);
			if (json !== undefined) writeWhole(outlet, json);
		},
	};
}

function writeWhole({ socket, frame }: Outlet, json: string): void {
	const { head, body } = frame(json);
	socket.write(head + body);
}
