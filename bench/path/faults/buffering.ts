import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Exchanged, ExchangeStage } from './stage.ts';

const blockBytes = 4096;
/** Where the fault names none: something must be the most that is held. */
const mostHeldBytes = 64 * 1024 * 1024;

/** Answers as a box passes them on that collects, and has a limit to what it lets through. */
export function buffering(fault: PathFaultOf<'buffering'>, exchange: Exchanged): ExchangeStage {
	const { kind, mode } = fault;
	const most = fault.maxBytes ?? (mode === 'full' ? mostHeldBytes : Number.POSITIVE_INFINITY);
	let seenBytes = 0;
	let heldBytes = 0;
	let held: Buffer[] = [];
	const takeHeld = (): Buffer => {
		const all = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
		held = [];
		heldBytes = 0;
		return all;
	};
	return {
		...(mode !== 'none' && { holds: mode === 'full' ? ('full' as const) : ('head' as const) }),
		body: (bytes, pass) => {
			const room = most - seenBytes;
			seenBytes += bytes.length;
			if (mode === 'full' && bytes.length > room) {
				takeHeld();
				exchange.limit(kind, 'fin', 502);
				return;
			}
			const allowed = bytes.subarray(0, room);
			held.push(allowed);
			heldBytes += allowed.length;
			if (mode === 'none' && heldBytes > 0) pass(takeHeld());
			else if (mode === 'fill' && heldBytes >= blockBytes) {
				const all = takeHeld();
				const rest = all.length % blockBytes;
				if (rest > 0) {
					held.push(all.subarray(all.length - rest));
					heldBytes = rest;
				}
				pass(all.subarray(0, all.length - rest));
			}
			if (bytes.length > room) {
				if (heldBytes > 0) pass(takeHeld());
				exchange.limit(kind, 'fin', 502);
			}
		},
		release: (pass) => {
			if (heldBytes > 0) pass(takeHeld());
		},
		stop: () => void takeHeld(),
	};
}
