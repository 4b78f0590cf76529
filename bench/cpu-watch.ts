import { type CpuLook, CpuUseMeter, cpuUseBetween } from './collect/cpu-use.ts';
import { allowedCpus } from './fleet/cpus.ts';
import type { Stage } from './stage.ts';

/** One of the whole harness: trials side by side are one family, and share looks. */
const meter = new CpuUseMeter({ pid: process.pid, cpus: allowedCpus() });

/**
 * Watches from its construction to `end` who uses the CPUs. A look takes some milliseconds, with turns between: no phase need wait
 * for it, but for the end of the trial. Where there is no /proc nothing is written down.
 */
export class CpuWatch {
	readonly #stage: Stage;
	readonly #begun: Promise<CpuLook | undefined> = meter.look();

	constructor(stage: Stage) {
		this.#stage = stage;
	}

	/** Looks once more. Fulfils when what was seen is written down. */
	async end(): Promise<void> {
		const [before, after] = await Promise.all([this.#begun, meter.look()]);
		if (!before || !after || after.atMs <= before.atMs) return;
		const { log, clock } = this.#stage;
		log.event({ is: 'cpu-use', at: clock(), ...cpuUseBetween(before, after) });
	}
}
