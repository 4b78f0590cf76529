import type { Fault } from '../model/fault.ts';
import { type ActiveFault, activeFault, onAll, type Victim } from './fault.ts';

/** SIGKILL without warning; healed by starting the process again on the same port. */
export function crash(fault: Extract<Fault, { kind: 'crash' }>, victim: Victim): ActiveFault {
	const struck = struckBy(fault, victim);
	return activeFault(fault.restartAfterMs, {
		apply: () => onAll(struck, (instance) => instance.kill()),
		heal: () => onAll(struck, (instance) => instance.restart()),
	});
}

/** @throws Error where there is no instance of that number */
function struckBy({ instance }: Extract<Fault, { kind: 'crash' }>, { instances }: Victim): Victim['instances'] {
	if (instance === undefined) return instances;
	const struck = instances.filter(({ number }) => number === instance);
	if (struck.length > 0) return struck;
	const last = Math.max(...instances.map(({ number }) => number));
	throw new Error(
		`The fault crash names instance ${instance}, and this target has 0 to ${last}: give it more instances.`,
	);
}
