import type { Load } from '../model/load.ts';
import type { MeasureName } from '../model/measures.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Warning } from '../model/warning.ts';
import type { MachineFigures } from './accounts/cpu-use.ts';
import type { TrialFacts } from './facts.ts';

/** What a trial asks of its generator: latency, or what clients do over time (one step of a timeline is 250 ms). */
export type Purpose = 'latency' | 'timeline';

export function purposeOf(shown: readonly MeasureName[]): Purpose {
	return shown.includes('p99Us') || shown.includes('pushP99Us') ? 'latency' : 'timeline';
}

/**
 * Where others used more than `othersCpus` while less than a share of `idleShare` of all CPUs stood idle, other programs made the
 * figures. Both, because what others use takes nothing from a trial that has CPUs to spare, and a trial may well use all there are.
 *
 * Measured on two CPUs, four trials of `restart` at the same time, which leave 66 to 75 % idle: with others at 0.6 CPUs and 39 %
 * idle as many calls were answered as without; at 0.8 to 1 and 24 to 31 %, up to 4 % fewer; at 0.85, unevenly, and 16 %, 9 to 27 %
 * fewer; at 1.5 and 0 to 3 %, 25 to 90 % fewer. Latency on pinned CPUs needs less: with one program that kept to a CPU, 0.9 and 16 %
 * idle, it was the same as without; at 1.5 and none its median was ten times as long.
 */
export const machineLimits = {
	invalid: { othersCpus: 0.5, idleShare: { latency: 0.1, timeline: 0.2 } },
	doubtful: { othersCpus: 0.25, idleShare: 0.4 },
} as const;

/**
 * Loads whose figures do not hang on it: a ladder reads memory, a search tries a step again that others spoiled, and in a watch clients
 * and proxy write down by themselves what ended, in seconds.
 */
const unmoved: readonly Load['kind'][] = ['hold', 'search', 'watch'];

/** Why the trial is invalid: what others used, the limit and what helps. Undefined where they left it enough, or nothing is known. */
export function disturbance(
	{ cpuUse }: Pick<TrialFacts, 'cpuUse'>,
	{ shows }: Pick<Scenario, 'shows'>,
	load: Load['kind'],
): string | undefined {
	const machine = cpuUse.machine();
	if (!machine || unmoved.includes(load)) return undefined;
	const { othersCpus, idleShare } = machineLimits.invalid;
	const leastIdle = idleShare[purposeOf(shows)];
	if (machine.othersCpus <= othersCpus || machine.idleShare >= leastIdle) return undefined;
	const used = `${usedOf(machine)} and ${percent(machine.idleShare)} stood idle`;
	const limit = `the limit is ${othersCpus.toFixed(1)} where less than ${percent(leastIdle)} stands idle`;
	return `other programs used ${used}; ${limit}: stop what else runs, or use a quieter machine`;
}

/** Less than that is told all the same. */
export function machineDoubt({ cpuUse }: Pick<TrialFacts, 'cpuUse'>): Warning[] {
	const machine = cpuUse.machine();
	const { othersCpus, idleShare } = machineLimits.doubtful;
	if (!machine || machine.othersCpus <= othersCpus || machine.idleShare >= idleShare) return [];
	return [{ id: 'machine-shared', detail: `Other programs used ${usedOf(machine)} during the trial.` }];
}

function usedOf({ othersCpus, cpus }: MachineFigures): string {
	return `${othersCpus.toFixed(1)} of ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(0)} %`;
}
