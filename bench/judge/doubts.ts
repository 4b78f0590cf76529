import type { Measures } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { Warning } from '../model/warning.ts';
import type { TrialFacts } from './facts.ts';

/** What the history says that lowers the trust in its figures. */
export function doubts(
	{ capacity, ledger, recovery }: TrialFacts,
	latencyCounts: boolean,
	{ callsDropped, callsOk, lagP99Us, p99Us }: Measures,
): Warning[] {
	const { neverRecovered } = recovery;
	const late = latencyCounts && lagP99Us && p99Us && lagP99Us.value > p99Us.value / 2;
	return [
		...(late
			? [{ id: 'generator-late', detail: `The generator’s lag p99 was ${Math.round(lagP99Us.value)} µs.` } as const]
			: []),
		...(callsDropped && callsDropped.value > 0
			? [{ id: 'calls-dropped', detail: `${callsDropped.value} arrivals were dropped.` } as const]
			: []),
		...(callsOk?.value === 0 ? [{ id: 'no-success', detail: 'Not one call was answered.' } as const] : []),
		...capacity.warnings(),
		...(ledger.unwritten > 0
			? [{ id: 'ledger-holes', detail: `${ledger.unwritten} answered calls are missing from the ledger.` } as const]
			: []),
		...(neverRecovered > 0
			? [{ id: 'not-recovered', detail: `${neverRecovered} clients never succeeded again.` } as const]
			: []),
	];
}

/** What holds for every trial of this machine. */
export function machineDoubts({ environment: { cpus, placement, busyCpus } }: RunRecord): Warning[] {
	const busy = busyCpus > 0.5;
	return [
		...(cpus === 1 ? [{ id: 'one-core', detail: 'This machine has one CPU.' } as const] : []),
		...(!placement.pinned && cpus > 1 ? [{ id: 'unpinned', detail: placement.note } as const] : []),
		...(busy
			? [{ id: 'noisy-machine', detail: `${busyCpus.toFixed(1)} CPUs were busy when the run began.` } as const]
			: []),
	];
}
