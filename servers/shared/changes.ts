import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';
import { benchTools, tool } from './tools.ts';

/** The numbers that were pushed of late: what a client that holds no stream has to ask for. */
export class PushLog {
	/** In the order in which they were pushed, which is that of the numbers. */
	readonly #numbers: number[] = [];

	add(number: number): void {
		this.#numbers.push(number);
		if (this.#numbers.length > limits.pushLogNumbers) this.#numbers.shift();
	}

	/** Those that followed this number, as far as they are still kept. */
	after(number: number): readonly number[] {
		// What a client has not seen is little, and stands at the end.
		const at = this.#numbers.findLastIndex((pushed) => pushed <= number);
		return this.#numbers.slice(at + 1);
	}
}

/**
 * Lets clients poll for what the server pushes: with the tool `changes`, which only servers that push have. The numbers are the
 * process's, whoever asks.
 */
export function servePolls(runtime: Runtime): void {
	runtime.pushLog = new PushLog();
	const changes = tool(
		'changes',
		'Answers with the numbers that were pushed after the one given, as a JSON array.',
		{
			after: {
				type: 'integer',
				description: 'the last number seen',
				maximum: Number.MAX_SAFE_INTEGER,
				default: 0,
			},
		},
		({ after }) => `[${runtime.pushLog?.after(after).join(',')}]`,
	);
	runtime.tools = benchTools.and(changes);
}
