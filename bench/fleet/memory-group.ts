import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../model/unavailable.ts';
import { isOver } from './members.ts';

/** A group keeps the process that runs in it busy for a moment after that process was moved or has ended. */
const removeWithinMs = 3000;
const prefix = 'mcp-bench-';
let made = 0;

/** Where a process's memory is accounted, and how that version of cgroups calls the files. */
export interface MemoryHome {
	/** The group that it is in: where it goes back to. */
	readonly own: string;
	/** In which a further group can be made. */
	readonly parent: string;
	readonly files: typeof version1 | typeof version2;
}

const version1 = {
	limit: 'memory.limit_in_bytes',
	none: '-1',
	usage: 'memory.usage_in_bytes',
	/** Of memory and swap together: set after the other one, and lifted before it. */
	withSwap: (limitBytes: number) => ['memory.memsw.limit_in_bytes', String(limitBytes)] as const,
} as const;
const version2 = {
	limit: 'memory.max',
	none: 'max',
	usage: 'memory.current',
	withSwap: () => ['memory.swap.max', '0'] as const,
} as const;

/**
 * A memory limit on processes by a control group of their own. It is made inside of the group that they are in, or, where
 * version 2 forbids that, beside it: limits from outside hold on. What they have taken stays booked where they were; the new
 * group counts what they take from now on.
 */
export class MemoryGroup {
	readonly #home: MemoryHome;
	readonly #folder: string;
	#there = true;

	private constructor(home: MemoryHome, folder: string) {
		this.#home = home;
		this.#folder = folder;
	}

	/** @throws Unavailable where this machine does not let us */
	static async enter(pids: readonly number[], spareMb: number): Promise<MemoryGroup> {
		const home = memoryHome(pids[0] ?? 0);
		sweep(home.parent);
		made += 1;
		const folder = join(home.parent, `${prefix}${process.pid}-${made}`);
		let group: MemoryGroup | undefined;
		try {
			mkdirSync(folder);
			group = new MemoryGroup(home, folder);
			for (const pid of pids) group.#write('cgroup.procs', String(pid));
			group.#limit(spareMb);
			return group;
		} catch (error) {
			await group?.lift();
			throw unavailable((error as Error).message, home.parent);
		}
	}

	/** Lifts the limit, moves back what still runs in the group, and removes it. Calling it again changes nothing. */
	async lift(): Promise<void> {
		if (!this.#there) return;
		const { files, own } = this.#home;
		const [swapFile] = files.withSwap(0);
		if (existsSync(join(this.#folder, swapFile))) this.#write(swapFile, files.none);
		this.#write(files.limit, files.none);
		const giveUp = performance.now() + removeWithinMs;
		for (;;) {
			this.#moveTo(own);
			try {
				rmdirSync(this.#folder);
				this.#there = false;
				return;
			} catch (error) {
				if (!existsSync(this.#folder)) return;
				if (performance.now() > giveUp) throw error;
			}
			await sleep(10);
		}
	}

	#limit(spareMb: number): void {
		const { files } = this.#home;
		const limitBytes = Number(readFileSync(join(this.#folder, files.usage), 'latin1')) + Math.round(spareMb * 2 ** 20);
		this.#write(files.limit, String(limitBytes));
		// Otherwise what does not fit would go to the disk, and the limit would only be slow. Absent where there is no swap.
		const [file, value] = files.withSwap(limitBytes);
		if (existsSync(join(this.#folder, file))) this.#write(file, value);
	}

	#moveTo(folder: string): void {
		const inside = readFileSync(join(this.#folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean);
		for (const pid of inside) {
			try {
				writeFileSync(join(folder, 'cgroup.procs'), pid);
			} catch (error) {
				if (!isOver(Number(pid))) throw error;
			}
		}
	}

	#write(file: string, value: string): void {
		writeFileSync(join(this.#folder, file), value);
	}
}

function unavailable(why: string, parent: string): Unavailable {
	return new Unavailable(
		`memory_limit needs a control group, and this machine allows none in ${parent} (${why}): run as a user who may make ` +
			'groups there, or leave the fault out.',
	);
}

/** Groups that a killed harness left behind are empty by now: the next one removes them. */
function sweep(parent: string): void {
	for (const name of readdirSync(parent)) {
		const pid = name.startsWith(prefix) && Number(name.slice(prefix.length).split('-')[0]);
		try {
			if (pid && isOver(pid)) rmdirSync(join(parent, name));
		} catch {
			// Somebody else's, or in use: it is in nobody's way.
		}
	}
}

/** Where the memory of a process is accounted. @throws Unavailable */
export function memoryHome(pid: number, procRoot = '/proc'): MemoryHome {
	const none = (why: string) => new Unavailable(`memory_limit needs control groups: ${why}. Leave the fault out.`);
	let groups: string;
	let mounts: string;
	try {
		groups = readFileSync(`${procRoot}/${pid}/cgroup`, 'latin1');
		mounts = readFileSync(`${procRoot}/self/mountinfo`, 'latin1');
	} catch {
		throw none('this system has none');
	}
	const path1 = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1];
	const mount1 = mountOf(mounts, (type, options) => type === 'cgroup' && options.split(',').includes('memory'));
	if (path1 !== undefined && mount1) {
		const own = folderOf(mount1, path1);
		return { own, parent: own, files: version1 };
	}
	const path2 = /^0::(.*)$/m.exec(groups)?.[1];
	const mount2 = mountOf(mounts, (type) => type === 'cgroup2');
	if (path2 === undefined || !mount2) throw none('none that account memory are mounted');
	const own = folderOf(mount2, path2);
	// Version 2 hands a controller down only from groups without processes: usually the parent of the one we are in.
	const parent = [own, join(own, '..')].find((folder) => handsMemoryDown(folder, mount2.point));
	if (parent === undefined) throw none(`the memory controller is not handed down to ${own}`);
	return { own, parent, files: version2 };
}

interface Mount {
	/** Which part of the hierarchy is mounted, and where. */
	readonly root: string;
	readonly point: string;
}

/** Lines of mountinfo: id, parent, device, root, mount point, options, …, `-`, type, source, options of the file system. */
function mountOf(mounts: string, isWanted: (type: string, options: string) => boolean): Mount | undefined {
	for (const line of mounts.split('\n')) {
		const [before = '', after = ''] = line.split(' - ');
		const [, , , root, point] = before.split(' ');
		const [type = '', , options = ''] = after.split(' ');
		if (root !== undefined && point !== undefined && isWanted(type, options)) return { root, point };
	}
	return undefined;
}

function folderOf({ root, point }: Mount, path: string): string {
	return join(point, root !== '/' && path.startsWith(root) ? path.slice(root.length) : path);
}

function handsMemoryDown(folder: string, top: string): boolean {
	try {
		const controllers = readFileSync(join(folder, 'cgroup.subtree_control'), 'latin1');
		const isMounted = folder === top || folder.startsWith(`${top}/`);
		return isMounted && controllers.trim().split(' ').includes('memory');
	} catch {
		return false;
	}
}
