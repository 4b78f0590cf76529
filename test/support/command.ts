import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { projectFolder } from './folders.ts';
import { killMarked, markVariable } from './processes.ts';

/** Longest wait for anything but a whole run; a test that needs it has failed. */
export const patienceMs = 30_000;

const cli = fileURLToPath(new URL('../../bench/cli.ts', import.meta.url));

export interface CommandOptions {
	/** A file to run instead of the command, for the fixtures. */
	readonly file?: string;
	/** Words before Node's, e.g. a shell that lowers a limit. */
	readonly prefix?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly uid?: number;
}

export interface Ended {
	/** Null when a signal ended it. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly out: string;
	readonly err: string;
}

/** The command as a process, leader of its own group as a shell would start it. */
export interface Running extends AsyncDisposable {
	/** Found in the environment of all its descendants. */
	readonly mark: string;
	/** What it wrote so far. */
	readonly said: { readonly out: string; readonly err: string };
	readonly ended: Promise<Ended>;
	/** What Ctrl-C in a terminal does: the signal goes to the whole group. */
	interrupt(): void;
	/** To the harness alone. */
	kill(signal: NodeJS.Signals): void;
	/** Waits until the condition holds. @throws Error when the command ends before, or after `patienceMs` */
	until(holds: () => boolean, what: string): Promise<void>;
}

/** What a user sets for his own shell is none of a test's business. */
function environment(extra: CommandOptions['env'], mark: string): NodeJS.ProcessEnv {
	// Of a CI machine a program expects no colours, even where a test gives it a terminal.
	const { NODE_OPTIONS, NODE_TEST_CONTEXT, NO_COLOR, FORCE_COLOR, COLUMNS, CI, ...rest } = process.env;
	// Tests run side by side, each of them another program to the others.
	const shared = { BENCH_BESIDE_OTHERS: '1' };
	return { ...rest, TERM: 'xterm-256color', ...shared, [markVariable]: mark, ...extra };
}

/** Starts `npm run bench -- …`, without npm. */
export function startBench(args: readonly string[], options: CommandOptions = {}): Running {
	const mark = randomUUID();
	const words = [...(options.prefix ?? []), process.execPath, options.file ?? cli, ...args];
	const [program = '', ...others] = words;
	const child = spawn(program, others, {
		cwd: projectFolder,
		env: environment(options.env, mark),
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
	});
	const said = { out: '', err: '' };
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		said.out += chunk;
	});
	child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
		said.err += chunk;
	});
	let over = false;
	const ended = once(child, 'close').then(([code, signal]): Ended => {
		over = true;
		return { code, signal, ...said };
	});
	const { pid } = child;
	if (pid === undefined) throw new Error(`${program} could not be started`);
	const send = (to: number, signal: NodeJS.Signals) => {
		if (child.exitCode === null && child.signalCode === null) process.kill(to, signal);
	};
	return {
		mark,
		said,
		ended,
		interrupt: () => send(-pid, 'SIGINT'),
		kill: (signal) => send(pid, signal),
		until: async (holds, what) => {
			const giveUp = performance.now() + patienceMs;
			while (!holds()) {
				if (over || performance.now() > giveUp) throw new Error(`${what}: not seen. ${said.out}\n${said.err}`);
				await sleep(10);
			}
		},
		async [Symbol.asyncDispose]() {
			killMarked(mark);
			send(pid, 'SIGKILL');
			await ended;
		},
	};
}

/** Runs the command to its end. @throws Error after `withinMs` */
export async function bench(
	args: readonly string[],
	{ withinMs = patienceMs, ...options }: CommandOptions & { readonly withinMs?: number } = {},
): Promise<Ended> {
	await using running = startBench(args, options);
	const late = sleep(withinMs, 'late' as const, { ref: false });
	const first = await Promise.race([running.ended, late]);
	if (first !== 'late') return first;
	throw new Error(`${args.join(' ')}: still running after ${withinMs} ms. ${running.said.out}\n${running.said.err}`);
}
