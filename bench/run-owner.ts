import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTicksOf } from './fleet/group.ts';

/** In a run's folder for as long as its harness is at work: whoever finds one of a process that is gone knows that it was killed. */
const ownerFile = 'harness.json';

interface Owner {
	readonly pid: number;
	/** With the pid it names a process until the machine is started anew; null where the system does not tell. */
	readonly startTicks: string | null;
}

/** This process is at work on the run. @throws the file system's error */
export async function claimRun(folder: string): Promise<void> {
	const owner: Owner = { pid: process.pid, startTicks: startTicksOf(process.pid) };
	await writeFile(join(folder, ownerFile), `${JSON.stringify(owner)}\n`);
}

/** The run is over. */
export async function releaseRun(folder: string): Promise<void> {
	await rm(join(folder, ownerFile), { force: true });
}

/** Whether the run goes on: its harness is alive, this process or another. */
export function isRunning(folder: string): boolean {
	try {
		const { pid, startTicks } = JSON.parse(readFileSync(join(folder, ownerFile), 'utf8')) as Owner;
		if (!Number.isInteger(pid) || pid <= 0) return false;
		const now = startTicksOf(pid);
		return startTicks === null || now === null ? isAlive(pid) : now === startTicks;
	} catch {
		return false;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It is there, and somebody else's.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
