import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, type Victim } from './fault.ts';

/** The clients' tokens are revoked; healed they let their clients in again, as where an operator takes it back. */
export function revoke({ forMs }: Extract<Fault, { kind: 'revoke' }>, victim: Victim): ActiveFault {
	return activeFault(forMs, {
		apply: async () => {
			if (!victim.revoke)
				throw new Error('The fault revoke needs clients that have tokens: give the scenario’s size an auth.');
			await victim.revoke(true);
		},
		heal: async () => victim.revoke?.(false),
	});
}
