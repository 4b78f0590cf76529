import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ByteStage, Out } from './stage.ts';

/**
 * Nothing passes. What was dropped is missing for ever, so that a connection which lost something is closed at the latest when the
 * fault is healed, as Toxiproxy does.
 */
export function timeout({ timeoutMs }: PathFaultOf<'timeout'>, out: Out): ByteStage {
	let hasDropped = false;
	const timer = timeoutMs > 0 ? setTimeout(() => out.cut('fin'), timeoutMs).unref() : undefined;
	return {
		take: (bytes) => {
			hasDropped = true;
			out.drop(bytes.length);
		},
		end: () => {
			hasDropped = true;
		},
		heal: () => {
			clearTimeout(timer);
			if (hasDropped) out.cut('fin');
		},
		stop: () => clearTimeout(timer),
	};
}
