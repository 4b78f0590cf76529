import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** SIGKILL without warning; healed by starting the process again on the same port. */
export function crash(fault: Extract<Fault, { kind: 'crash' }>, { instances }: Victim): ActiveFault {
	return activeFault(fault.restartAfterMs, {
		apply: () => onAll(instances, (instance) => instance.kill()),
		heal: () => onAll(instances, (instance) => instance.restart()),
	});
}
