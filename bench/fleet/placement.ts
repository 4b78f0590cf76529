import type { Placement } from '../model/environment.ts';
import { allowedCpus, siblingsOf } from './cpus.ts';
import { findTool } from './tools.ts';

/** What `placement` decides from. */
export interface PlacementInput {
	/** The CPUs that the harness may use. */
	readonly allowed: readonly number[];
	/** Whether `taskset` exists. */
	readonly taskset: boolean;
	/** CPUs that the target's instances ask for; one by default. The swarm always keeps one. */
	readonly targetCpus?: number;
	/** CPUs that share a core with the given one, itself included; by default none does. */
	readonly siblings?: (cpu: number) => readonly number[];
}

/**
 * Which CPUs the target and the swarm get. The target's come first, the swarm has all others: it is the generator that
 * must never be the bottleneck. The harness itself is not pinned: it sleeps but for four short samples a second.
 */
export function placement(input: PlacementInput): Placement {
	const { allowed, taskset } = input;
	if (allowed.length < 2) return unpinned('Nothing is pinned: target and swarm share the only CPU.');
	if (!taskset) {
		return unpinned('Nothing is pinned, because taskset is missing: target and swarm may share a CPU.');
	}
	const targetCpus = Math.min(Math.max(1, input.targetCpus ?? 1), allowed.length - 1);
	const target = allowed.slice(0, targetCpus);
	const swarm = allowed.slice(targetCpus);
	const siblings = input.siblings ?? ((cpu: number) => [cpu]);
	const shared = target.some((cpu) => siblings(cpu).some((sibling) => swarm.includes(sibling)));
	const note = `The target runs on ${cpuNames(target)}, the swarm on ${cpuNames(swarm)}.`;
	return {
		pinned: true,
		target,
		swarm,
		note: shared ? `${note} Some of them are threads of one core and slow each other down.` : note,
	};
}

function unpinned(note: string): Placement {
	return { pinned: false, target: [], swarm: [], note };
}

function cpuNames(cpus: readonly number[]): string {
	return `CPU${cpus.length > 1 ? 's' : ''} ${cpus.join(', ')}`;
}

/** The placement on this machine. */
export function machinePlacement(targetCpus = 1): Placement {
	return placement({
		allowed: allowedCpus(),
		taskset: findTool('taskset') !== null,
		targetCpus,
		siblings: (cpu) => siblingsOf(cpu),
	});
}
