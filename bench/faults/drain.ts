import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** The end that an operator wishes for: SIGTERM with a deadline. In force when the last process is gone; healed as a crash is. */
export function drain(
	{ deadlineMs, restartAfterMs }: Extract<Fault, { kind: 'drain' }>,
	{ instances }: Victim,
): ActiveFault {
	return activeFault(restartAfterMs, {
		apply: () => onAll(instances, (instance) => instance.drain(deadlineMs)),
		heal: () => onAll(instances, (instance) => instance.restart()),
	});
}
