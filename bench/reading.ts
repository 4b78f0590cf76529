import { sumGauges } from './collect/gauges.ts';
import { machineGauges } from './collect/machine.ts';
import { processGauges } from './collect/process.ts';
import { stateGauges, type TargetProcess } from './fleet/target.ts';
import type { GaugeValues, ReadingEvent } from './model/history.ts';
import type { Stage } from './stage.ts';

/** The figures of several processes together. */
function gaugesOf(pids: readonly number[]): GaugeValues {
	return sumGauges(pids.flatMap((pid) => processGauges(pid) ?? []));
}

/** Forced collections, one server after another: they share CPUs, and together the last would be late. @returns their figures */
export async function collect(servers: readonly TargetProcess[]): Promise<GaugeValues[]> {
	const states: GaugeValues[] = [];
	for (const { control } of servers) if (control) states.push(stateGauges(await control('collect')));
	return states;
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
	const asked = await collect(servers);
	const target: GaugeValues = { ...gaugesOf(servers.flatMap((server) => server.pids())), ...sumGauges(asked) };
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
