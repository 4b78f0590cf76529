import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A frozen process cannot notice that its parent is gone: where the system has it, `setpriv` has the kernel see to that. Elsewhere
 * such a process ends with its group, which the harness kills.
 */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/** Node's own place for it. Code is compiled once for all processes, as it is before it is brought to a platform. */
const compileCache = join(tmpdir(), 'node-compile-cache');

/** A process of the platform's, in the group of the host, which never outlives it. */
export class OwnProcess {
	readonly pid: number;
	/** Fulfils when it is gone. */
	readonly exited: Promise<void>;
	readonly #child: ChildProcess;
	#isOver = false;

	/**
	 * @param file of this folder's parent
	 * @param onStdoutLine sees its first line
	 * @throws Error where the system refuses
	 */
	constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv, onStdoutLine?: (line: string) => void) {
		const node = [process.execPath, `${import.meta.dirname}/../${file}`, ...args];
		const [command = process.execPath, ...rest] = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...node] : node;
		this.#child = spawn(command, rest, {
			// Its stdin ends with this process: one that runs leaves by itself.
			stdio: ['pipe', onStdoutLine ? 'pipe' : 'ignore', 'inherit'],
			env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env },
		});
		this.#child.on('error', () => {});
		this.#child.stdin?.on('error', () => {});
		this.pid = this.#child.pid ?? 0;
		if (this.pid === 0) throw new Error('the system refused to start a process');
		this.exited = new Promise((resolve) => {
			this.#child.once('exit', () => {
				this.#isOver = true;
				resolve();
			});
		});
		if (onStdoutLine) this.#listen(onStdoutLine);
	}

	#listen(onStdoutLine: (line: string) => void): void {
		let text = '';
		this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
			if (text.includes('\n')) return;
			text += chunk;
			const end = text.indexOf('\n');
			if (end >= 0) onStdoutLine(text.slice(0, end));
		});
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	/** It stands still from now on: its timers, its sockets, all of it. */
	freeze(): void {
		this.signal('SIGSTOP');
	}

	thaw(): void {
		this.signal('SIGCONT');
	}

	signal(signal: NodeJS.Signals): void {
		if (!this.#isOver) this.#child.kill(signal);
	}
}
