import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Group, releaseLine, watchLine } from './group.ts';

const reaperFile = fileURLToPath(new URL('./reaper.ts', import.meta.url));

/** A reaper that died is replaced; one that keeps dying cannot help, and the children's own watch on IPC remains. */
const maxStarts = 3;

/** What the guard needs of a started reaper. */
interface Reaper {
	readonly pid: number | undefined;
	write(line: string): void;
}

/**
 * The harness's side of the reaper: started with the first child, told of every group, replaced if it dies.
 * It never keeps the harness from exiting.
 */
class Guard {
	readonly #groups = new Map<number, Group>();
	#reaper: Reaper | undefined;
	#starts = 0;

	/** Registers a group: from here on it cannot outlive this process. */
	watch(group: Group): void {
		this.#groups.set(group.id, group);
		// A fresh reaper is told of all groups, this one included.
		if (!this.#reaper) this.#start();
		else this.#reaper.write(watchLine(group));
	}

	/** Forgets a group whose last process is gone. */
	release(groupId: number): void {
		if (this.#groups.delete(groupId)) this.#reaper?.write(releaseLine(groupId));
	}

	/** The running reaper's pid, for tests and for a process table. */
	get reaperPid(): number | undefined {
		return this.#reaper?.pid;
	}

	#start(): void {
		if (this.#starts >= maxStarts) return;
		this.#starts += 1;
		const reaper = startReaper(() => {
			if (this.#reaper === reaper) this.#reaper = undefined;
			if (this.#groups.size > 0 && !this.#reaper) this.#start();
		});
		this.#reaper = reaper;
		// The pipe buffers what the reaper has not read yet, so nothing waits for its start.
		for (const group of this.#groups.values()) reaper.write(watchLine(group));
	}
}

function startReaper(onExit: () => void): Reaper {
	// Idle all its life: 90 ms of CPU to start, then none; about 22 MB of its own.
	const flags = ['--max-old-space-size=16', '--max-semi-space-size=1'];
	const started = execa(process.execPath, [...flags, reaperFile], {
		detached: true,
		// Node does not start in a folder that is gone, or that its user may not enter; the harness may stand in one.
		cwd: '/',
		cleanup: false,
		reject: false,
		buffer: false,
		stdin: 'pipe',
		stdout: 'ignore',
		stderr: 'ignore',
		env: { NODE_OPTIONS: undefined },
	});
	const child = started.nodeChildProcess;
	child.once('exit', onExit);
	child.unref();
	const pipe = started.stdin;
	// EPIPE when the reaper dies before us: its exit is handled, the failed write says nothing new.
	pipe.on('error', () => {});
	if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
	return {
		pid: child.pid,
		write: (line) => {
			pipe.write(line);
		},
	};
}

/** One reaper a process, whoever starts children in it. */
export const guard = new Guard();
