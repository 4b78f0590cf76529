import { CpuUseMeter, cpuUseBetween } from './collect/cpu-use.ts';
import { allowedCpus } from './fleet/cpus.ts';
import type { Stage } from './stage.ts';

/** One of the whole harness: trials side by side are one family, and share looks. */
const meter = new CpuUseMeter({ pid: process.pid, cpus: allowedCpus() });

/**
 * Watches from now on who uses the CPUs. Nothing waits for the first look, and where there is no /proc nothing is written down.
 * @returns what ends it and writes down what it saw; at once, when the measured phase ends
 */
export function watchCpus({ log, clock }: Stage): () => Promise<void> {
	const begun = meter.look();
	return async () => {
		const [before, after] = await Promise.all([begun, meter.look()]);
		if (!before || !after || after.atMs <= before.atMs) return;
		log.event({ is: 'cpu-use', at: clock(), ...cpuUseBetween(before, after) });
	};
}
