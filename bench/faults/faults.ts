import type { Fault } from '../model/fault.ts';
import { blueGreen } from './blue-green.ts';
import { crash } from './crash.ts';
import { down } from './down.ts';
import { drain } from './drain.ts';
import type { ActiveFault, Victim } from './fault.ts';
import { fdExhaustion } from './fd-exhaustion.ts';
import { halfOpen } from './half-open.ts';
import { inflicted } from './inflicted.ts';
import { memoryLimit } from './memory-limit.ts';
import { pause } from './pause.ts';
import { revoke } from './revoke.ts';
import { rollingRestart } from './rolling-restart.ts';

type MakeFault<F extends Fault> = (fault: F, victim: Victim) => ActiveFault;

/** Every fault that a scenario may name: one file, one line here. */
export const faults: { readonly [K in Fault['kind']]: MakeFault<Extract<Fault, { kind: K }>> } = {
	crash,
	drain,
	pause,
	rolling_restart: rollingRestart,
	blue_green: blueGreen,
	fd_exhaustion: fdExhaustion,
	memory_limit: memoryLimit,
	down,
	half_open: halfOpen,
	revoke,
	latency: inflicted,
	bandwidth: inflicted,
	slow_close: inflicted,
	timeout: inflicted,
	reset_peer: inflicted,
	slicer: inflicted,
	limit_data: inflicted,
	idle_timeout: inflicted,
	max_duration: inflicted,
	first_byte_timeout: inflicted,
	buffering: inflicted,
	cut_event: inflicted,
	strip_headers: inflicted,
};

/** The fault on this victim, not applied yet. */
export function createFault<F extends Fault>(fault: F, victim: Victim): ActiveFault {
	const make = faults[fault.kind] as MakeFault<F>;
	return make(fault, victim);
}
