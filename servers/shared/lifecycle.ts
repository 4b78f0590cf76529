import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import type { MissingExit, ReadyLine } from '../contract.ts';
import type { Gate } from './auth.ts';
import { http } from './builtins.ts';
import { servePolls } from './changes.ts';
import { serveControl } from './control.ts';
import { dispatcher } from './dispatch.ts';
import { checkTogether, type Flags, parse, withFlags } from './flags.ts';
import { fronted } from './front.ts';
import { Ledger } from './ledger.ts';
import { limits } from './limits.ts';
import { pushEvery, pushNow } from './pusher.ts';
import { Runtime } from './runtime.ts';
import type { SessionStore } from './session-store.ts';
import type { Endpoint, Transport } from './transport.ts';
import { UsageError } from './usage-error.ts';

/** `missing`: this machine lacks what the server needs, as the last line on stderr says. `runtime`: what runs the server has ended. */
export const exitCode = { done: 0, runtime: 1, usage: 2, missing: 3 satisfies MissingExit, listen: 4 } as const;
/** So many clients may reconnect in one instant; the kernel caps it at `somaxconn`. */
const backlog = 4096;
const idleSweepMs = 20;

/**
 * Runs one server from its own file.
 * @param folder where that file lies, for the help
 */
export async function run(transport: Transport, args: readonly string[], folder = 'servers'): Promise<void> {
	const command = withFlags(new Command(`node ${folder}/${transport.name}.ts`), transport.name)
		.description(transport.title)
		.action(async (flags: Flags) => start(transport, flags));
	await runCommand(command, args);
}

/** Runs a command and turns what is wrong with the command line into one sentence and exit code 2. */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
	try {
		if (!(await parse(command, args))) process.exitCode = exitCode.done;
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`${command.name()}: ${error.message}\n`);
		process.exitCode = exitCode.usage;
	}
}

/**
 * Starts a server and writes the ready line once it accepts connections.
 * @param announce takes the ready line; absent: it goes to stdout
 * @throws UsageError where flags contradict each other, or the ledger or a log cannot be made
 */
export async function start(
	transport: Transport,
	flags: Flags,
	announce: (ready: ReadyLine) => void = announceOnStdout,
): Promise<void> {
	checkTogether(flags);
	const runtime = new Runtime(flags);
	if (flags.ledger !== undefined) runtime.ledger = new Ledger(flags.ledger, flags.ledgerOriginUs);
	// Loaded where asked for only: a measured server carries no tools of the suites.
	if (flags.tools === 'conformance') runtime.tools = (await import('./conformance-tools.ts')).conformanceTools(runtime);
	else if (flags.pushEveryMs > 0) servePolls(runtime);
	if (transport.sharesSessions) runtime.sessionStore = await storeOf(flags);
	else if (flags.sessionStore !== undefined) withoutEffect('--session-store', 'this server cannot share its sessions');
	runtime.gate = await gateOf(transport, flags);
	const endpoint = transport.open(runtime, flags);
	const server = httpServer(transport, endpoint, runtime, flags);
	exitWithParent(flags);
	drainOnSignal(server, runtime, endpoint, flags.drainMs);
	// A reader of stdout or stderr that went away must not end the server.
	for (const out of [process.stdout, process.stderr]) out.on('error', () => undefined);
	server.once('error', (error: NodeJS.ErrnoException) => {
		process.stderr.write(`${transport.name}: ${listenFault(error, flags)}\n`);
		process.exit(exitCode.listen);
	});
	server.listen({ port: flags.port, host: flags.host, backlog }, () => {
		runtime.streams.commentEvery(flags.sseCommentMs);
		const beginPushes = pushesOf(flags, runtime);
		runtime.gate?.recheck(endpoint);
		serveControl({
			counters: () => ({
				openSessions: endpoint.openSessions,
				openStreams: endpoint.openStreams ?? runtime.streams.size,
				callsExecuted: runtime.counts.callsExecuted,
				// Streams that are not the runtime's have no bound of its own.
				...(endpoint.openStreams === undefined && { overflows: runtime.streams.overflows }),
				...(runtime.sessionStore && { storeFailures: runtime.sessionStore.failures }),
			}),
			push: (number) => pushNow(number, runtime),
			...(beginPushes && { beginPushes }),
			...(runtime.gate && { revoke: (tokens, on) => runtime.gate?.revoke(tokens, on) ?? 0 }),
		});
		const { port, address } = server.address() as AddressInfo;
		const host = address.includes(':') ? `[${address}]` : address;
		announce({ ready: true, url: `http://${host}:${port}${transport.path}`, pid: process.pid });
	});
}

export function announceOnStdout(ready: ReadyLine): void {
	process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Says that a flag means nothing to this server: better than a silence that looks like obedience. */
export function withoutEffect(flag: string, because: string): void {
	process.stderr.write(`${flag} has no effect: ${because}.\n`);
}

/** Begins the pushes that are asked for. @returns the way to begin them, where they wait to be told */
function pushesOf({ pushEveryMs, pushOneSeed, pushWhenTold }: Flags, runtime: Runtime): (() => void) | undefined {
	let hasBegun = false;
	const begin = (): void => {
		if (hasBegun) return;
		hasBegun = true;
		pushEvery({ everyMs: pushEveryMs, ...(pushOneSeed !== undefined && { oneSeed: pushOneSeed }) }, runtime);
	};
	if (pushWhenTold) return begin;
	begin();
	return undefined;
}

/** Loaded where asked for only, as the tools of the suites are. */
async function storeOf({ sessionStore, sessionIdleMs }: Flags): Promise<SessionStore | undefined> {
	if (sessionStore === undefined) return undefined;
	const { SessionStore } = await import('./session-store.ts');
	return SessionStore.open(sessionStore, sessionIdleMs > 0 ? sessionIdleMs : limits.storedSessionMs);
}

/** Loaded where asked for only, as the session store is. */
async function gateOf(transport: Transport, flags: Flags): Promise<Gate | undefined> {
	if (flags.auth === 'none') return undefined;
	if (flags.authAt === 'stream' && !transport.isWithinSession) {
		withoutEffect('--auth-at stream', 'this server asks every request for its token');
	}
	const { Gate } = await import('./auth.ts');
	return Gate.open(flags, transport);
}

function httpServer(transport: Transport, endpoint: Endpoint, runtime: Runtime, flags: Flags): Server {
	// `headersTimeout` and `requestTimeout` stay at Node's 60 s and 300 s: they bound how long a request may take to arrive,
	// not how long its answer may take, so neither cuts a long call or a held stream.
	const options = {
		keepAliveTimeout: flags.httpKeepAliveMs,
		keepAliveTimeoutBuffer: 0,
		noDelay: true,
		// Node has the system ask ten times, a second apart: a client that does not answer is given up that much later.
		keepAlive: flags.tcpKeepAliveMs > 0,
		keepAliveInitialDelay: flags.tcpKeepAliveMs,
	};
	return http.createServer(options, fronted(dispatcher(transport, endpoint, runtime), flags, runtime.gate));
}

/** Why the port could not be opened, and what to do. */
export function listenFault(error: NodeJS.ErrnoException, { host, port }: Pick<Flags, 'host' | 'port'>): string {
	const where = `port ${port} of ${host}`;
	if (error.code === 'EADDRINUSE') {
		return `${where} is in use; stop what listens there, give another --port, or --port 0 for a free one.`;
	}
	if (error.code === 'EACCES') return `${where} is reserved for the administrator; give a --port above 1023.`;
	if (error.code === 'EADDRNOTAVAIL') return `this machine has no address ${host}; give --host 127.0.0.1.`;
	return `${where} cannot be opened (${error.code ?? error.message}); give another --port.`;
}

/** A server never outlives whoever started it. */
export function exitWithParent(flags: Pick<Flags, 'exitWithStdin'>): void {
	const leave = (): never => process.exit(exitCode.done);
	if (process.send) {
		process.once('disconnect', leave);
		if (!process.connected) leave();
	}
	if (flags.exitWithStdin) {
		process.stdin.once('end', leave).once('error', leave).once('close', leave);
		process.stdin.resume();
	}
}

/**
 * The first SIGTERM or SIGINT drains: no new connections, calls in flight are answered, streams end. A second one, or the end
 * of `drainMs`, cuts what is left.
 */
function drainOnSignal(server: Server, runtime: Runtime, endpoint: Endpoint, drainMs: number): void {
	const leave = (): never => process.exit(exitCode.done);
	const drain = (): void => {
		if (runtime.draining) leave();
		runtime.draining = true;
		runtime.streams.drain();
		endpoint.drain?.();
		if (!server.listening) leave();
		server.close(leave);
		// Connections that fall idle would hold the drain for their whole keep-alive, those that never sent anything for ever.
		setInterval(() => {
			if (runtime.inFlight === 0) server.closeAllConnections();
			else server.closeIdleConnections();
		}, idleSweepMs);
		setTimeout(() => {
			process.stderr.write(`drain: not finished after ${drainMs} ms, cutting what is left.\n`);
			leave();
		}, drainMs);
	};
	process.on('SIGTERM', drain).on('SIGINT', drain);
}
