import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, Option } from 'commander';
import { http } from '../shared/builtins.ts';
import { type Counters, serveControl } from '../shared/control.ts';
import { type Flags, refuseAuth, whole, withFlags } from '../shared/flags.ts';
import { announceOnStdout, exitCode, exitWithParent, listenFault, runCommand } from '../shared/lifecycle.ts';
import { UsageError } from '../shared/usage-error.ts';

/** The servers that may run on a platform, and where clients connect. */
export const served = { sse: '/sse', stateful: '/mcp', stateless: '/mcp', modern: '/mcp' } as const;
export type Served = keyof typeof served;

/** The flags that both stand-ins have, beside those of the server, which are passed on to it. */
export interface HostFlags extends Flags {
	readonly serves: Served;
	readonly factor: number;
	readonly usage?: string;
}

/** What a platform is to the process that plays it. */
export interface Platform {
	handle(req: IncomingMessage, res: ServerResponse): void;
	counters(): Counters;
	/** Requests of clients that still wait are answered; nothing new comes. */
	drained(): Promise<void>;
	/** Ends every process at once, and writes down what still ran. */
	kill(): void;
}

const longest = 1_000_000;

/** A command line with the flags of a stand-in and those of the server that it runs. */
export function hostCommand(name: string, title: string): Command {
	return withFlags(new Command(`node servers/serverless/${name}.ts`))
		.description(title)
		.addOption(new Option('--serves <server>', 'which server runs there; needed').choices(Object.keys(served)))
		.option('--factor <n>', 'the limits of the platform are divided by this', whole(longest, 1), 1)
		.option('--usage <path>', 'write down every invocation, in a new file');
}

/** A platform's own answer, in the place of the server's. */
export function answerWith(res: ServerResponse, status: number, body: object): void {
	const text = JSON.stringify(body);
	res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

/** The flags of the server among those of the command line: all that are not the stand-in's own, each with its value. */
export function passedOn(args: readonly string[], own: readonly string[]): string[] {
	const mine = new Set(['--serves', '--factor', '--usage', '--port', '--host', ...own]);
	const passed: string[] = [];
	for (let n = 0; n < args.length; n++) {
		const [name = '', value] = (args[n] ?? '').split('=', 2);
		if (!mine.has(name)) passed.push(args[n] ?? '');
		else if (value === undefined) n++;
	}
	return passed;
}

/** Runs a stand-in as a server that keeps to the contract. */
export async function runHost(
	command: Command,
	args: readonly string[],
	open: (flags: HostFlags) => Platform,
): Promise<void> {
	command.action((given: Omit<HostFlags, 'serves'> & { readonly serves?: Served }) => {
		refuseAuth(given);
		const flags = { ...given, serves: needed(given.serves) };
		listen(command.name(), flags, open(flags));
	});
	await runCommand(command, args);
}

/** Not left to commander, which would not say what may be given. @throws UsageError where there is none */
function needed(serves: Served | undefined): Served {
	if (serves !== undefined) return serves;
	const names = Object.keys(served).join(', ');
	throw new UsageError(
		`required option '--serves <server>' was not given; allowed choices are ${names}. Run with --help for the flags.`,
	);
}

function listen(name: string, flags: HostFlags, platform: Platform): void {
	// A held stream lasts as long as the platform lets it.
	const untimed = {
		keepAliveTimeout: flags.httpKeepAliveMs,
		keepAliveTimeoutBuffer: 0,
		requestTimeout: 0,
		noDelay: true,
	};
	const server = http.createServer(untimed, (req, res) => platform.handle(req, res));
	process.once('exit', () => platform.kill());
	exitWithParent(flags);
	drainOnSignal(server, platform, flags.drainMs);
	for (const out of [process.stdout, process.stderr]) out.on('error', () => undefined);
	server.once('error', (error: NodeJS.ErrnoException) => {
		process.stderr.write(`${name}: ${listenFault(error, flags)}\n`);
		process.exit(exitCode.listen);
	});
	server.listen({ port: flags.port, host: flags.host, backlog: 4096 }, () => {
		serveControl({ counters: () => platform.counters() });
		const { port, address } = server.address() as AddressInfo;
		const host = address.includes(':') ? `[${address}]` : address;
		announceOnStdout({ ready: true, url: `http://${host}:${port}${served[flags.serves]}`, pid: process.pid });
	});
}

/** As the reference servers: the first signal drains, a second one, or the end of `drainMs`, cuts. */
function drainOnSignal(server: Server, platform: Platform, drainMs: number): void {
	let isDraining = false;
	const leave = (): never => process.exit(exitCode.done);
	const drain = (): void => {
		if (isDraining) leave();
		isDraining = true;
		server.close();
		setTimeout(leave, drainMs);
		void platform.drained().then(() => setImmediate(leave));
	};
	process.on('SIGTERM', drain).on('SIGINT', drain);
}
