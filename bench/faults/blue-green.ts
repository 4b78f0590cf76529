import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, powerOf, type Victim } from './fault.ts';

/** A deployment beside the old one: over when the last old process is gone. */
export function blueGreen({ kind, deadlineMs }: Extract<Fault, { kind: 'blue_green' }>, victim: Victim): ActiveFault {
	return activeFault(0, {
		apply: async () => {
			powerOf(victim, kind, 'turnTo');
			await onAll(await victim.replace(), (old) => old.drain(deadlineMs));
		},
		heal: () => onAll(victim.instances, (instance) => instance.restart()),
	});
}
