import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Channel, openChannel } from './channel.ts';
import { configuration } from './config.ts';
import type { Settings } from './protocol.ts';

/** The runtime at work. */
export interface Workerd {
	readonly child: ChildProcess;
	readonly port: number;
	readonly channel: Channel;
	/** Ends it and removes what it left, at once. */
	kill(): void;
}

/** The runtime could not be started. */
export class WorkerdError extends Error {
	/** What it said. */
	readonly said: string;

	constructor(message: string, said: string) {
		super(message);
		this.said = said;
	}
}

/** Names of the packages that bring the runtime, each for one kind of machine. */
const packages: Readonly<Record<string, string>> = {
	'linux-x64': '@cloudflare/workerd-linux-64',
	'linux-arm64': '@cloudflare/workerd-linux-arm64',
	'darwin-x64': '@cloudflare/workerd-darwin-64',
	'darwin-arm64': '@cloudflare/workerd-darwin-arm64',
};

/** The path of the runtime's program, or in one sentence why there is none and what to do. */
export function findWorkerd(
	machine = `${process.platform}-${process.arch}`,
	resolve: (path: string) => string = createRequire(import.meta.url).resolve,
): { readonly path: string } | { readonly missing: string } {
	const name = packages[machine];
	if (name === undefined) {
		const where = Object.keys(packages).join(', ');
		return { missing: `workerd is made for ${where}, not for ${machine}; leave its targets out.` };
	}
	try {
		return { path: resolve(`${name}/bin/workerd`) };
	} catch {
		return {
			missing: `workerd is missing: the optional package ${name} is not installed; run npm ci without --omit=optional, or leave its targets out.`,
		};
	}
}

/**
 * Starts the runtime and waits until its worker answers.
 * @param path of the program
 * @param address where clients connect; port 0 lets the system choose
 * @param storage a folder that outlives the process; absent: a temporary one, where the transport stores anything
 * @throws WorkerdError
 */
export async function startWorkerd(
	path: string,
	settings: Settings,
	address: string,
	storage?: string,
): Promise<Workerd> {
	const folder = mkdtempSync(join(tmpdir(), 'mcp-transport-bench-workerd-'));
	const controlSocket = join(folder, 'control');
	const kept = settings.transport === 'stateful' ? (storage ?? join(folder, 'storage')) : undefined;
	if (kept !== undefined) mkdirSync(kept, { recursive: true });
	const file = join(folder, 'config.capnp');
	writeFileSync(
		file,
		configuration(settings, { address, controlSocket, ...(kept !== undefined && { storage: kept }) }),
	);
	const child = spawn(path, ['serve', file, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
	const watchdog = watch(child, folder);
	const kill = (): void => {
		// First, because it would look for a process that is gone.
		watchdog.kill('SIGKILL');
		child.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	};
	let said = '';
	child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
		said = (said + chunk).slice(-maxSaid);
	});
	try {
		const port = await listens(child);
		const channel = openChannel(controlSocket);
		await channel.ask('state');
		child.stderr?.on('data', (chunk: string) => process.stderr.write(errorsOf(chunk)));
		return { child, port, channel, kill };
	} catch (error) {
		kill();
		throw new WorkerdError((error as Error).message, said);
	}
}

const maxSaid = 4000;

/** Without the runtime's warnings about itself, which say nothing to whoever runs a server. */
function errorsOf(chunk: string): string {
	return chunk
		.split('\n')
		.filter((line) => !/: warning: /.test(line))
		.join('\n');
}

/**
 * The last one out where this process is killed: a shell in a session of its own that waits for the end of a pipe. It takes
 * some 100 KB and no CPU time.
 */
function watch(child: ChildProcess, folder: string): ChildProcess {
	const script = 'read -r _; kill -9 "$1" 2>/dev/null; rm -rf "$2"';
	const shell = spawn('/bin/sh', ['-c', script, 'watchdog', String(child.pid), folder], {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	shell.unref();
	return shell;
}

/** The port on which it listens, as it says itself. @throws Error when it ends before, or says what nobody understands */
async function listens(child: ChildProcess): Promise<number> {
	const lines = createInterface(child.stdio[3] as Readable);
	const ended = once(child, 'exit').then(([code, signal]) => {
		throw new Error(`workerd ended before it listened (${signal ?? `exit code ${code}`})`);
	});
	const heard = new Promise<number>((resolve, reject) => {
		let port = 0;
		let sockets = 0;
		lines.on('line', (line) => {
			try {
				const { event, socket, port: its } = JSON.parse(line) as { event: string; socket?: string; port?: number };
				if (event !== 'listen') return;
				if (socket === 'http') port = its ?? 0;
				if (++sockets === 2) resolve(port);
			} catch {
				reject(new Error(`workerd should say in JSON where it listens, and said ${JSON.stringify(line)}`));
			}
		});
	});
	return Promise.race([heard, ended]);
}
