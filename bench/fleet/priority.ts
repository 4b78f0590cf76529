import { readFileSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import type { Role } from '../model/history.ts';

/** Steps of priority by which a process that is not pinned comes after the harness: targets last. */
const yields: Readonly<Partial<Record<Role, number>>> = { swarm: 5, path: 10, target: 10 };

const lowest = constants.priority.PRIORITY_LOW;

/** Linux takes such a change from somebody without privileges ten times a second at most, on the whole machine. */
const againMs = 110;
const mostTries = 50;

/**
 * Who shares all CPUs with the harness lets it go first, and the swarm after it: the generator must not wait for what it measures,
 * and faults must strike when they are due.
 * @param isThere whether the process still has that pid
 */
export function yieldTo(role: Role, pid: number, isThere: () => boolean): void {
	const steps = yields[role];
	if (steps === undefined) return;
	try {
		setPriority(pid, Math.min(lowest, getPriority() + steps));
	} catch {
		// It has ended already, or the system does not let us.
	}
	const own = groupPriority('self');
	if (own !== undefined) yieldGroup(pid, Math.min(lowest, own + steps), isThere, mostTries);
}

/**
 * Where Linux groups processes by session it shares the CPUs between the groups, and the priority of a process counts only within its
 * own. Ours have a session each.
 * @returns undefined where it does not
 */
export function groupPriority(pid: number | 'self'): number | undefined {
	try {
		const [, nice] = / nice (-?\d+)$/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim()) ?? [];
		return nice === undefined ? undefined : Number(nice);
	} catch {
		return undefined;
	}
}

function yieldGroup(pid: number, priority: number, isThere: () => boolean, tries: number): void {
	if (!isThere()) return;
	try {
		writeFileSync(`/proc/${pid}/autogroup`, String(priority));
	} catch (error) {
		const mayTryAgain = (error as NodeJS.ErrnoException).code === 'EAGAIN' && tries > 1;
		if (mayTryAgain) setTimeout(() => yieldGroup(pid, priority, isThere, tries - 1), againMs).unref();
	}
}
