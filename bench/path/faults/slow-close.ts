import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ByteStage, Out } from './stage.ts';
import { TimedQueue } from './timed-queue.ts';

/** Bytes pass as they come; the end of the connection comes later. */
export function slowClose({ delayMs }: PathFaultOf<'slow_close'>, out: Out): ByteStage {
	const queue = new TimedQueue(out);
	return {
		take: (bytes) => out.pass(bytes),
		end: () => queue.add('end', performance.now() + delayMs),
		heal: () => queue.flush(),
		stop: () => queue.stop(),
	};
}
