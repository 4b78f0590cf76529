import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** SIGSTOP: the kernel goes on accepting connections and bytes for a process that does nothing with them. */
export function pause(fault: Extract<Fault, { kind: 'pause' }>, { instances }: Victim): ActiveFault {
	return activeFault(fault.forMs, {
		apply: () => onAll(instances, (instance) => instance.pause()),
		heal: () =>
			onAll(instances, async (instance) => {
				await instance.resume();
				// One that did not live through it.
				await instance.restart();
			}),
	});
}
