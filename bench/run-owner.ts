import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTicksOf } from './fleet/group.ts';

/** In a run's folder for as long as its harness is at work: whoever finds one of a process that is gone knows that it was killed. */
const ownerFile = 'harness.json';

export interface Owner {
	readonly pid: number;
	/** With the pid it names a process until the machine is started anew; null where the system does not tell. */
	readonly startTicks: string | null;
}

/** This process, as a line for a file. */
export function ownerLine(): string {
	const owner: Owner = { pid: process.pid, startTicks: startTicksOf(process.pid) };
	return `${JSON.stringify(owner)}\n`;
}

/** Who wrote such a line; undefined where it is none. */
export function ownerOf(line: string): Owner | undefined {
	try {
		const { pid, startTicks } = JSON.parse(line) as Owner;
		return Number.isInteger(pid) && pid > 0 ? { pid, startTicks } : undefined;
	} catch {
		return undefined;
	}
}

/** Whether it is alive, and no later process of the same number. */
export function isAtWork({ pid, startTicks }: Owner): boolean {
	const now = startTicksOf(pid);
	return startTicks === null || now === null ? isAlive(pid) : now === startTicks;
}

/** This process is at work on the run. @throws the file system's error */
export async function claimRun(folder: string): Promise<void> {
	await writeFile(join(folder, ownerFile), ownerLine());
}

/** The run is over. */
export async function releaseRun(folder: string): Promise<void> {
	await rm(join(folder, ownerFile), { force: true });
}

/** Whether the run goes on: its harness is alive, this process or another. */
export function isRunning(folder: string): boolean {
	try {
		const owner = ownerOf(readFileSync(join(folder, ownerFile), 'utf8'));
		return owner !== undefined && isAtWork(owner);
	} catch {
		return false;
	}
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It is there, and somebody else's.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
