import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import type { ReadyLine } from '../contract.ts';
import { serveControl } from './control.ts';
import { checkTogether, type Flags, parse, UsageError, withFlags } from './flags.ts';
import { Replies, refusal } from './http.ts';
import { Ledger } from './ledger.ts';
import { pushEvery } from './pusher.ts';
import { errorCode } from './rpc.ts';
import { Runtime } from './runtime.ts';
import type { Endpoint, Transport } from './transport.ts';

const exitCode = { done: 0, usage: 2, listen: 4 } as const;
/** So many clients may reconnect in one instant; the kernel caps it at `somaxconn`. */
const backlog = 4096;
const idleSweepMs = 20;

/**
 * Runs one server from its own file.
 * @param folder where that file lies, for the help
 */
export async function run(transport: Transport, args: readonly string[], folder = 'servers'): Promise<void> {
	const command = withFlags(new Command(`node ${folder}/${transport.name}.ts`))
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
 * @throws UsageError where flags contradict each other, or the ledger cannot be made
 */
export async function start(transport: Transport, flags: Flags): Promise<void> {
	checkTogether(flags);
	const runtime = new Runtime(flags);
	if (flags.ledger !== undefined) runtime.ledger = new Ledger(flags.ledger, flags.ledgerOriginUs);
	// Loaded where asked for only: a measured server carries no tools of the suites.
	if (flags.tools === 'conformance') runtime.tools = (await import('./conformance-tools.ts')).conformanceTools(runtime);
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
		pushEvery(flags.pushEveryMs, runtime);
		serveControl(() => ({
			openSessions: endpoint.openSessions,
			openStreams: endpoint.openStreams ?? runtime.streams.size,
			callsExecuted: runtime.callsExecuted,
		}));
		const { port, address } = server.address() as AddressInfo;
		const host = address.includes(':') ? `[${address}]` : address;
		const ready: ReadyLine = { ready: true, url: `http://${host}:${port}${transport.path}`, pid: process.pid };
		process.stdout.write(`${JSON.stringify(ready)}\n`);
	});
}

function httpServer(transport: Transport, endpoint: Endpoint, runtime: Runtime, flags: Flags): Server {
	const replies = new Replies(runtime);
	const paths = new Set([transport.path, ...(transport.morePaths ?? [])]);
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
	return createServer(options, (req, res) => {
		runtime.watch(res);
		if (transport.admits && !transport.admits(req, res)) return;
		const refused = transport.admits ? undefined : refusal(req);
		if (refused !== undefined) {
			replies.error(res, 403, errorCode.server, `Forbidden: ${refused}`);
			return;
		}
		const url = req.url ?? '';
		const query = url.indexOf('?');
		const path = query < 0 ? url : url.slice(0, query);
		if (paths.has(path)) endpoint.handle(req, res, path);
		else replies.error(res, 404, errorCode.server, `Not found; connect to ${transport.path}`);
	});
}

function listenFault(error: NodeJS.ErrnoException, { host, port }: Flags): string {
	const where = `port ${port} of ${host}`;
	if (error.code === 'EADDRINUSE') {
		return `${where} is in use; stop what listens there, give another --port, or --port 0 for a free one.`;
	}
	if (error.code === 'EACCES') return `${where} is reserved for the administrator; give a --port above 1023.`;
	if (error.code === 'EADDRNOTAVAIL') return `this machine has no address ${host}; give --host 127.0.0.1.`;
	return `${where} cannot be opened (${error.code ?? error.message}); give another --port.`;
}

/** A server never outlives whoever started it. */
function exitWithParent(flags: Flags): void {
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
