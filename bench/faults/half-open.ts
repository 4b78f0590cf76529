import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, powerOf, type Victim } from './fault.ts';

/** What a box on the way does that forgets its connections: neither side is told, and only silence can tell them. */
export function halfOpen({ kind, forMs }: Extract<Fault, { kind: 'half_open' }>, victim: Victim): ActiveFault {
	return activeFault(forMs, {
		apply: async () => powerOf(victim, kind, 'halfOpen')(true),
		heal: async () => victim.path?.halfOpen?.(false),
	});
}
