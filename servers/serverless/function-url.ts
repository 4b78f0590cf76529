import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/**
 * What a function URL makes of an HTTP request, payload format 2.0, and what a function answers with, as AWS documents it
 * (docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, read 2026-11-26). Only the parts that a web server needs.
 */
export interface InvocationEvent {
	readonly version: '2.0';
	readonly routeKey: '$default';
	readonly rawPath: string;
	readonly rawQueryString: string;
	readonly cookies?: readonly string[];
	/** Names in lower case; several values of a name are joined by a comma. */
	readonly headers: Readonly<Record<string, string>>;
	readonly queryStringParameters?: Readonly<Record<string, string>>;
	readonly requestContext: {
		readonly requestId: string;
		readonly routeKey: '$default';
		readonly stage: '$default';
		readonly time: string;
		readonly timeEpoch: number;
		readonly domainName: string;
		readonly http: {
			readonly method: string;
			readonly path: string;
			readonly protocol: string;
			readonly sourceIp: string;
			readonly userAgent: string;
		};
	};
	readonly body?: string;
	readonly isBase64Encoded: boolean;
}

/** The beginning of an answer; a buffered one has its body beside it. */
export interface FunctionAnswer {
	readonly statusCode?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly cookies?: readonly string[];
	readonly body?: string;
	readonly isBase64Encoded?: boolean;
}

/** A streamed answer of this type begins with a `FunctionAnswer` as JSON, and eight zero bytes. */
export const streamedAnswerType = 'application/vnd.awslambda.http-integration-response';
export const preludeEnd = Buffer.alloc(8);

/** Belong to a connection, or are made anew on the next one. */
const ofConnection = new Set([
	'connection',
	'keep-alive',
	'proxy-connection',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
	'content-length',
]);

/** The headers that pass from one connection to the next. */
export function passing(headers: IncomingHttpHeaders): Record<string, string> {
	const passed: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value === undefined || ofConnection.has(name) || name === 'cookie' || name === 'set-cookie') continue;
		passed[name] = Array.isArray(value) ? value.join(',') : value;
	}
	return passed;
}

/** By hand: what `URL` refuses, such as `//`, a client may send all the same. */
function targetOf(url = '/'): { readonly path: string; readonly query: string } {
	const [path = '', ...rest] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
	return { path: path === '' ? '/' : path, query: rest.join('?') };
}

export function eventOf(req: IncomingMessage, body: Buffer, requestId: string): InvocationEvent {
	const { path, query } = targetOf(req.url);
	const cookies = req.headers.cookie?.split('; ');
	const now = new Date();
	const headers = passing(req.headers);
	// Text stays text, so that its size is counted as it is: bytes that are none are a third longer.
	const isText = /json|text|javascript|xml|urlencoded/.test(headers['content-type'] ?? 'text');
	return {
		version: '2.0',
		routeKey: '$default',
		rawPath: path,
		rawQueryString: query,
		...(cookies && { cookies }),
		headers,
		...(query !== '' && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
		requestContext: {
			requestId,
			routeKey: '$default',
			stage: '$default',
			time: now.toISOString(),
			timeEpoch: now.getTime(),
			domainName: headers.host ?? '',
			http: {
				method: req.method ?? 'GET',
				path,
				protocol: `HTTP/${req.httpVersion}`,
				sourceIp: req.socket.remoteAddress ?? '',
				userAgent: headers['user-agent'] ?? '',
			},
		},
		...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
		isBase64Encoded: body.length > 0 && !isText,
	};
}

/** The bytes of a body that came inside of JSON. */
export function bytesOf({ body = '', isBase64Encoded = false }: FunctionAnswer | InvocationEvent): Buffer {
	return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** Head of the HTTP answer that a function's answer becomes. @throws Error where it is none */
export function headOf(answer: unknown): { status: number; headers: Record<string, string | string[]> } {
	if (typeof answer !== 'object' || answer === null) throw new Error('the answer is no object');
	const { statusCode = 200, headers = {}, cookies = [] } = answer as FunctionAnswer;
	if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) throw new Error('no such status');
	const passed: Record<string, string | string[]> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (!ofConnection.has(name.toLowerCase())) passed[name.toLowerCase()] = String(value);
	}
	return { status: statusCode, headers: cookies.length > 0 ? { ...passed, 'set-cookie': [...cookies] } : passed };
}

/** Whether a request asks for a stream that is held, rather than for an answer: MCP knows two such requests. */
export function asksForStream({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
	return method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';
}
