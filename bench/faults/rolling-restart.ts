import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, type Instance, onAll, type Victim } from './fault.ts';

type RollingRestart = Extract<Fault, { kind: 'rolling_restart' }>;

/** A deployment in place. `apply` is the whole roll, so nothing is left to heal but what a failed roll left behind. */
export function rollingRestart(fault: RollingRestart, victim: Victim): ActiveFault {
	const register = async (n: number, on: boolean): Promise<void> => {
		if (fault.deregister) await victim.path?.register?.(n, on);
	};
	const bringBack = async (instance: Instance, n: number): Promise<void> => {
		await instance.restart();
		await register(n, true);
	};
	const renew = async (instance: Instance, n: number): Promise<void> => {
		await register(n, false);
		await (fault.stop === 'kill' ? instance.kill() : instance.drain(fault.deadlineMs));
		await bringBack(instance, n);
	};
	return activeFault(0, {
		apply: async () => {
			const size = Math.max(1, fault.batch);
			for (let first = 0; first < victim.instances.length; first += size) {
				if (first > 0) await victim.wait(fault.intervalMs);
				const batch = victim.instances.slice(first, first + size);
				await onAll(batch, (instance, k) => renew(instance, first + k));
			}
		},
		heal: () => onAll(victim.instances, bringBack),
	});
}
