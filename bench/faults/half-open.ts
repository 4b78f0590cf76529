import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, type Victim } from './fault.ts';

/** What a box on the way does that forgets its connections: neither side is told, and only silence can tell them. */
export function halfOpen({ forMs }: Extract<Fault, { kind: 'half_open' }>, victim: Victim): ActiveFault {
	return activeFault(forMs, {
		apply: async () => {
			if (!victim.path) throw new Error("The fault half_open acts on the path: give the scenario's size one.");
			await victim.path.halfOpen(true);
		},
		heal: async () => victim.path?.halfOpen(false),
	});
}
