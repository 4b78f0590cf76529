import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askOnce } from '../fleet/ask.ts';
import { startChild } from '../fleet/child.ts';
import { findTool } from '../fleet/tools.ts';
import { startWorker } from '../fleet/worker.ts';

const contenderFile = fileURLToPath(new URL('./contender.ts', import.meta.url));

/** A call as the sessions make it, always the same one: what the contenders send. */
export const callBody =
	'{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"echo","arguments":{"text":"0-17423"}}}';

/** What a contender process is asked, once. */
export interface ContenderTask {
	readonly what: 'autocannon' | 'undici' | 'connection' | 'history' | 'sessions' | 'undici-connects';
	readonly url: string;
	readonly connections: number;
	/** Not counted. */
	readonly warmMs: number;
	readonly forMs: number;
	/** Where it may write a history, which it removes. */
	readonly historyPath: string;
}

export type ContenderReply = { readonly values: readonly number[] } | { readonly error: string };

/** A part of the calibration could not be measured: exit 4. */
export class CalibrationError extends Error {}

/** Beyond what it was asked to last, a contender may take this long. */
const graceMs = 60_000;

/** Runs one contender in a process of its own on these CPUs. @throws CalibrationError */
export async function askContender(
	task: ContenderTask,
	cpus: readonly number[],
	signal: AbortSignal,
): Promise<readonly number[]> {
	const child = startWorker(contenderFile, { cpus });
	try {
		return await askOnce(child, {
			task,
			withinMs: task.warmMs + 2 * task.forMs + graceMs,
			hear: (message) => {
				const reply = message as ContenderReply;
				return 'values' in reply ? { answer: reply.values } : reply;
			},
			failure: (why) => new CalibrationError(`The contender ${task.what} ${why}.`),
			signal,
		});
	} finally {
		await child.kill();
	}
}

/** A generator that is a program of the system, used when it is there. */
export interface Program {
	readonly id: 'wrk' | 'hey';
	readonly title: string;
	command(file: string, task: ProgramTask): string;
}

interface ProgramTask {
	readonly url: string;
	readonly connections: number;
	readonly forMs: number;
	readonly body: string;
	/** For files that the program wants. */
	readonly folder: string;
}

export const programs: readonly Program[] = [
	{
		id: 'wrk',
		title: 'wrk (C)',
		command: (file, { url, connections, forMs, body, folder }) => {
			const script = join(folder, 'request.lua');
			const headers = 'wrk.headers["content-type"] = "application/json"';
			writeFileSync(script, `wrk.method = "POST"\n${headers}\nwrk.body = '${body}'\n`);
			return `exec '${file}' -t1 -c${connections} -d${Math.ceil(forMs / 1000)}s -s '${script}' '${url}'`;
		},
	},
	{
		id: 'hey',
		title: 'hey (Go)',
		command: (file, { url, connections, forMs, body }) =>
			`exec '${file}' -cpus 1 -c ${connections} -z ${forMs}ms -m POST -T application/json -d '${body}' '${url}'`,
	},
];

/** Requests per second as the program says itself. @throws CalibrationError */
export async function askProgram(
	program: Program,
	task: ProgramTask,
	cpus: readonly number[],
	signal: AbortSignal,
): Promise<number> {
	const file = findTool(program.id);
	if (file === null) throw new CalibrationError(`${program.id} is not installed.`);
	const child = startChild({ role: 'swarm', file: { shell: program.command(file, task) }, ipc: false, cpus });
	const timer = setTimeout(() => void child.kill(), task.forMs + graceMs);
	const abort = () => void child.kill();
	signal.addEventListener('abort', abort, { once: true });
	try {
		await child.closed;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', abort);
	}
	const said = child.stdoutTail().join('\n');
	const perS = Number(/Requests\/sec:\s*([\d.]+)/.exec(said)?.[1]);
	if (perS > 0) return perS;
	throw new CalibrationError(`${program.id} gave no figure: ${child.stderrTail().at(-1) ?? said.slice(-200)}.`);
}
