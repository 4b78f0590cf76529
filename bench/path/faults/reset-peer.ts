import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ByteStage, Out } from './stage.ts';

/** Bytes pass until the connection is reset. */
export function resetPeer({ timeoutMs }: PathFaultOf<'reset_peer'>, out: Out): ByteStage {
	const timer = setTimeout(() => out.cut('rst'), timeoutMs).unref();
	return {
		take: (bytes) => out.pass(bytes),
		end: () => out.end(),
		heal: () => clearTimeout(timer),
		stop: () => clearTimeout(timer),
	};
}
