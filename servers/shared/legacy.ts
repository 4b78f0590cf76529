import { type Answer, Call, callTool, type Dialect, type Sink } from './calls.ts';
import { capabilities, serverInfo } from './identity.ts';
import { type NumberedPush, pushMember } from './pusher.ts';
import {
	encodeError,
	encodeNotification,
	encodeResult,
	errorCode,
	type RpcNotification,
	type RpcRequest,
} from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { Session } from './sessions.ts';

/** The methods of the revisions 2024-11-05 to 2025-11-25, whatever carries them. */

/** The revision a request without `MCP-Protocol-Version` is taken to speak. */
export const assumedVersion = '2025-03-26';
/** Revisions with Streamable HTTP, newest first. */
export const streamableVersions: readonly string[] = ['2025-11-25', '2025-06-18', assumedVersion];

const encode = (content: string, isError: boolean): string =>
	`{"content":${content}${isError ? ',"isError":true' : ''}}`;
const older: Dialect = { wrongArgumentsAreResults: false, encode };
const newer: Dialect = { wrongArgumentsAreResults: true, encode };
const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** A client of a legacy revision, as one of its requests shows it. */
export interface Client {
	readonly version: string;
	/** Absent where the transport keeps none. */
	readonly session?: Session;
}

/** @param supported newest first; the client gets the one it asked for, or the newest */
export function initialize(request: RpcRequest, supported: readonly string[]): string {
	const asked = request.params?.protocolVersion;
	if (typeof asked !== 'string') {
		return encodeError(request.id, errorCode.invalidParams, 'initialize needs params.protocolVersion');
	}
	const protocolVersion = negotiated(asked, supported);
	const result = { protocolVersion, capabilities: { ...capabilities, logging: {} }, serverInfo };
	return encodeResult(request.id, JSON.stringify(result));
}

/** @param supported newest first */
export function negotiated(asked: string, supported: readonly string[]): string | undefined {
	return supported.includes(asked) ? asked : supported[0];
}

/** Whether clients of a revision know empty events with an id, and may be sent away in the middle of an answer. */
export const knowsPriming = (version: string | undefined): boolean => version !== undefined && version >= '2025-11-25';

/** That the list of tools has changed. */
export const toolsChanged = encodeNotification('notifications/tools/list_changed', '{}');

/** The same, as a push that is numbered. */
export function toolsChangedAs(push: NumberedPush): string {
	return encodeNotification('notifications/tools/list_changed', `{"_meta":{${pushMember(push)}}}`);
}

/** Answers any request but `initialize`. */
export function answer(request: RpcRequest, client: Client, sink: Sink, runtime: Runtime): Answer {
	switch (request.method) {
		case 'tools/call':
			return call(request, client, sink, runtime);
		case 'tools/list':
			return encodeResult(request.id, `{"tools":${runtime.tools.listing}}`);
		case 'ping':
			return encodeResult(request.id, '{}');
		case 'logging/setLevel':
			return setLevel(request, client);
		default:
			return encodeError(request.id, errorCode.methodNotFound, `Method not found: ${request.method.slice(0, 100)}`);
	}
}

function call(request: RpcRequest, { version, session }: Client, sink: Sink, runtime: Runtime): Answer {
	const made = new Call(request, sink, session?.logs ?? true);
	const answered = callTool(request, made, version >= '2025-11-25' ? newer : older, runtime);
	if (typeof answered !== 'string') session?.track(request.id, made, answered);
	return answered;
}

function setLevel({ id, params }: RpcRequest, { session }: Client): string {
	const level = levels.indexOf(String(params?.level));
	if (level < 0) return encodeError(id, errorCode.invalidParams, `level must be one of ${levels.join(', ')}`);
	if (session) session.logs = level <= levels.indexOf('info');
	return encodeResult(id, '{}');
}

/** Takes in a notification; only a cancellation has an effect. */
export function hear(notification: RpcNotification, session: Session | undefined): void {
	if (notification.method === 'notifications/cancelled') session?.cancel(notification.params);
}
