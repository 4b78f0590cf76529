import type { CpuUse as Use } from '../../model/cpu-use.ts';
import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** Who had the machine over the measured phase, in CPUs: 1 is one CPU all the time. */
export interface MachineFigures {
	/** How many the harness may use. */
	readonly cpus: number;
	/** That programs other than the harness and its processes used. */
	readonly othersCpus: number;
	/** Share of all of them that stood idle; 1 is all. */
	readonly idleShare: number;
}

/** What others used of the machine while the trial was measured. */
export class CpuUse implements Account {
	#use: Use | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'cpu-use') this.#use = event;
	}

	/** Undefined where it was not watched, or there is no /proc. */
	machine(): MachineFigures | undefined {
		const { spanUs = 0, cpus = 0, othersUs = 0, idleUs = 0 } = this.#use ?? {};
		if (spanUs === 0 || cpus === 0) return undefined;
		return { cpus, othersCpus: othersUs / spanUs, idleShare: Math.min(1, idleUs / (spanUs * cpus)) };
	}

	measures(): Measures {
		const machine = this.machine();
		if (!machine) return {};
		return {
			...measured('othersCpuShare', machine.othersCpus * 100),
			...measured('idleCpuShare', machine.idleShare * 100),
		};
	}
}
