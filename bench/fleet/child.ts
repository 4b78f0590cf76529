import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Role } from '../model/history.ts';
import type { Network } from '../model/path.ts';
import { type Group, groupOf, signalGroup } from './group.ts';
import { guard } from './guard.ts';
import { networkCommand } from './network.ts';
import { yieldTo } from './priority.ts';
import { Tail } from './tail.ts';
import { findTool } from './tools.ts';

/**
 * What Node made of its modules is kept: without, every process starts with 0.2 s of CPU time for the stripping of types, and with the
 * stripper in its memory, which no server in production has. In the folder where packages keep what they can make again; where it
 * cannot be written, Node goes without.
 */
const compileCacheFolder = fileURLToPath(new URL('../../node_modules/.cache/node-compile', import.meta.url));

/** How to start a process: a script of the harness's own Node, a program of this machine, or a command line of the user's. */
export interface ChildSpec {
	readonly role: Role;
	/** Absolute path of the script, or of the program; or a command line, which the shell runs. */
	readonly file: string | { readonly program: string } | { readonly shell: string };
	/** Of a script or a program. */
	readonly args?: readonly string[];
	/** Where it runs; absent: where the harness does. */
	readonly folder?: string;
	/** Flags of Node itself, before the script. */
	readonly nodeFlags?: readonly string[];
	/** Absent: the harness's own. */
	readonly network?: Network;
	/** CPUs it may run on; absent or empty: any. Ignored where `taskset` is missing. */
	readonly cpus?: readonly number[];
	/** Added to this process's environment; `undefined` removes a variable. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** An IPC channel, on by default. `json` suits plain objects, `advanced` carries typed arrays and maps. */
	readonly ipc?: 'json' | 'advanced' | false;
	/** Sees every complete line of stdout. */
	readonly onStdoutLine?: (line: string) => void;
}

/** How a process ended: one of the two is not null. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
}

/** `exit code 3` or `SIGKILL`, for people. */
export function describeExit(exit: Exit): string {
	return exit.signal ?? `exit code ${exit.code}`;
}

/** A process could not be started, or did not become ready. */
export class StartError extends Error {
	/** One sentence. */
	readonly because: string;
	/** The last lines that it wrote to stderr. */
	readonly stderr: readonly string[];

	constructor(because: string, stderr: readonly string[] = []) {
		super(because);
		this.name = 'StartError';
		this.because = because;
		this.stderr = stderr;
	}
}

/** A running process of the harness, leader of its own session and group, registered with the reaper. */
export interface Child {
	readonly role: Role;
	readonly pid: number;
	/** The CPUs it was pinned to; empty when it was not. */
	readonly cpus: readonly number[];
	/** Fulfils when the process is gone; never rejects. */
	readonly exited: Promise<Exit>;
	/** Fulfils when it is gone and all that it wrote has been read, a little after `exited`; never rejects. */
	readonly closed: Promise<void>;
	/** How it ended, once it has. */
	exit(): Exit | undefined;
	stdoutTail(): readonly string[];
	stderrTail(): readonly string[];
	/** Sends an object over IPC; false when there is no channel any more. */
	send(message: object): boolean;
	/** Hears every object that the process sends over IPC; returns the way to stop. Register in the tick of the start. */
	onMessage(listener: (message: unknown) => void): () => void;
	/** Sends a signal to the process and its descendants; false when nobody is left. */
	signal(signal: NodeJS.Signals): boolean;
	/** Sends a signal to the process alone: a master tells its workers itself. False when it is gone. */
	signalLeader(signal: NodeJS.Signals): boolean;
	/** SIGKILL to the process and its descendants; fulfils when it is gone. */
	kill(): Promise<Exit>;
	/** SIGTERM, and SIGKILL for what is left after `deadlineMs`; fulfils when it is gone. */
	terminate(deadlineMs: number): Promise<Exit>;
}

/**
 * Starts a script with this process's own Node. Synchronous, so that listeners registered at once miss nothing.
 * @throws StartError when the operating system refuses
 */
export function startChild(spec: ChildSpec): Child {
	const stdout = new Tail(spec.onStdoutLine ? { onLine: spec.onStdoutLine } : {});
	const stderr = new Tail();
	const { started, cpus } = spawn(spec);
	const child = started.nodeChildProcess;
	if (child.pid === undefined) throw new StartError('The operating system refused to start the process.');

	const group = groupOf(child.pid);
	guard.watch(group);
	started.stdout.setEncoding('utf8').on('data', (chunk: string) => stdout.push(chunk));
	started.stderr.setEncoding('utf8').on('data', (chunk: string) => stderr.push(chunk));
	// A write into the channel of a process that just died: its exit tells.
	child.on('error', () => {});

	const exited = new Promise<Exit>((resolve) => {
		child.once('exit', (code, signal) => resolve({ code, signal }));
	});
	const closed = new Promise<void>((resolve) => {
		child.once('close', () => resolve());
	});
	let exit: Exit | undefined;
	const settled = exited.then((how) => {
		exit = how;
		// Descendants that outlive their leader have nobody to serve any more.
		signalGroup(group, 'SIGKILL');
		guard.release(group.id);
		return how;
	});
	if (cpus.length === 0) yieldTo(spec.role, child.pid, () => exit === undefined);

	return {
		role: spec.role,
		pid: child.pid,
		cpus,
		exited: settled,
		closed,
		exit: () => exit,
		stdoutTail: () => stdout.lines(),
		stderrTail: () => stderr.lines(),
		send: (message) => {
			// What `send` returns is back-pressure, not success.
			if (child.connected) child.send(message);
			return child.connected;
		},
		onMessage: (listener) => {
			child.on('message', listener);
			return () => child.off('message', listener);
		},
		signal: (signal) => exit === undefined && signalGroup(group, signal),
		// Node holds the pid until it has told of the exit: it cannot be another's.
		signalLeader: (signal) => exit === undefined && child.kill(signal),
		kill: () => end(group, settled, () => exit),
		terminate: (deadlineMs) => endPolitely(group, settled, () => exit, deadlineMs),
	};
}

/**
 * Starts the process: under `taskset` when CPUs are asked for, under `nsenter` or `unshare` for another network. Each replaces
 * itself by what follows and so keeps pid, group and channel.
 */
function spawn(spec: ChildSpec) {
	const plain = commandOf(spec);
	const wanted = spec.cpus ?? [];
	const taskset = wanted.length > 0 ? findTool('taskset') : null;
	const pinned = taskset === null ? plain : [taskset, '-c', wanted.join(','), ...plain];
	const command = spec.network ? [...networkCommand(spec.network), ...pinned] : pinned;
	const [file = process.execPath, ...args] = command;
	const ipc = spec.ipc ?? 'json';
	const started = execa(file, args, {
		// Its own session: Ctrl-C in the terminal is for the harness, which then ends its children in order.
		detached: true,
		cleanup: false,
		reject: false,
		// Output goes into bounded tails; execa would keep all of it.
		buffer: false,
		stdin: 'ignore',
		stdout: 'pipe',
		stderr: 'pipe',
		...(spec.folder !== undefined && { cwd: spec.folder }),
		ipc: ipc !== false,
		serialization: ipc === 'advanced' ? 'advanced' : 'json',
		// What a user sets for his shell's Node must not shape a measured process, nor make it a child of a test runner.
		env: { NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined, NODE_COMPILE_CACHE: compileCacheFolder, ...spec.env },
	});
	return { started, cpus: taskset === null ? [] : wanted };
}

function commandOf({ file, args = [], nodeFlags = [] }: ChildSpec): readonly string[] {
	if (typeof file === 'string') return [process.execPath, ...nodeFlags, file, ...args];
	return 'program' in file ? [file.program, ...args] : ['/bin/sh', '-c', file.shell];
}

async function end(group: Group, exited: Promise<Exit>, exit: () => Exit | undefined): Promise<Exit> {
	if (exit() === undefined) signalGroup(group, 'SIGKILL');
	return exited;
}

async function endPolitely(
	group: Group,
	exited: Promise<Exit>,
	exit: () => Exit | undefined,
	deadlineMs: number,
): Promise<Exit> {
	if (exit() === undefined) signalGroup(group, 'SIGTERM');
	const deadline = setTimeout(() => void end(group, exited, exit), deadlineMs);
	try {
		return await exited;
	} finally {
		clearTimeout(deadline);
	}
}
