import type { Fault } from '../model/fault.ts';
import { crash } from './crash.ts';
import type { ActiveFault, Victim } from './fault.ts';
import { halfOpen } from './half-open.ts';

type MakeFault<F extends Fault> = (fault: F, victim: Victim) => ActiveFault;

/** Every fault that a scenario may name: one file, one line here. */
export const faults: { readonly [K in Fault['kind']]: MakeFault<Extract<Fault, { kind: K }>> } = {
	crash,
	half_open: halfOpen,
};

/** The fault on this victim, not applied yet. */
export function createFault(fault: Fault, victim: Victim): ActiveFault {
	// The table pairs every kind with its own maker, which the compiler cannot follow through a union.
	return (faults[fault.kind] as MakeFault<Fault>)(fault, victim);
}
