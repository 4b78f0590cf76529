import type { Proc } from './proc.ts';

/** CPU time of one process as `stat` tells it, cut to clock ticks. */
export interface ProcessTimes {
	/** Itself, all its threads, since it began. */
	readonly selfUs: number;
	/** Those of its children that have ended and were waited for, with theirs. */
	readonly endedUs: number;
	/** The key of its parent; absent where that is no process of the tree. */
	readonly parent?: string;
}

/** The harness and all its processes by key, a pid with the tick of its start: pids are given anew. */
export type ProcessTree = ReadonlyMap<string, ProcessTimes>;

interface Entry {
	readonly pid: number;
	readonly parentPid: number;
	readonly session: number;
	readonly key: string;
	readonly command: string;
	readonly selfUs: number;
	readonly endedUs: number;
}

/** So many are read before others have their turn: a millisecond on a machine of a thousand processes. */
const atOnce = 100;

/** Lets other work of this process go first, once in a while. */
type Pause = () => Promise<void>;

/** All processes of this machine that can be seen. */
async function entries(proc: Proc, pause: Pause): Promise<readonly Entry[]> {
	const usPerTick = 1_000_000 / proc.units().ticksPerS;
	const all: Entry[] = [];
	const pids = (proc.list('.') ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
	for (const [nth, pid] of pids.entries()) {
		if (nth > 0 && nth % atOnce === 0) await pause();
		const line = proc.read(`${pid}/stat`);
		if (line === undefined) continue;
		// Fields count from the end of the command, which may contain anything; the third is the state.
		const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
		const field = (number: number) => Number(fields[number - 3]);
		all.push({
			pid,
			parentPid: field(4),
			session: field(6),
			key: `${pid}@${field(22)}`,
			command: line.slice(line.indexOf('(') + 1, line.lastIndexOf(')')),
			selfUs: (field(14) + field(15)) * usPerTick,
			endedUs: (field(16) + field(17)) * usPerTick,
		});
	}
	return all;
}

/**
 * Finds the processes of one, its descendants, at every look anew. A descendant may leave the tree: its parent ends, and it is
 * given to init. So a process stays ours that was ours at the look before, and so does whoever is in a session that a
 * descendant is in: the harness starts each of its processes in a session of its own. Not seen is who leaves both between two looks.
 */
export class Family {
	readonly #root: number;
	readonly #proc: Proc;
	#ours: ReadonlySet<string> = new Set();
	#sessions: ReadonlySet<number> = new Set();
	/** What orphans had used, ours among them, that ended and were waited for by those who adopt orphans; as of the last look. */
	orphansUs = 0;

	constructor(root: number, proc: Proc) {
		this.#root = root;
		this.#proc = proc;
	}

	/** Zombies are part of it: nobody has waited for them yet. Undefined where the root cannot be seen. */
	async look(pause: Pause): Promise<ProcessTree | undefined> {
		const all = await entries(this.#proc, pause);
		const root = all.find(({ pid }) => pid === this.#root);
		if (!root) return undefined;
		this.orphansUs = all.filter(isAdopter).reduce((sum, { endedUs }) => sum + endedUs, 0);
		const found = descendants(all, [root, ...all.filter(({ key }) => this.#ours.has(key))]);
		// The root's own session is its terminal's: other programs are in it.
		const sessions = new Set([...found.values()].map(({ session }) => session).filter((id) => id !== root.session));
		const orphans = all.filter(({ session }) => sessions.has(session) || this.#sessions.has(session));
		const ours = descendants(all, [...found.values(), ...orphans]);
		this.#ours = new Set([...ours.values()].map(({ key }) => key));
		this.#sessions = new Set([...ours.values()].map(({ session }) => session).filter((id) => id !== root.session));
		return new Map([...ours.values()].map((entry) => [entry.key, timesOf(entry, ours)]));
	}
}

/** Init, of the machine or of the container, and that of a user. A process killed together with its parent is given to one of them. */
function isAdopter({ pid, command }: Entry): boolean {
	return pid === 1 || command === 'systemd';
}

function timesOf({ selfUs, endedUs, parentPid }: Entry, ours: ReadonlyMap<number, Entry>): ProcessTimes {
	const parent = ours.get(parentPid)?.key;
	return { selfUs, endedUs, ...(parent !== undefined && { parent }) };
}

/** These and all below them, by pid. */
function descendants(all: readonly Entry[], from: readonly Entry[]): ReadonlyMap<number, Entry> {
	const children = Map.groupBy(all, ({ parentPid }) => parentPid);
	const found = new Map<number, Entry>();
	const open = [...from];
	for (let next = open.pop(); next; next = open.pop()) {
		if (found.has(next.pid)) continue;
		found.set(next.pid, next);
		open.push(...(children.get(next.pid) ?? []));
	}
	return found;
}

/**
 * The CPU time of a tree between two looks, in µs. What ended meanwhile is in its parent's `endedUs` where it was waited for, with what
 * it had used before, which is taken off. Where nobody of the tree waited for it, what it used since the first look is missing, and with it
 * up to as much of others that ended below the same process: never more than they used, and never counted twice.
 */
export function usedBetween(before: ProcessTree, after: ProcessTree): number {
	let usedUs = 0;
	const endedUs = new Map<string, number>();
	for (const [key, to] of after) {
		const from = before.get(key);
		usedUs += to.selfUs - (from?.selfUs ?? 0);
		endedUs.set(key, to.endedUs - (from?.endedUs ?? 0));
	}
	for (const [key, gone] of before) {
		if (after.has(key)) continue;
		const heir = heirOf(key, before, after);
		if (heir !== undefined) endedUs.set(heir, (endedUs.get(heir) ?? 0) - gone.selfUs - gone.endedUs);
	}
	for (const us of endedUs.values()) usedUs += Math.max(0, us);
	return Math.max(0, usedUs);
}

/** The nearest process above it that is still there. */
function heirOf(key: string, before: ProcessTree, after: ProcessTree): string | undefined {
	for (let above = before.get(key)?.parent; above !== undefined; above = before.get(above)?.parent) {
		if (after.has(above)) return above;
	}
	return undefined;
}
