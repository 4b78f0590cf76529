import type { IncomingMessage } from 'node:http';
import { header } from './http.ts';
import { errorCode, isObject, metaOf, type Params, type RpcRequest } from './rpc.ts';

/** What revision 2026-07-28 demands of a request's headers and `_meta`. */

export const modernVersion = '2026-07-28';
const prefix = 'io.modelcontextprotocol/';
export const metaKey = {
	protocolVersion: `${prefix}protocolVersion`,
	clientCapabilities: `${prefix}clientCapabilities`,
	logLevel: `${prefix}logLevel`,
	serverInfo: `${prefix}serverInfo`,
	subscriptionId: `${prefix}subscriptionId`,
} as const;

/** A request refused with status 400. */
export interface Fault {
	readonly code: number;
	readonly message: string;
	readonly data?: unknown;
}

/** Which field of `params` the `Mcp-Name` header repeats. */
const named: ReadonlyMap<string, string> = new Map([
	['tools/call', 'name'],
	['prompts/get', 'name'],
	['resources/read', 'uri'],
]);

/**
 * Checks version, headers and envelope of a request, in the order in which the SDKs report them.
 * @returns undefined where all is well
 */
export function faultOf(req: IncomingMessage, request: RpcRequest): Fault | undefined {
	const meta = metaOf(request.params);
	const claimed = meta[metaKey.protocolVersion];
	const version = header(req, 'mcp-protocol-version');
	if (claimed === undefined) return unclaimed(request, version);
	return envelopeFault(meta) ?? versionFault(version, claimed) ?? headerFault(req, request);
}

/** A request of an older revision is told what is spoken here; one of this revision, what it lacks. */
function unclaimed(request: RpcRequest, version: string | undefined): Fault {
	if (version === modernVersion && request.method !== 'initialize')
		return invalid(`_meta needs ${metaKey.protocolVersion}`);
	const asked = version ?? (request.method === 'initialize' ? request.params?.protocolVersion : undefined);
	return unsupported(asked);
}

function envelopeFault(meta: Params): Fault | undefined {
	if (typeof meta[metaKey.protocolVersion] !== 'string') return invalid(`${metaKey.protocolVersion} must be a string`);
	if (!isObject(meta[metaKey.clientCapabilities]))
		return invalid(`_meta needs ${metaKey.clientCapabilities}, an object`);
	return undefined;
}

function versionFault(version: string | undefined, claimed: unknown): Fault | undefined {
	if (version !== undefined && version !== claimed) {
		return mismatch(`MCP-Protocol-Version is ${version}, the body says ${String(claimed)}`);
	}
	if (claimed !== modernVersion) return unsupported(claimed);
	return version === undefined ? mismatch('MCP-Protocol-Version is missing') : undefined;
}

function headerFault(req: IncomingMessage, { method, params }: RpcRequest): Fault | undefined {
	const sentMethod = header(req, 'mcp-method');
	if (sentMethod !== method) return mismatch(`Mcp-Method is ${sentMethod ?? 'missing'}, the body says ${method}`);
	const field = named.get(method);
	const name = field === undefined ? undefined : params?.[field];
	if (typeof name !== 'string') return undefined;
	const sentName = header(req, 'mcp-name');
	if (sentName === name || (sentName !== undefined && decoded(sentName) === name)) return undefined;
	return mismatch(`Mcp-Name is ${sentName ?? 'missing'}, the body says ${name}`);
}

/** A header value that is no plain ASCII comes as `=?base64?…?=`. */
function decoded(value: string): string {
	const match = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value);
	return match?.[1] === undefined ? value : Buffer.from(match[1], 'base64').toString();
}

const invalid = (what: string): Fault => ({ code: errorCode.invalidParams, message: `Invalid params: ${what}` });
const mismatch = (what: string): Fault => ({ code: errorCode.headerMismatch, message: `Header mismatch: ${what}` });
const unsupported = (requested: unknown): Fault => ({
	code: errorCode.unsupportedVersion,
	message: 'Unsupported protocol version',
	data: { supported: [modernVersion], ...(typeof requested === 'string' && { requested }) },
});
