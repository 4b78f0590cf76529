import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, type Victim } from './fault.ts';

/** SIGKILL without warning; healed by starting the process again on the same port. */
export function crash(fault: Extract<Fault, { kind: 'crash' }>, victim: Victim): ActiveFault {
	return activeFault(fault.restartAfterMs, { apply: () => victim.kill(), heal: () => victim.restart() });
}
