import type { MeasureName, Measures } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { Warning } from '../model/warning.ts';
import type { TrialFacts } from './facts.ts';
import { machineDoubt } from './machine-limits.ts';

const recoveryTimes = ['recovery95Ms', 'recovery99Ms', 'recovery100Ms'] as const satisfies MeasureName[];

/**
 * What the history says that lowers the trust in its figures.
 * @param shown the measures that the scenario shows: nobody need doubt a figure that is not there
 */
export function doubts(
	{ capacity, cpuUse, deliveries, ledger, recovery }: TrialFacts,
	shown: readonly MeasureName[],
	{ callsDropped, callsOk, lagP99Us, p99Us, pushP99Us }: Measures,
): Warning[] {
	const { neverRecovered, isAnySuccess } = recovery;
	const unrecovered = isAnySuccess
		? `Clients without an answer after the fault was over: ${neverRecovered}.`
		: 'Not one client was ever served, before the fault or after it.';
	const highUs = shown.includes('pushP99Us') ? pushP99Us : shown.includes('p99Us') ? p99Us : undefined;
	const late = lagP99Us && highUs && lagP99Us.value > highUs.value / 2;
	const isRecoveryShown = recoveryTimes.some((name) => shown.includes(name));
	return [
		...machineDoubt({ cpuUse }),
		...(late
			? [{ id: 'generator-late', detail: `The generator’s lag p99 was ${Math.round(lagP99Us.value)} µs.` } as const]
			: []),
		...(deliveries.hurried > 0
			? [{ id: 'generator-late', detail: `${deliveries.hurried} pushes found a worker’s inbox full.` } as const]
			: []),
		...(callsDropped && callsDropped.value > 0
			? [{ id: 'calls-dropped', detail: `${callsDropped.value} arrivals were dropped.` } as const]
			: []),
		...(callsOk?.value === 0 ? [{ id: 'no-success', detail: 'Not one call was answered.' } as const] : []),
		...capacity.warnings(),
		...(ledger.unwritten > 0
			? [{ id: 'ledger-holes', detail: `${ledger.unwritten} answered calls are missing from the ledger.` } as const]
			: []),
		...(isRecoveryShown && neverRecovered > 0 ? [{ id: 'not-recovered', detail: unrecovered } as const] : []),
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
