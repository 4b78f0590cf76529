import { Command } from 'commander';
import type { ReadyLine } from '../contract.ts';
import { monotonicUs } from '../shared/clock.ts';
import { serveFigures } from '../shared/control.ts';
import { type Flags, refuseAuth, withFlags } from '../shared/flags.ts';
import { exitCode, exitWithParent, listenFault, runCommand } from '../shared/lifecycle.ts';
import { limits } from '../shared/limits.ts';
import { findWorkerd, startWorkerd, type Workerd, WorkerdError } from './process.ts';
import type { Settings, TransportName } from './protocol.ts';

/** The flags of these servers. */
interface WorkerdFlags extends Flags {
	/** Where the objects of sessions are kept; absent: in a temporary folder. */
	readonly storage?: string;
}

const titles: Readonly<Record<TransportName, string>> = {
	sse: 'HTTP+SSE (2024-11-05) on workerd, a durable object for each session',
	stateful: 'Streamable HTTP with sessions on workerd, a durable object for each session',
	stateless: 'Streamable HTTP without sessions on workerd',
	modern: 'Streamable HTTP (2026-07-28) on workerd',
};

/** The flags that mean nothing here, with what they are when nobody gave them. */
const withoutEffect = [
	['httpKeepAliveMs', 5000, 'how long an idle connection is kept is the runtime’s own'],
	['tcpKeepAliveMs', 0, 'the runtime’s sockets are its own'],
	['resumable', false, 'a worker keeps no event log'],
	['sessionIdleMs', 0, 'a session ends on DELETE only'],
	['tools', 'bench', 'a worker has the tools that are measured'],
	['ledger', undefined, 'a worker has no file to write to'],
	['accessLog', undefined, 'a worker has no file to write to'],
	['requestLog', undefined, 'a worker has no file to write to'],
	['cors', undefined, 'nothing stands before a worker'],
	['tickets', false, 'nothing stands before a worker'],
] as const satisfies readonly [keyof Flags, unknown, string][];

export const transportNames = Object.keys(titles) as readonly TransportName[];

/** Runs one server on workerd from its own file. */
export async function runOnWorkerd(name: TransportName): Promise<void> {
	await runCommand(asCommand(new Command(`node servers/workerd/${name}.ts`), name), process.argv.slice(2));
}

/** Makes a command one that starts a server on workerd. */
export function asCommand(command: Command, name: TransportName): Command {
	return withFlags(command)
		.description(titles[name])
		.option('--storage <path>', 'stateful: folder in which sessions outlive the process')
		.action((flags: WorkerdFlags) => start(name, flags));
}

async function start(name: TransportName, flags: WorkerdFlags): Promise<void> {
	refuseAuth(flags);
	for (const out of [process.stdout, process.stderr]) out.on('error', () => undefined);
	for (const line of unheeded(name, flags)) process.stderr.write(`${line}\n`);
	const found = findWorkerd();
	if ('missing' in found) {
		process.stderr.write(`${found.missing}\n`);
		process.exit(exitCode.missing);
	}
	exitWithParent(flags);
	const workerd = await started(found.path, name, flags);
	process.once('exit', workerd.kill);
	workerd.child.once('exit', (code, signal) => {
		if (leaving) return;
		process.stderr.write(`workerd has ended by itself (${signal ?? `exit code ${code}`}).\n`);
		process.exit(exitCode.runtime);
	});
	drainOnSignal(workerd, flags.drainMs);
	serveFigures((control) => workerd.channel.ask(control));
	const path = name === 'sse' ? '/sse' : '/mcp';
	// The process that serves is the runtime's: its memory and its CPU time are what is measured.
	const pid = workerd.child.pid ?? process.pid;
	const ready: ReadyLine = { ready: true, url: `http://${bracketed(flags.host)}:${workerd.port}${path}`, pid };
	process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function unheeded(name: TransportName, flags: WorkerdFlags): string[] {
	const lines = withoutEffect
		.filter(([flag, silent]) => flags[flag] !== silent)
		.map(
			([flag, , why]) =>
				`--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} has no effect: ${why}.`,
		);
	if (flags.storage !== undefined && name !== 'stateful') lines.push('--storage has no effect: nothing is stored.');
	if (flags.maxSessions !== limits.heldClients && name === 'modern') {
		lines.push('--max-sessions has no effect: each subscription is a request that knows no other.');
	}
	return lines;
}

async function started(path: string, transport: TransportName, flags: WorkerdFlags): Promise<Workerd> {
	const { reply, stream, retryMs, maxSessions, sessionIdleMs, sseCommentMs, pushEveryMs } = flags;
	const settings: Settings = {
		transport,
		options: { reply, stream, resumable: false, retryMs, maxSessions, sessionIdleMs },
		sseCommentMs,
		pushEveryMs,
		clockOffsetUs: monotonicUs() - Date.now() * 1000,
	};
	try {
		return await startWorkerd(path, settings, `${bracketed(flags.host)}:${flags.port}`, flags.storage);
	} catch (error) {
		if (!(error instanceof WorkerdError)) throw error;
		const busy = /address already in use/i.test(error.said);
		const fault = busy
			? listenFault(Object.assign(new Error(error.said), { code: 'EADDRINUSE' }), flags)
			: `${error.message}: ${error.said.trim()}`;
		process.stderr.write(`${transport}: ${fault}\n`);
		return process.exit(exitCode.listen);
	}
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

let leaving = false;

/** As the other servers do: the first signal drains, a second one or the end of `drainMs` cuts what is left. */
function drainOnSignal({ child, channel }: Workerd, drainMs: number): void {
	const drain = (): void => {
		if (leaving) process.exit(exitCode.done);
		leaving = true;
		child.once('exit', () => process.exit(exitCode.done));
		if (child.exitCode !== null || child.signalCode !== null) process.exit(exitCode.done);
		// The runtime stops to listen and waits for what is under way; only the worker can end its streams.
		child.kill('SIGTERM');
		channel
			.ask('drain')
			.then(() => channel.close())
			.catch(() => undefined);
		setTimeout(() => {
			process.stderr.write(`drain: not finished after ${drainMs} ms, cutting what is left.\n`);
			process.exit(exitCode.done);
		}, drainMs);
	};
	process.on('SIGTERM', drain).on('SIGINT', drain);
}
