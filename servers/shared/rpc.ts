/** JSON-RPC 2.0 as MCP uses it: ids are strings or integers, `params` is an object. */

export type RpcId = string | number;
export type Params = Readonly<Record<string, unknown>>;

export interface RpcRequest {
	readonly id: RpcId;
	readonly method: string;
	readonly params?: Params;
}

export interface RpcNotification {
	readonly method: string;
	readonly params?: Params;
}

export type RpcMessage =
	| { readonly is: 'request'; readonly request: RpcRequest }
	| { readonly is: 'notification'; readonly notification: RpcNotification }
	| { readonly is: 'response' }
	| { readonly is: 'invalid' };

/** Error codes of JSON-RPC, of the SDKs' transports (-32000, -32001) and of 2026-07-28 (-32020 …). */
export const errorCode = {
	parse: -32700,
	invalidRequest: -32600,
	methodNotFound: -32601,
	invalidParams: -32602,
	internal: -32603,
	server: -32000,
	sessionUnknown: -32001,
	headerMismatch: -32020,
	missingCapability: -32021,
	unsupportedVersion: -32022,
} as const;

const response: RpcMessage = { is: 'response' };
const invalid: RpcMessage = { is: 'invalid' };

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isRpcId(value: unknown): value is RpcId {
	return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

/** Tells the four kinds of parsed JSON apart. The message is used as it came, not copied. */
export function classify(value: unknown): RpcMessage {
	if (!isObject(value) || value.jsonrpc !== '2.0') return invalid;
	const { id, method, params } = value;
	if (typeof method !== 'string') return isRpcId(id) && ('result' in value || 'error' in value) ? response : invalid;
	if (params !== undefined && !isObject(params)) return invalid;
	if (id === undefined) return { is: 'notification', notification: value as unknown as RpcNotification };
	return isRpcId(id) ? { is: 'request', request: value as unknown as RpcRequest } : invalid;
}

/** @param result already encoded JSON */
export function encodeResult(id: RpcId, result: string): string {
	return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
}

/** @param id null where the request's id is unknown */
export function encodeError(id: RpcId | null, code: number, message: string, data?: unknown): string {
	return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } });
}

/** @param params already encoded JSON */
export function encodeNotification(method: string, params: string): string {
	return `{"jsonrpc":"2.0","method":"${method}","params":${params}}`;
}

/** The request's `_meta`, or an empty one. */
export function metaOf(params: Params | undefined): Params {
	const meta = params?._meta;
	return isObject(meta) ? meta : {};
}
