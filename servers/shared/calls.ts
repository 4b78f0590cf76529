import {
	encodeError,
	encodeNotification,
	encodeResult,
	errorCode,
	isRpcId,
	metaOf,
	type RpcId,
	type RpcRequest,
} from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { ToolCaller, ToolResult } from './tools.ts';

/** Where a call's notifications go. Where `push` returns a promise the client lags. */
export interface Sink {
	push(json: string): Promise<void> | undefined;
	/** Closes the connection under an answer that can be resumed; absent or without effect elsewhere. */
	disconnect?(): void;
}

/** How a revision writes the answer to `tools/call`. */
export interface Dialect {
	/** Whether wrong arguments are a result marked `isError` (since 2025-11-25) or an error -32602. */
	readonly wrongArgumentsAreResults: boolean;
	/**
	 * @param content encoded array
	 * @returns the encoded result
	 */
	encode(content: string, isError: boolean): string;
}

/** An answer ready to be sent; null where the call was cancelled and must not be answered. */
export type Answer = string | Promise<string | null>;

/** One `tools/call` on its way: where its notifications go, and how it is cancelled. */
export class Call implements ToolCaller {
	readonly #sink: Sink;
	readonly #progressToken: RpcId | undefined;
	readonly #logs: boolean;
	#controller: AbortController | undefined;

	/** @param logs whether the client wants log messages of level `info` */
	constructor(request: RpcRequest, sink: Sink, logs: boolean) {
		const { progressToken } = metaOf(request.params);
		this.#sink = sink;
		this.#progressToken = isRpcId(progressToken) ? progressToken : undefined;
		this.#logs = logs;
	}

	/** Made on first use: a call that is answered at once needs none. */
	get signal(): AbortSignal {
		this.#controller ??= new AbortController();
		return this.#controller.signal;
	}

	get cancelled(): boolean {
		return this.#controller?.signal.aborted ?? false;
	}

	cancel(): void {
		this.#controller ??= new AbortController();
		this.#controller.abort();
	}

	report(step: number, of: number): Promise<void> | undefined {
		if (this.#progressToken !== undefined) {
			const token = JSON.stringify(this.#progressToken);
			const params = `{"progressToken":${token},"progress":${step},"total":${of}}`;
			return this.#sink.push(encodeNotification('notifications/progress', params));
		}
		return this.#info(`"notify","data":{"step":${step},"of":${of}}`);
	}

	log(text: string): void {
		void this.#info(`"log","data":${JSON.stringify(text)}`);
	}

	disconnect(): void {
		this.#sink.disconnect?.();
	}

	#info(loggerAndData: string): Promise<void> | undefined {
		if (!this.#logs) return undefined;
		return this.#sink.push(encodeNotification('notifications/message', `{"level":"info","logger":${loggerAndData}}`));
	}
}

/** Runs `tools/call`. A tool that needs no time is answered in the same turn, without a promise. */
export function callTool(request: RpcRequest, call: Call, dialect: Dialect, runtime: Runtime): Answer {
	const { id, params } = request;
	const tool = runtime.tools.find(params?.name);
	if (!tool) {
		return encodeError(id, errorCode.invalidParams, `Unknown tool: ${String(params?.name).slice(0, 100)}`);
	}
	const checked = tool.check(params?.arguments);
	if ('wrong' in checked) {
		const message = `Invalid arguments for tool ${tool.name}: ${checked.wrong}`;
		return dialect.wrongArgumentsAreResults
			? encodeResult(id, encode(message, dialect, true))
			: encodeError(id, errorCode.invalidParams, message);
	}
	runtime.counts.callsExecuted++;
	const { ledger } = runtime;
	const result = checked.run(call);
	if (!(result instanceof Promise)) {
		ledger?.ran(tool.name, params?.arguments, 'done');
		return encodeResult(id, encode(result, dialect));
	}
	// Still in the turn in which it began: nobody can have seen anything of it yet.
	ledger?.ran(tool.name, params?.arguments, 'begun');
	const over = ledger && ((stage: 'done' | 'stopped') => ledger.ran(tool.name, params?.arguments, stage));
	return later(id, result, call, dialect, over);
}

function encode(result: ToolResult, dialect: Dialect, isError = false): string {
	if (typeof result === 'string') return dialect.encode(`[{"type":"text","text":${JSON.stringify(result)}}]`, isError);
	return dialect.encode(JSON.stringify(result.content), result.isError ?? false);
}

async function later(
	id: RpcId,
	running: Promise<ToolResult>,
	call: Call,
	dialect: Dialect,
	over: ((stage: 'done' | 'stopped') => void) | undefined,
): Promise<string | null> {
	try {
		const result = await running;
		over?.('done');
		return encodeResult(id, encode(result, dialect));
	} catch (error) {
		if (call.cancelled) {
			over?.('stopped');
			return null;
		}
		return encodeError(id, errorCode.internal, error instanceof Error ? error.message : 'the tool failed');
	}
}
