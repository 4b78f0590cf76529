import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** A `ulimit -n` that is nearly reached: the server accepts few further connections, or none. */
export function fdExhaustion(
	{ spareFds, forMs }: Extract<Fault, { kind: 'fd_exhaustion' }>,
	{ instances }: Victim,
): ActiveFault {
	return activeFault(forMs, {
		apply: () => onAll(instances, (instance) => instance.limitDescriptors(spareFds)),
		heal: () =>
			onAll(instances, async (instance) => {
				await instance.lift();
				// One that did not live through it.
				await instance.restart();
			}),
	});
}
