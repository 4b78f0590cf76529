import { descriptorCount } from './collect/descriptors.ts';
import { sumGauges } from './collect/gauges.ts';
import { machineGauges } from './collect/machine.ts';
import { memoryGauges } from './collect/memory.ts';
import { systemProc } from './collect/proc.ts';
import { processGauges } from './collect/process.ts';
import { stateGauges, type TargetProcess } from './fleet/target.ts';
import type { GaugeValues, ReadingEvent } from './model/history.ts';
import { Aborted, type Stage } from './stage.ts';

/** The figures of several processes together. */
export function gaugesOf(pids: readonly number[]): GaugeValues {
	return sumGauges(pids.flatMap((pid) => processGauges(pid) ?? []));
}

/** How many descriptors the processes of servers have together; undefined where one of them cannot be read, or none is known. */
export function descriptorsOf(servers: readonly TargetProcess[]): number | undefined {
	return whole(servers.flatMap((server) => server.pids()).map((pid) => descriptorCount(pid)));
}

/** Private memory of processes together, in KB; undefined where one of them cannot be read. */
export function privateKb(pids: readonly number[]): number | undefined {
	return whole(pids.map((pid) => memoryGauges(systemProc, pid).ussKb));
}

/** The sum of all, where there are some and each is known. */
function whole(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 || known.length < values.length ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** Forced collections, one server after another: they share CPUs, and together the last would be late. @returns their figures */
export async function collect(servers: readonly TargetProcess[]): Promise<GaugeValues[]> {
	const states: GaugeValues[] = [];
	for (const { control } of servers) if (control) states.push(stateGauges(await control('collect')));
	return states;
}

/** The target's figures, summed over its processes, after forced collections where it has them. @throws Error as `takeReading` */
export async function readTarget({ servers }: { readonly servers: readonly TargetProcess[] }): Promise<GaugeValues> {
	const asked = await collect(servers);
	return { ...gaugesOf(servers.flatMap((server) => server.pids())), ...sumGauges(asked) };
}

/**
 * One reading, after forced collections where the target has them, of target, swarm and machine.
 * @param opening what a ladder says of the rung beside the figures
 * @throws Error where the target ends, or does not answer
 */
export async function takeReading(
	stage: Stage,
	sessions: number,
	state: ReadingEvent['state'],
	opening: Pick<ReadingEvent, 'opened' | 'openMs'> = {},
): Promise<void> {
	const { servers, swarm } = stage.running();
	const target = await readTarget({ servers });
	stage.log.event({
		is: 'reading',
		at: stage.clock(),
		sessions,
		state,
		...opening,
		target,
		swarm: gaugesOf(swarm.pids),
		machine: machineGauges(),
	});
}

/** Writes down heap and event-loop delay since the last question, of a target that can be asked. */
export async function askTarget(stage: Stage): Promise<void> {
	const asking = stage.running().servers.map(async ({ control, pids }) => {
		if (!control || stage.isStruck) return;
		try {
			const state = await stage.or(control('state'));
			const [pid = 0] = pids();
			stage.log.event({ is: 'gauge', at: stage.clock(), role: 'target', pid, values: stateGauges(state) });
		} catch (error) {
			// The fault came before the answer.
			if (!stage.isStruck || error instanceof Aborted) throw error;
		}
	});
	await Promise.all(asking);
}
