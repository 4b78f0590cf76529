import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** A container that is a little too small: a server that takes more memory is killed by the kernel, and is back with the heal. */
export function memoryLimit(
	{ spareMb, forMs }: Extract<Fault, { kind: 'memory_limit' }>,
	{ instances }: Victim,
): ActiveFault {
	return activeFault(forMs, {
		apply: () => onAll(instances, (instance) => instance.limitMemory(spareMb)),
		heal: () =>
			onAll(instances, async (instance) => {
				await instance.lift();
				await instance.restart();
			}),
	});
}
