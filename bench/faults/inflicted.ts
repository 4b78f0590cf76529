import type { TimedPathFault } from '../model/fault.ts';
import { type ActiveFault, activeFault, powerOf, type Victim } from './fault.ts';

/** What the embedded proxy does to what passes, on connections that are there too; what it is, its own process knows. */
export function inflicted({ forMs, ...fault }: TimedPathFault, victim: Victim): ActiveFault {
	return activeFault(forMs, {
		apply: async () => powerOf(victim, fault.kind, 'inflict')(fault, true),
		heal: async () => victim.path?.inflict?.(fault, false),
	});
}
