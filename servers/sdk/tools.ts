import { z } from 'zod';
import type { Runtime } from '../shared/runtime.ts';
import type { Tool, ToolCaller, ToolResult, ToolTable } from '../shared/tools.ts';

/** What a call may use of either SDK. */
export interface SdkCaller {
	readonly signal: AbortSignal;
	readonly progressToken: string | number | undefined;
	progress(params: { progressToken: string | number; progress: number; total: number }): Promise<void>;
	/** Sends a log message of level `info`, where the client wants one. */
	log(logger: string, data: unknown): Promise<void>;
}

/** The result of a call, as both SDKs take it. */
interface Answer {
	[key: string]: unknown;
	content: { type: 'text'; text: string }[];
	isError?: boolean;
}

/** `McpServer` of either SDK, as far as tools are concerned. */
interface Registrar<Context> {
	registerTool(
		name: string,
		config: { description: string; inputSchema: z.ZodType },
		run: (args: unknown, context: Context) => Promise<Answer>,
	): unknown;
}

interface Listing {
	readonly name: string;
	readonly description: string;
	readonly inputSchema: Parameters<typeof z.fromJSONSchema>[0];
}

interface Entry {
	readonly name: string;
	readonly tool: Tool;
	readonly config: { description: string; inputSchema: z.ZodType };
}

/** The shared tools with their schemas as the SDKs want them. */
function entriesOf(table: ToolTable): Entry[] {
	return (JSON.parse(table.listing) as Listing[]).flatMap(({ name, description, inputSchema }) => {
		const tool = table.find(name);
		return tool ? [{ name, tool, config: { description, inputSchema: z.fromJSONSchema(inputSchema) } }] : [];
	});
}

/**
 * Puts the shared tools behind an SDK's server, and knows how many calls run. The schemas are made once for the process:
 * the documentation's examples make them anew with each server, which costs a session as much memory as the SDK itself and
 * a stateless call half as much time again, and would tell of zod.
 */
export class SdkTools {
	/** Calls that are not answered yet; a drain waits for them. */
	running = 0;
	readonly #runtime: Runtime;
	readonly #entries: readonly Entry[];

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
		this.#entries = entriesOf(runtime.tools);
	}

	/** @param callerOf what the SDK tells a tool of its caller */
	register<Context>(server: Registrar<Context>, callerOf: (context: Context) => SdkCaller): void {
		for (const { name, tool, config } of this.#entries) {
			server.registerTool(name, config, (args, context) => this.#run(tool, args, callerOf(context)));
		}
	}

	async #run(tool: Tool, args: unknown, caller: SdkCaller): Promise<Answer> {
		const checked = tool.check(args);
		// The SDK has checked already, by the same table.
		if ('wrong' in checked) return { ...answer(checked.wrong), isError: true };
		const { ledger } = this.#runtime;
		this.#runtime.counts.callsExecuted++;
		this.running++;
		try {
			const running = checked.run(toolCaller(caller));
			// Still in the turn in which it began, as on the reference servers.
			if (running instanceof Promise) ledger?.ran(tool.name, args, 'begun');
			const result = await running;
			ledger?.ran(tool.name, args, 'done');
			return answer(result);
		} catch (error) {
			if (caller.signal.aborted) ledger?.ran(tool.name, args, 'stopped');
			throw error;
		} finally {
			this.running--;
		}
	}
}

function answer(result: ToolResult): Answer {
	if (typeof result === 'string') return { content: [{ type: 'text', text: result }] };
	// A tool of the conformance suites: other kinds of content, which the SDK checks.
	return { ...result } as Answer;
}

/** Progress where the call asks for it, otherwise log messages: as the reference servers do. */
function toolCaller({ signal, progressToken, progress, log }: SdkCaller): ToolCaller {
	return {
		signal,
		report: (step, of) =>
			progressToken === undefined
				? log('notify', { step, of })
				: progress({ progressToken, progress: step, total: of }),
		log: (text) => void log('log', text).catch(() => undefined),
		// Nothing is resumable without an event store.
		disconnect: () => undefined,
	};
}
