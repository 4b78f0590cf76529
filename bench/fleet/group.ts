import { readFileSync } from 'node:fs';

/**
 * A process group that the harness started. Every child is started as leader of its own session and group, so one
 * signal reaches the child with all its descendants, and a terminal's Ctrl-C reaches only the harness.
 */
export interface Group {
	/** Process group id: the pid of its leader. */
	readonly id: number;
	/**
	 * When the leader started, in clock ticks since boot, as /proc writes it; null where there is no /proc.
	 * Together with the id it names a process for ever, which the id alone does not: the kernel reuses ids.
	 */
	readonly startTicks: string | null;
}

/** The start time of a process in clock ticks since boot (field 22 of its stat), or null when it cannot be read. */
export function startTicksOf(pid: number, procRoot = '/proc'): string | null {
	try {
		const stat = readFileSync(`${procRoot}/${pid}/stat`, 'latin1');
		// The command stands in parentheses and may itself contain spaces and parentheses: count from the last one.
		return (
			stat
				.slice(stat.lastIndexOf(')') + 2)
				.split(' ')
				.at(19) ?? null
		);
	} catch {
		return null;
	}
}

/** The group of a child that was just started and whose exit has not been observed yet, so its pid is surely its own. */
export function groupOf(pid: number): Group {
	return { id: pid, startTicks: startTicksOf(pid) };
}

/**
 * Sends a signal to every process of the group. False when nobody is left, or when the id belongs to somebody else by now.
 *
 * - Leader alive (or a zombie) with the recorded start time: ours.
 * - Leader alive with another start time: the id was reused. The kernel does not give a number away while it still names a
 *   group, so ours is empty: nothing is signalled.
 * - Leader gone: either members of ours are left, and then the number is still theirs, or nobody has it and the signal
 *   finds no one.
 */
export function signalGroup(group: Group, signal: NodeJS.Signals): boolean {
	const now = startTicksOf(group.id);
	if (now !== null && group.startTicks !== null && now !== group.startTicks) return false;
	try {
		process.kill(-group.id, signal);
		return true;
	} catch {
		return false;
	}
}

/** The lines that the harness writes to its reaper. */
export const watchLine = (group: Group): string => `+ ${group.id} ${group.startTicks ?? '-'}\n`;
export const releaseLine = (groupId: number): string => `- ${groupId}\n`;

/** Applies one line (without its line end) to the groups that a reaper guards; what it does not understand it ignores. */
export function applyLine(groups: Map<number, Group>, line: string): void {
	const [verb, id, startTicks] = line.split(' ');
	const groupId = Number(id);
	// 0 and 1 would mean "my own group" and "everybody" to kill(2).
	if (!Number.isInteger(groupId) || groupId <= 1) return;
	if (verb === '-') groups.delete(groupId);
	if (verb === '+' && startTicks !== undefined) {
		groups.set(groupId, { id: groupId, startTicks: startTicks === '-' ? null : startTicks });
	}
}
