import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { Unavailable } from '../model/unavailable.ts';
import { isOver } from './members.ts';
import { findTool } from './tools.ts';

/** A limit that was put on a process; `lift` takes it away, once or again, also when the process is gone. */
export interface ProcessLimit {
	lift(): Promise<void>;
}

/**
 * The number of descriptors (`ulimit -n`) with which a process can open exactly so many further ones. The kernel compares
 * each new descriptor's number with the limit and gives the lowest free one, so gaps between open ones count as free.
 */
export function limitWithSpare(open: readonly number[], spare: number): number {
	const taken = new Set(open);
	let limit = 0;
	for (let free = 0; free < spare || taken.has(limit); limit += 1) if (!taken.has(limit)) free += 1;
	return limit;
}

/**
 * Lowers the soft limit of a process's descriptors to those it has open and `spareFds` more.
 * @throws Unavailable where `prlimit` is missing or the system refuses
 */
export async function limitDescriptors(pid: number, spareFds: number): Promise<ProcessLimit> {
	const prlimit = findTool('prlimit');
	if (prlimit === null || process.platform !== 'linux') {
		throw new Unavailable('fd_exhaustion needs prlimit: install util-linux, or leave the fault out.');
	}
	const before = softLimit(pid);
	const set = async (soft: string): Promise<string | undefined> => {
		const done = await execa(prlimit, ['--pid', String(pid), `--nofile=${soft}:`], { reject: false, timeout: 5000 });
		return done.failed ? done.stderr || done.shortMessage : undefined;
	};
	const open = readdirSync(`/proc/${pid}/fd`).map(Number);
	const refused = await set(String(limitWithSpare(open, spareFds)));
	if (refused !== undefined) {
		throw new Unavailable(`fd_exhaustion could not limit the target’s descriptors: ${refused.trim()}.`);
	}
	return {
		lift: async () => {
			const failed = await set(before);
			if (failed !== undefined && !isOver(pid))
				throw new Error(`The descriptor limit was not lifted: ${failed.trim()}.`);
		},
	};
}

function softLimit(pid: number): string {
	const found = /^Max open files\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1];
	if (found === undefined)
		throw new Unavailable('fd_exhaustion needs /proc/PID/limits, which this kernel does not show.');
	return found;
}
