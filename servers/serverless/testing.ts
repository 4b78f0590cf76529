import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvocationLine } from '../contract.ts';
import { call, post, type Started, type start, start as startServer, until } from '../testing.ts';

/** Stand-ins as real processes, with what they wrote down. */

export interface StartedHost extends Started {
	/** What was used so far. */
	usage(): InvocationLine[];
	/** Waits for so many lines. */
	used(count: number): Promise<InvocationLine[]>;
}

export async function startHost(
	platform: 'lambda' | 'cloud-run',
	serves: Parameters<typeof start>[0],
	...args: string[]
): Promise<StartedHost> {
	const folder = mkdtempSync(join(tmpdir(), 'usage-'));
	const path = join(folder, 'usage.ndjson');
	const started = await startServer(`serverless/${platform}`, '--serves', serves, '--usage', path, ...args);
	const usage = (): InvocationLine[] =>
		readFileSync(path, 'utf8')
			.split('\n')
			.slice(0, -1)
			.map((line) => JSON.parse(line) as InvocationLine);
	return {
		...started,
		usage,
		used: async (count) => {
			await until(() => usage().length >= count, `${count} invocations`);
			return usage();
		},
		async [Symbol.asyncDispose]() {
			await started[Symbol.asyncDispose]();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** The letter that the kernel gives the state of a process: `T` stands still; undefined where there is none. */
export function stateOf(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const state = stat.charAt(stat.lastIndexOf(')') + 2);
		return state === 'Z' || state === 'X' ? undefined : state;
	} catch {
		return undefined;
	}
}

export function echo(url: string, afterMs = 0): Promise<Response> {
	return post(url, call(1, 'echo', { text: 'hello', afterMs }), { 'MCP-Protocol-Version': '2025-11-25' });
}
