import type { Fault } from '../model/fault.ts';
import { crash } from './crash.ts';
import type { ActiveFault, Victim } from './fault.ts';

type MakeFault<F extends Fault> = (fault: F, victim: Victim) => ActiveFault;

/** Every fault that a scenario may name: one file, one line here. */
export const faults: { readonly [K in Fault['kind']]: MakeFault<Extract<Fault, { kind: K }>> } = {
	crash,
};

/** The fault on this victim, not applied yet. */
export function createFault(fault: Fault, victim: Victim): ActiveFault {
	return faults[fault.kind](fault, victim);
}
