import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Random } from '../../random.ts';
import type { ByteStage, Out } from './stage.ts';
import { TimedQueue } from './timed-queue.ts';

/** A longer way: many pieces may be on it at once, and the end of the connection travels it too. */
export function latency({ latencyMs, jitterMs = 0 }: PathFaultOf<'latency'>, out: Out, random: Random): ByteStage {
	const queue = new TimedQueue(out);
	const due = () => performance.now() + Math.max(0, latencyMs + jitterMs * (2 * random.next() - 1));
	return {
		take: (bytes) => queue.add(bytes, due()),
		end: () => queue.add('end', due()),
		heal: () => queue.flush(),
		stop: () => queue.stop(),
	};
}
