import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, powerOf, type Victim } from './fault.ts';

/** The balancer is gone, and is back: connections are cut, new ones refused. The servers behind it live on. */
export function down({ kind, forMs }: Extract<Fault, { kind: 'down' }>, victim: Victim): ActiveFault {
	return activeFault(forMs, {
		apply: async () => powerOf(victim, kind, 'down')(true),
		heal: async () => victim.path?.down?.(false),
	});
}
