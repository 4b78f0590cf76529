import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ByteStage, Out } from './stage.ts';

/** So many bytes pass, counted from the connection's beginning or the fault's; then the connection is closed. */
export function limitData({ bytes: most }: PathFaultOf<'limit_data'>, out: Out): ByteStage {
	let left = most;
	let isCut = false;
	return {
		take: (bytes) => {
			const passed = bytes.subarray(0, left);
			left -= passed.length;
			if (passed.length > 0) out.pass(passed);
			if (passed.length < bytes.length) out.drop(bytes.length - passed.length);
			if (left > 0 || isCut) return;
			isCut = true;
			out.cut('fin');
		},
		end: () => out.end(),
		heal: () => {},
		stop: () => {},
	};
}
