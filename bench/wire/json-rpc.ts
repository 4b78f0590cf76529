import { type Call, type Push, SessionError } from '../model/session.ts';

/** A message as it came, with the fields that decide what it is. Nothing about it is trusted. */
export interface Message {
	readonly id?: unknown;
	readonly method?: unknown;
	readonly params?: unknown;
	readonly result?: unknown;
	readonly error?: { readonly code?: unknown; readonly message?: unknown } | null;
}

export const clientInfo = { name: 'mcp-transport-bench', version: '0.1.0' } as const;

/** @throws SessionError `protocol` when the text is not a JSON object */
export function parseMessage(text: string): Message {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw new SessionError('protocol', `not JSON: ${text.slice(0, 80)}`, { cause });
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new SessionError('protocol', `not a JSON-RPC message: ${text.slice(0, 80)}`);
	}
	return value;
}

/** The message as a push, or undefined if it is an answer. */
export function asPush(message: Message): Push | undefined {
	if (typeof message.method !== 'string') return undefined;
	return { method: message.method, params: message.params };
}

/** The body of a tool call; `meta` is a JSON object's text, placed in `params._meta`. */
export function callBody(id: number, call: Call, meta?: string): string {
	const tail = meta === undefined ? '' : `,"_meta":${meta}`;
	return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${JSON.stringify(call.tool)},"arguments":${call.arguments}${tail}}}`;
}

/** The body of any request; `meta` as in `callBody`. */
export function requestBody(
	id: number,
	method: string,
	params: Readonly<Record<string, unknown>>,
	meta?: string,
): string {
	const all = meta === undefined ? params : { ...params, _meta: JSON.parse(meta) as unknown };
	return JSON.stringify({ jsonrpc: '2.0', id, method, params: all });
}

export function initializeBody(id: number, protocolVersion: string): string {
	return JSON.stringify({
		jsonrpc: '2.0',
		id,
		method: 'initialize',
		params: { protocolVersion, capabilities: {}, clientInfo },
	});
}

export const initializedBody = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

/**
 * Whether an answer on a shared stream belongs to an earlier request: it came twice, or after the call was given up.
 * An id that was never sent is not stray but wrong.
 */
export function isStray(id: unknown, waitingFor: number | undefined): boolean {
	return waitingFor === undefined || (typeof id === 'number' && id > 0 && id < waitingFor);
}

/** A value from a server, for a message: nothing of it runs, and it is short. */
function shown(value: unknown): string {
	return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 120);
}

/**
 * Checks that a message is the answer to request `id` and returns its result.
 * @throws SessionError `wrong-answer` for another id, `rpc-error` for an error
 */
export function resultOf(message: Message, id: number): unknown {
	if (message.id !== id) throw new SessionError('wrong-answer', `answer has id ${shown(message.id)}, expected ${id}`);
	// Lenient servers write `"error": null` beside a result.
	if (message.error !== undefined && message.error !== null) {
		const { code, message: text } = message.error;
		throw new SessionError('rpc-error', `error ${shown(code)}: ${shown(text)}`);
	}
	return message.result;
}

/**
 * Checks that a result is a success and, where the call says what must come back, that it did.
 * @throws SessionError `wrong-answer` or `rpc-error`
 */
export function verifyResult(result: unknown, call: Call): void {
	const { content, isError } = (result ?? {}) as { content?: { text?: unknown }[]; isError?: unknown };
	if (isError === true) throw new SessionError('rpc-error', 'the tool answered with isError');
	if (!Array.isArray(content)) throw new SessionError('wrong-answer', 'the result holds no content');
	if (call.expect === undefined || content[0]?.text === call.expect) {
		call.hear?.(content[0]?.text);
		return;
	}
	throw new SessionError('wrong-answer', `answer holds ${shown(content[0]?.text)}, expected ${call.expect}`);
}
