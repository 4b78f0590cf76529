import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { limits } from './limits.ts';
import { isObject } from './rpc.ts';

/** What a running tool may use of its caller. */
export interface ToolCaller {
	/** Aborted when the caller cancelled the call, or left where leaving cancels. */
	readonly signal: AbortSignal;
	/** Sends one notification. Where it returns a promise the caller lags: wait for it before the next. */
	report(step: number, of: number): Promise<void> | undefined;
	/** Sends one log message of level `info`, where the caller wants them. */
	log(text: string): void;
	/** Closes the connection under the answer where the caller can resume it; the answer then waits for its return. */
	disconnect?(): void;
}

/** An answer that is more than one text. */
export interface Content {
	readonly content: readonly object[];
	readonly isError?: boolean;
}
export type ToolResult = string | Content;

interface TextInput {
	readonly type: 'string';
	readonly description: string;
	/** Makes the argument optional. */
	readonly default?: string;
}
interface CountInput {
	readonly type: 'integer';
	readonly description: string;
	readonly maximum: number;
	/** Makes the argument optional. */
	readonly default?: number;
}
type Input = TextInput | CountInput;
type Values<I> = { readonly [K in keyof I]: I[K] extends TextInput ? string : number };

export interface Tool {
	readonly name: string;
	/** The tool as `tools/list` shows it. */
	readonly listing: object;
	/** A capability without which a client of 2026-07-28 must not be served. */
	readonly needs?: string;
	/** @returns the way to the answer, or why the arguments are wrong */
	check(
		args: unknown,
	): { readonly run: (caller: ToolCaller) => ToolResult | Promise<ToolResult> } | { readonly wrong: string };
}

/** The tools of a server. */
export class ToolTable {
	/** The value of `tools` in the result of `tools/list`, encoded once. */
	readonly listing: string;
	readonly #tools: readonly Tool[];
	readonly #byName: ReadonlyMap<string, Tool>;

	constructor(tools: readonly Tool[]) {
		this.#tools = tools;
		this.#byName = new Map(tools.map((entry) => [entry.name, entry]));
		this.listing = JSON.stringify(tools.map((entry) => entry.listing));
	}

	/** A table with one tool more. */
	and(more: Tool): ToolTable {
		return new ToolTable([...this.#tools, more]);
	}

	find(name: unknown): Tool | undefined {
		return typeof name === 'string' ? this.#byName.get(name) : undefined;
	}
}

/** One table of inputs makes the schema that clients see and the check that calls pass. */
export function tool<const I extends Readonly<Record<string, Input>>>(
	name: string,
	description: string,
	inputs: I,
	run: (values: Values<I>, caller: ToolCaller) => ToolResult | Promise<ToolResult>,
): Tool {
	const entries = Object.entries(inputs);
	const required = entries.filter(([, input]) => !('default' in input)).map(([key]) => key);
	const properties = Object.fromEntries(
		entries.map(([key, input]) => [key, input.type === 'integer' ? { minimum: 0, ...input } : input]),
	);
	return {
		name,
		listing: { name, description, inputSchema: { type: 'object', properties, required } },
		check(args) {
			if (args !== undefined && !isObject(args)) return { wrong: 'arguments must be an object' };
			const values: Record<string, string | number> = {};
			for (const [key, input] of entries) {
				const value = args?.[key] ?? ('default' in input ? input.default : undefined);
				if (!fits(value, input)) return { wrong: `${key} must be ${expected(input)}, got ${shown(value)}` };
				values[key] = value;
			}
			return { run: (caller) => run(values as Values<I>, caller) };
		},
	};
}

function fits(value: unknown, input: Input): value is string | number {
	if (input.type === 'string') return typeof value === 'string';
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= input.maximum;
}

function expected(input: Input): string {
	return input.type === 'string' ? 'a string' : `a whole number from 0 to ${input.maximum}`;
}

function shown(value: unknown): string {
	return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40);
}

const bench: readonly Tool[] = [
	tool(
		'echo',
		'Answers with the text it was given.',
		{
			text: { type: 'string', description: 'any text' },
			afterMs: { type: 'integer', description: 'milliseconds before the answer', maximum: limits.waitMs, default: 0 },
		},
		({ text, afterMs }, caller) => (afterMs === 0 ? text : echoAfter(text, afterMs, caller)),
	),
	tool(
		'sleep',
		'Answers after the given time.',
		{ ms: { type: 'integer', description: 'milliseconds', maximum: limits.waitMs } },
		async ({ ms }, caller) => {
			await wait(ms, undefined, { signal: caller.signal });
			return `slept ${ms} ms`;
		},
	),
	tool(
		'payload',
		'Answers with a text of the given size.',
		{ bytes: { type: 'integer', description: 'size of the text', maximum: limits.payloadBytes } },
		({ bytes }) => 'x'.repeat(bytes),
	),
	tool(
		'notify',
		'Sends notifications, then answers.',
		{
			count: { type: 'integer', description: 'how many', maximum: limits.notifications },
			everyMs: { type: 'integer', description: 'milliseconds before each', maximum: limits.waitMs, default: 0 },
			text: { type: 'string', description: 'the answer, where it is to be another than their count', default: '' },
		},
		({ count, everyMs, text }, caller) => {
			const answer = text === '' ? `sent ${count} notifications` : text;
			return count === 0 ? answer : notify(count, everyMs, answer, caller);
		},
	),
];

async function echoAfter(text: string, afterMs: number, { signal }: ToolCaller): Promise<string> {
	await wait(afterMs, undefined, { signal });
	return text;
}

/** How many notifications leave in one turn of the event loop, so that a burst does not starve other clients. */
const burst = 256;

async function notify(count: number, everyMs: number, answer: string, caller: ToolCaller): Promise<string> {
	for (let step = 1; step <= count; step++) {
		if (everyMs > 0) await wait(everyMs, undefined, { signal: caller.signal });
		else if (step % burst === 0) await nextTurn();
		caller.signal.throwIfAborted();
		// Waiting for a client that lags keeps the stream's buffer small; without it a burst would fill memory.
		const lag = caller.report(step, count);
		if (lag) await lag;
	}
	return answer;
}

/** The tools that are measured. */
export const benchTools = new ToolTable(bench);
