import { setTimeout as sleep } from 'node:timers/promises';
import type { Victim } from './faults/fault.ts';
import { createFault } from './faults/faults.ts';
import type { Fault, FaultWindow } from './model/fault.ts';
import type { TrialLog } from './trial-log.ts';

/** What the faults of a trial act on, and when they must stop acting. */
export interface FaultScene {
	readonly clock: () => number;
	readonly log: TrialLog;
	readonly victim: Victim;
	/** The trial is over: nothing more is applied, and nothing is started again. */
	readonly signal: AbortSignal;
	/** The fault begins to act, or has healed: in between a process of the target may end. */
	struck(on: boolean): void;
	/** When the last process of the target was ready, on the trial's clock. */
	readyUs(): number;
	/** For whoever watches the trial. */
	told(fault: Fault, change: 'applied' | 'healed'): void;
}

/**
 * Applies a fault at its instant and heals it after its time; `fromUs` is the start of the measured phase.
 * @throws AbortError when the trial ends first
 */
export async function applyFault({ atMs, fault }: FaultWindow, fromUs: number, scene: FaultScene): Promise<void> {
	const { clock, log, victim, signal } = scene;
	const active = createFault(fault, victim);
	await sleepUntil(clock, fromUs + atMs * 1000, signal);
	const appliedUs = clock();
	log.event({ is: 'fault', at: appliedUs, fault, change: 'applied' });
	scene.struck(true);
	scene.told(fault, 'applied');
	try {
		await active.apply();
	} catch (error) {
		// What was applied by half is undone, as far as it can be; that the fault failed is what is told.
		await active.heal().catch(() => {});
		throw error;
	}
	await sleepUntil(clock, appliedUs + active.lastsMs * 1000, signal);
	const healingUs = clock();
	await active.heal();
	scene.struck(false);
	// What the heal started can be used from its ready on; where it started nothing, from now on.
	const readyUs = scene.readyUs();
	log.event({ is: 'fault', at: readyUs > healingUs ? readyUs : clock(), fault, change: 'healed', healingUs });
	scene.told(fault, 'healed');
}

/** @throws AbortError */
export async function sleepUntil(clock: () => number, atUs: number, signal: AbortSignal): Promise<void> {
	await sleep(Math.max(0, (atUs - clock()) / 1000), undefined, { signal });
}
