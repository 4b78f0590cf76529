import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ControlRequest, MissingExit, ReadyLine, ServerState } from '../../servers/contract.ts';
import { monotonicUs } from '../clock.ts';
import type { Role } from '../model/history.ts';
import type { Network } from '../model/path.ts';
import type { ServerCommand } from '../model/target.ts';
import { Unavailable } from '../model/unavailable.ts';
import { tooLate } from './busy-machine.ts';
import { type Child, type ChildSpec, describeExit, StartError, startChild } from './child.ts';
import { freePort, isPortFree } from './port.ts';
import { type Ask, askerOf } from './questions.ts';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** How to start a server of a target. */
export interface ServerSpec {
	/** `target` by default. */
	readonly role?: Role;
	readonly server: Extract<ServerCommand, { kind: 'node' }>;
	/** Flags after those of the target, e.g. a scenario's. */
	readonly args?: readonly string[];
	readonly nodeFlags?: readonly string[];
	readonly cpus?: readonly number[];
	readonly env?: ChildSpec['env'];
	readonly network?: Network;
	/** Where it must listen; absent: a free port outside of the range of outgoing connections. */
	readonly port?: number;
	/** How long it may take until its ready line; 10 s by default. */
	readonly readyMs?: number;
}

/** A server that accepts connections. */
export interface ServerProcess extends Pick<Child, 'exited' | 'exit' | 'stderrTail' | 'signal' | 'kill' | 'terminate'> {
	readonly spec: ServerSpec;
	readonly url: string;
	/** The process that serves, as it says itself. */
	readonly pid: number;
	readonly port: number;
	readonly cpus: readonly number[];
	/** The instant (`monotonicUs`) at which its ready line was read. */
	readonly readyUs: number;
	/**
	 * Asks the server over IPC for its figures; `collect` forces garbage collections first.
	 * @throws Error when it exits, refuses, or does not answer within `timeoutMs` (10 s by default)
	 */
	control(control: ControlRequest['control'], timeoutMs?: number): Promise<ServerState>;
	/** Any question over IPC, for a server with a control language of its own. */
	readonly ask: Ask;
}

const missingExit: MissingExit = 3;
/** How long a port may stay busy after its owner was killed, before the restart gives up. */
const busyPortMs = 2000;

/**
 * Starts a server and waits for its ready line. A busy port is tried again: the same one when `port` says so, another
 * one otherwise.
 * @throws StartError with one sentence and the last lines of stderr, Unavailable where this machine lacks what the server needs; the
 * process is gone then
 */
export async function startServer(spec: ServerSpec): Promise<ServerProcess> {
	const giveUpUs = monotonicUs() + busyPortMs * 1000;
	for (;;) {
		const port = spec.port ?? (await freePort());
		try {
			return await startOnce(spec, port);
		} catch (error) {
			if (monotonicUs() > giveUpUs || !(await wasPortBusy(error, port))) throw error;
			await sleep(50);
		}
	}
}

/** Starts the same server again where it listened before. @throws StartError */
export function restartServer(server: ServerProcess): Promise<ServerProcess> {
	return startServer({ ...server.spec, port: server.port });
}

/** Whether a start failed because somebody else had the port: as the server says, or as a try shows. */
async function wasPortBusy(error: unknown, port: number): Promise<boolean> {
	if (!(error instanceof StartError)) return false;
	return error.stderr.some((line) => line.includes('EADDRINUSE')) || !(await isPortFree(port));
}

async function startOnce(spec: ServerSpec, port: number): Promise<ServerProcess> {
	const readyLine = Promise.withResolvers<string>();
	const child = startChild({
		role: spec.role ?? 'target',
		file: resolve(projectRoot, spec.server.file),
		args: [...spec.server.args, ...(spec.args ?? []), '--port', String(port)],
		...(spec.nodeFlags && { nodeFlags: spec.nodeFlags }),
		...(spec.cpus && { cpus: spec.cpus }),
		...(spec.env && { env: spec.env }),
		...(spec.network && { network: spec.network }),
		onStdoutLine: readyLine.resolve,
	});
	const ask = askerOf(child);
	const ready = await becomeReady(child, readyLine.promise, spec.readyMs ?? 10_000);
	const readyUs = monotonicUs();
	return {
		spec,
		url: ready.url,
		pid: ready.pid,
		port: Number(new URL(ready.url).port),
		cpus: child.cpus,
		readyUs,
		control: (control, timeoutMs) => ask<ServerState>({ control }, control, timeoutMs),
		ask,
		exited: child.exited,
		exit: child.exit,
		stderrTail: child.stderrTail,
		signal: child.signal,
		kill: child.kill,
		terminate: child.terminate,
	};
}

/** The ready line, or a StartError once the process is gone. */
async function becomeReady(child: Child, line: Promise<string>, readyMs: number): Promise<ReadyLine> {
	const deadline = Promise.withResolvers<'late'>();
	const timer = setTimeout(() => deadline.resolve('late'), readyMs);
	const first = await Promise.race([line.then((text) => ({ text })), child.exited, deadline.promise]);
	clearTimeout(timer);
	if (first !== 'late' && 'text' in first) {
		const ready = parseReady(first.text);
		if (ready) return ready;
	}
	await child.kill();
	// The last words of a process arrive after its exit; a descendant in a session of its own may hold the pipe open.
	await Promise.race([child.closed, sleep(500, undefined, { ref: false })]);
	const stderr = child.stderrTail();
	if (first !== 'late' && !('text' in first) && first.code === missingExit) {
		throw new Unavailable(stderr.at(-1) ?? 'The server lacks something and does not say what.');
	}
	if (first === 'late') throw new StartError(tooLate(`The server said nothing within ${readyMs} ms`), stderr);
	if ('text' in first) {
		throw new StartError(`The server's first line is not a ready line: ${first.text.slice(0, 200)}`, stderr);
	}
	throw new StartError(`The server ended before it was ready (${describeExit(first)}).`, stderr);
}

function parseReady(line: string): ReadyLine | undefined {
	try {
		const value: unknown = JSON.parse(line);
		const isReady =
			typeof value === 'object' &&
			value !== null &&
			'ready' in value &&
			value.ready === true &&
			'url' in value &&
			typeof value.url === 'string' &&
			URL.canParse(value.url) &&
			'pid' in value &&
			Number.isInteger(value.pid);
		return isReady ? (value as ReadyLine) : undefined;
	} catch {
		return undefined;
	}
}
