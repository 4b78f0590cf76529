import type { HeardBy, LibraryId } from '../model/observed.ts';
import type { Transport } from '../model/transport.ts';

/** Where a client connects to. */
export interface Server {
	readonly url: string;
	readonly transport: Transport;
	/** Extra headers of every request; name, value, name, value. */
	readonly headers: readonly string[];
}

/** Told of everything that a library tells unasked. */
export type Hear = (api: HeardBy, error?: unknown) => void;

/** A client of an official SDK with all of its defaults, as an application has it: no retry, no timeout, no option of ours. */
export interface LibraryClient {
	/** Connects through a new transport; after `close` again. */
	connect(): Promise<void>;
	/** @returns the text of the answer @throws whatever the library throws, and Error where the tool failed */
	call(tool: string, args: object): Promise<string>;
	close(): Promise<void>;
}

/** One generation of the SDK. */
export interface Library {
	readonly id: LibraryId;
	readonly package: string;
	readonly version: string;
	/** The library's own limit for a call. */
	readonly callTimeoutMs: number;
	client(server: Server, hear: Hear): LibraryClient;
}

/** How the client names itself to the server. */
export const clientInfo = { name: 'mcp-transport-bench', version: '1' } as const;

/** The options of a transport: none, unless the user has headers of his own. */
export function headersOf({ headers }: Server): {
	readonly requestInit?: { readonly headers: Record<string, string> };
} {
	if (headers.length === 0) return {};
	const pairs: Record<string, string> = {};
	for (let n = 0; n < headers.length; n += 2) pairs[headers[n] as string] = headers[n + 1] ?? '';
	return { requestInit: { headers: pairs } };
}

/** The text of a tool's answer. @throws Error where the tool failed, or answered without a text */
export function textOf(result: object): string {
	const { content, isError } = result as { content?: readonly { text?: unknown }[]; isError?: boolean };
	const text = content?.[0]?.text;
	if (isError === true) throw new Error(`the tool failed: ${String(text)}`);
	if (typeof text !== 'string') throw new Error('the answer has no text');
	return text;
}
