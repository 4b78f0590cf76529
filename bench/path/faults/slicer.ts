import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Random } from '../../random.ts';
import { piecesOf } from './pieces.ts';
import type { ByteStage, Out } from './stage.ts';
import { TimedQueue } from './timed-queue.ts';

/** Many small packets: the first piece goes at once, each further one after the delay. */
export function slicer(
	{ averageBytes, variationBytes = 0, delayUs = 0 }: PathFaultOf<'slicer'>,
	out: Out,
	random: Random,
): ByteStage {
	const queue = new TimedQueue(out);
	const length = () => averageBytes + variationBytes * (2 * random.next() - 1);
	return {
		take: (bytes) => {
			for (const piece of piecesOf(bytes, length)) {
				queue.add(piece, Math.max(performance.now(), queue.lastDueMs + delayUs / 1000));
			}
		},
		end: () => queue.add('end', 0),
		heal: () => queue.flush(),
		stop: () => queue.stop(),
	};
}
